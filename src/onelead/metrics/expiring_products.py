"""Expiring products."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric
from onelead.tables import assets

METRIC = count_metric(
    id="expiring_products",
    label="Expiring products",
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    area="Lifecycle",
    definition="Assets whose announced end of life lies on the as-of date or within the 180 days after it (a setting).",
    table="assets",
    hit=lambda t, c: assets.expires_within(t, c, c.settings.metrics.expiring_days),
    known=lambda t, _: t.end_of_life_date.notnull(),
    columns=("asset_id", "product_name", "product_category", "end_of_life_date", "days_to_end_of_life", "support_status", "unit_value"),
    source="Product definition, Lifecycle",
)
