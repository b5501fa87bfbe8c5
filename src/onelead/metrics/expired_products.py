"""Expired products."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="expired_products",
    label="Expired products",
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    area="Lifecycle",
    definition="Assets whose announced end of life lies before the as-of date; unknown where no asset states its end of life.",
    table="assets",
    hit=lambda t, _: t.is_expired,
    known=lambda t, _: t.end_of_life_date.notnull(),
    columns=("asset_id", "product_name", "product_category", "end_of_life_date", "days_to_end_of_life", "support_status", "unit_value"),
    source="Client presentation, Action Required dashboard",
)
