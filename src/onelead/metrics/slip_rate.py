"""Slip rate."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._deals import DEAL_COLUMNS
from onelead.metrics._metric import share_metric

METRIC = share_metric(
    id="slip_rate",
    label="Slip rate",
    unit=Unit.RATIO,
    direction=Direction.DOWN,
    area="Opportunities",
    definition="Share of the open opportunities with a close date that slipped: expected to close in a fiscal quarter before the one that they are to close in now, or before the present one.",
    table="deal_moves",
    part=lambda table, _: table.is_slipped,
    whole=lambda table, _: table.is_open & table.close_date.notnull(),
    columns=(*DEAL_COLUMNS, "earliest_close"),
    source="Slip rate: slipped deals ÷ deals of the forecast",
)
