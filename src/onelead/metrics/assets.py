"""Assets."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="assets",
    label="Assets",
    unit=Unit.COUNT,
    direction=Direction.NEUTRAL,
    area="Portfolio",
    definition="Installed products, each serial number once.",
    table="assets",
    columns=("asset_id", "product_name", "product_category", "end_of_life_date", "days_to_end_of_life", "support_status", "unit_value"),
    source="Product definition, Portfolio",
)
