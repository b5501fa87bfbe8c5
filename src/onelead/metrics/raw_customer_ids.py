"""Raw customer ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import Metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


def _rows(table: ir.Table, _: Context) -> ir.BooleanValue:
    return table.raw_ids > 0


def _value(table: ir.Table, _: Context) -> ir.Scalar:
    return table.raw_ids.sum()


METRIC = Metric(
    id="raw_customer_ids",
    label="Raw customer ids",
    unit=Unit.COUNT,
    direction=Direction.NEUTRAL,
    area="Data",
    definition="Customer ids as the sources write them, before unification.",
    table="accounts",
    value=_value,
    rows=_rows,
    columns=("account_id", "account_name", "country", "raw_ids"),
    source="Product definition, sample figures",
)
