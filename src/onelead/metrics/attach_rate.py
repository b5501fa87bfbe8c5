"""Attach rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import Metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


def _rows(table: ir.Table, _: Context) -> ir.BooleanValue:
    return table.has_assets & (table.has_projects | table.has_service_credits)


def _value(table: ir.Table, _: Context) -> ir.Scalar:
    services = table.count(where=table.has_projects | table.has_service_credits)
    hits = table.count(where=_rows(table, _)).cast("float64")
    rate = hits / table.count(where=table.has_assets).nullif(0).cast("float64")
    return ibis.ifelse(services > 0, rate, ibis.null("float64"))


METRIC = Metric(
    id="attach_rate",
    label="Attach rate",
    unit=Unit.RATIO,
    direction=Direction.UP,
    area="Service",
    definition="Accounts with installed products that also have a services project or service credits, divided by accounts with installed products; unknown while no project and no credit reaches any account.",
    table="accounts",
    value=_value,
    rows=_rows,
    columns=("account_id", "account_name", "country", "raw_ids"),
    source="Product definition, Service",
)
