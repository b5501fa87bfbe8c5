"""Unsupported products."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="unsupported_products",
    label="Unsupported products",
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    area="Lifecycle",
    definition="Assets whose support status does not say active; an unknown status counts as unsupported.",
    table="assets",
    hit=lambda t, _: ~t.is_supported,
    columns=("asset_id", "product_name", "product_category", "support_status", "support_source", "support_end_date", "unit_value"),
    source="Client presentation, Action Required dashboard",
)
