"""Opportunities without an amount."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._deals import DEAL_COLUMNS
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="unvalued_opportunities",
    label="Opportunities without an amount",
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    area="Opportunities",
    definition="Open opportunities that state no amount, so that pipeline values leave them out.",
    table="opportunities",
    hit=lambda t, _: t.is_open & t.amount.isnull(),
    known=lambda t, _: t.is_open,
    columns=DEAL_COLUMNS,
    source="Product definition, Pipeline",
)
