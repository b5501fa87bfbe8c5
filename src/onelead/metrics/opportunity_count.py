"""Opportunities."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="opportunity_count",
    label="Opportunities",
    unit=Unit.COUNT,
    direction=Direction.UP,
    area="Opportunities",
    definition="Opportunities, each id once.",
    table="opportunities",
    columns=("opportunity_id", "opportunity_name", "product_line", "stage", "amount"),
    source="Product definition, Pipeline",
)
