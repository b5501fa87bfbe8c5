"""Slipped deals."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._deals import DEAL_COLUMNS
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="slipped_deals",
    label="Slipped deals",
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    area="Opportunities",
    definition="Open opportunities that were expected to close in a fiscal quarter before the one that they are to close in now, or before the present one.",
    table="deal_moves",
    hit=lambda table, _: table.is_slipped,
    known=lambda table, _: table.is_open & table.close_date.notnull(),
    columns=(*DEAL_COLUMNS, "earliest_close"),
    source="Slipped deal: forecast for a period and not closed in it",
)
