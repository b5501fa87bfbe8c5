"""Project success rate."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import share_metric

METRIC = share_metric(
    id="project_success_rate",
    label="Project success rate",
    unit=Unit.RATIO,
    direction=Direction.UP,
    area="Projects",
    definition="Successful projects divided by successful and failed ones (stages C against LOST and NOBID, a setting); open and excluded stages are in neither.",
    table="projects",
    part=lambda t, _: t.is_success,
    whole=lambda t, _: t.is_success | t.is_failure,
    columns=("project_id", "project_description", "practice", "stage", "financial_health", "start_date", "end_date", "size_bucket"),
    source="Product definition, Projects",
)
