"""Slipped value."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._deals import DEAL_COLUMNS, stated
from onelead.metrics._metric import total_metric

METRIC = total_metric(
    id="slipped_value",
    label="Slipped value",
    unit=Unit.MONEY,
    direction=Direction.DOWN,
    area="Opportunities",
    definition="Amounts of the open opportunities that slipped out of a fiscal quarter, in the workspace's currency.",
    table="deal_moves",
    amount="deal_value",
    hit=lambda table, _: table.is_slipped,
    among=lambda table, _: table.is_open & table.close_date.notnull(),
    columns=(*DEAL_COLUMNS, "earliest_close"),
    source="Slipped deal: forecast for a period and not closed in it",
    estimated=stated,
)
