"""Pushed deals."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._deals import DEAL_COLUMNS
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="pushed_deals",
    label="Pushed deals",
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    area="Opportunities",
    definition="Open opportunities whose close date is later than one that the CRM's history, an earlier load or its count of pushes knows; unknown where nothing of the kind is known of any.",
    table="deal_moves",
    hit=lambda table, _: table.is_pushed,
    known=lambda table, _: table.is_open & table.has_history,
    columns=(*DEAL_COLUMNS, "earliest_close"),
    source="Pushed deal: its close date was moved to a later day",
)
