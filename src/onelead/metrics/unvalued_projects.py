"""Projects of unknown value."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="unvalued_projects",
    label="Projects of unknown value",
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    area="Projects",
    definition="Projects with neither a stated value nor a size bucket that has one.",
    table="projects",
    hit=lambda t, _: t.project_value.isnull(),
    columns=("project_id", "project_description", "practice", "stage", "financial_health", "start_date", "end_date", "size_bucket"),
    source="Product definition, money that no source states",
)
