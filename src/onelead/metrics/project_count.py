"""Projects."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="project_count",
    label="Projects",
    unit=Unit.COUNT,
    direction=Direction.UP,
    area="Projects",
    definition="Services projects, each project number once.",
    table="projects",
    columns=("project_id", "project_description", "practice", "stage", "financial_health", "start_date", "end_date", "size_bucket"),
    source="Product definition, Projects",
)
