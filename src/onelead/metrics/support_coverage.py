"""Support coverage."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import share_metric

METRIC = share_metric(
    id="support_coverage",
    label="Support coverage",
    unit=Unit.RATIO,
    direction=Direction.UP,
    area="Service",
    definition="Assets whose support status says active divided by all assets; an unknown status counts as unsupported.",
    table="assets",
    part=lambda t, _: t.is_supported,
    columns=("asset_id", "product_name", "product_category", "support_status", "support_source", "support_end_date", "unit_value"),
    source="Client presentation, health score components",
)
