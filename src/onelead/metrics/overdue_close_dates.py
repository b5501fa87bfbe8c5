"""Overdue close dates."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._deals import DEAL_COLUMNS
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="overdue_close_dates",
    label="Overdue close dates",
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    area="Opportunities",
    definition="Open opportunities whose expected close date lies before the as-of date; unknown where no open one states a close date.",
    table="opportunities",
    hit=lambda t, _: t.is_overdue,
    known=lambda t, _: t.is_open & t.close_date.notnull(),
    columns=DEAL_COLUMNS,
    source="Product definition, Pipeline: slipped deals",
)
