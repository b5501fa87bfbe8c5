"""Share current."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import share_metric

METRIC = share_metric(
    id="current_share",
    label="Share current",
    unit=Unit.RATIO,
    direction=Direction.UP,
    area="Lifecycle",
    definition="Assets neither past end of life nor expiring within 180 days (a setting), divided by the assets that state an end of life.",
    table="assets",
    part=lambda t, _: t.lifecycle_state == "Current",
    whole=lambda t, _: t.end_of_life_date.notnull(),
    columns=("asset_id", "product_name", "product_category", "end_of_life_date", "days_to_end_of_life", "support_status", "unit_value"),
    source="Product definition, Portfolio",
)
