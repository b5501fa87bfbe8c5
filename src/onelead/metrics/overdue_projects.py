"""Overdue projects."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="overdue_projects",
    label="Overdue projects",
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    area="Projects",
    definition="Projects whose stage is open although their end lies before the as-of date.",
    table="projects",
    hit=lambda t, _: t.is_overdue,
    known=lambda t, _: t.stage_status.notnull() & t.end_date.notnull(),
    columns=("project_id", "project_description", "practice", "stage", "financial_health", "start_date", "end_date", "size_bucket"),
    source="Product definition, Projects",
)
