"""Portfolio value."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import sum_metric

METRIC = sum_metric(
    id="portfolio_value",
    label="Portfolio value",
    unit=Unit.MONEY,
    direction=Direction.UP,
    area="Portfolio",
    definition="Sum over the assets of the contract value, else the replacement value of the price book; unpriced assets are left out and counted by unpriced_products.",
    table="assets",
    amount="unit_value",
    estimated=lambda t, _: (t.is_estimated & t.unit_value.notnull()).any(),
    columns=("asset_id", "product_name", "product_category", "end_of_life_date", "days_to_end_of_life", "support_status", "unit_value"),
    source="Product definition, Portfolio",
)
