"""Active projects."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="active_projects",
    label="Active projects",
    unit=Unit.COUNT,
    direction=Direction.UP,
    area="Projects",
    definition="Projects whose stage is open (S, OC, I, DP, PRE; a setting); unknown where no project states a stage.",
    table="projects",
    hit=lambda t, _: t.is_active,
    known=lambda t, _: t.stage_status.notnull(),
    columns=("project_id", "project_description", "practice", "stage", "financial_health", "start_date", "end_date", "size_bucket"),
    source="Product definition, Projects",
)
