"""Identities unified."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import Metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


def _rows(table: ir.Table, _: Context) -> ir.BooleanValue:
    return table.raw_ids > 1


def _value(table: ir.Table, _: Context) -> ir.Scalar:
    return ibis.greatest(table.raw_ids - 1, 0).sum()


METRIC = Metric(
    id="identities_unified",
    label="Identities unified",
    unit=Unit.COUNT,
    direction=Direction.UP,
    area="Data",
    definition="Raw customer ids that were joined to an account that another id already stands for.",
    table="accounts",
    value=_value,
    rows=_rows,
    columns=("account_id", "account_name", "country", "raw_ids"),
    source="Product definition, Data",
)
