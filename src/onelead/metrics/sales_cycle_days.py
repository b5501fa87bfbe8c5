"""Sales cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import Metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


def _rows(table: ir.Table, _: Context) -> ir.BooleanValue:
    return table.cycle_days.notnull()


def _value(table: ir.Table, _: Context) -> ir.Scalar:
    return table.cycle_days.mean()


METRIC = Metric(
    id="sales_cycle_days",
    label="Sales cycle",
    unit=Unit.DAYS,
    direction=Direction.DOWN,
    area="Opportunities",
    definition="Mean days from creation to close of the won opportunities that state both dates; a close before the creation is left out.",
    table="opportunities",
    value=_value,
    rows=_rows,
    columns=(
        "opportunity_id",
        "opportunity_name",
        "owner_name",
        "product_line",
        "stage",
        "amount",
        "currency",
        "created_date",
        "close_date",
        "cycle_days",
    ),
    source="Product definition, Pipeline: sales_cycle_days",
)
