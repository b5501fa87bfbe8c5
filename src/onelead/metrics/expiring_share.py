"""Share expiring."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import share_metric
from onelead.tables import assets

METRIC = share_metric(
    id="expiring_share",
    label="Share expiring",
    unit=Unit.RATIO,
    direction=Direction.DOWN,
    area="Lifecycle",
    definition="Assets that end their life within 180 days (a setting) divided by the assets that state an end of life.",
    table="assets",
    part=lambda t, c: assets.expires_within(t, c, c.settings.metrics.expiring_days),
    whole=lambda t, _: t.end_of_life_date.notnull(),
    columns=("asset_id", "product_name", "product_category", "end_of_life_date", "days_to_end_of_life", "support_status", "unit_value"),
    source="Product definition, Portfolio",
)
