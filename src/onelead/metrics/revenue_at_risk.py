"""Revenue at risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import Metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


def _rows(table: ir.Table, _: Context) -> ir.BooleanValue:
    return table.is_expired


def _value(table: ir.Table, _: Context) -> ir.Scalar:
    known = table.count(where=table.end_of_life_date.notnull())
    nothing = (known > 0) & (table.count(where=table.is_expired) == 0)
    return ibis.ifelse(nothing, 0.0, table.unit_value.sum(where=table.is_expired))


METRIC = Metric(
    id="revenue_at_risk",
    label="Revenue at risk",
    unit=Unit.MONEY,
    direction=Direction.DOWN,
    area="Lifecycle",
    definition=(
        "Value of the expired products: the contract value, else the replacement value of the price book; "
        "unpriced ones are left out and counted by unpriced_products."
    ),
    table="assets",
    value=_value,
    rows=_rows,
    columns=("asset_id", "product_name", "product_category", "end_of_life_date", "days_to_end_of_life", "contract_value", "unit_value"),
    source="Revenue Focus page, total revenue at risk",
    estimated=lambda t, _: (t.is_expired & t.is_estimated & t.unit_value.notnull()).any(),
)
