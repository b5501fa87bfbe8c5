"""Open opportunities."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="open_opportunities",
    label="Open opportunities",
    unit=Unit.COUNT,
    direction=Direction.UP,
    area="Opportunities",
    definition="Opportunities that are neither won nor lost; an export without outcomes lists open ones only.",
    table="opportunities",
    hit=lambda t, _: t.is_open,
    columns=("opportunity_id", "opportunity_name", "product_line", "stage", "amount"),
    source="Product definition, Pipeline",
)
