"""Closed opportunities."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._deals import DEAL_COLUMNS
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="closed_opportunities",
    label="Closed opportunities",
    unit=Unit.COUNT,
    direction=Direction.UP,
    area="Opportunities",
    definition="Opportunities that are won or lost; unknown where no row says so.",
    table="opportunities",
    hit=lambda t, _: t.is_won.notnull(),
    known=lambda t, _: t.is_won.notnull(),
    columns=DEAL_COLUMNS,
    source="Product definition, Pipeline",
)
