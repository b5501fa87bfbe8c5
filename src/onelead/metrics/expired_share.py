"""Share past end of life."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import share_metric

METRIC = share_metric(
    id="expired_share",
    label="Share past end of life",
    unit=Unit.RATIO,
    direction=Direction.DOWN,
    area="Lifecycle",
    definition="Expired products divided by the assets that state an end of life (none announced counts as stated).",
    table="assets",
    part=lambda t, _: t.is_expired,
    whole=lambda t, _: t.end_of_life_date.notnull(),
    columns=("asset_id", "product_name", "product_category", "end_of_life_date", "days_to_end_of_life", "support_status", "unit_value"),
    source="Product definition, Portfolio",
)
