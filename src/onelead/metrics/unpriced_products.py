"""Unpriced products."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="unpriced_products",
    label="Unpriced products",
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    area="Lifecycle",
    definition="Assets without a contract value whose product category is not in the price book: counted here, never valued at zero.",
    table="assets",
    hit=lambda t, _: t.unit_value.isnull(),
    columns=("asset_id", "product_name", "product_category", "end_of_life_date", "days_to_end_of_life", "support_status", "unit_value"),
    source="Product definition, money that no source states",
)
