"""Project value."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import sum_metric

METRIC = sum_metric(
    id="project_value",
    label="Project value",
    unit=Unit.MONEY,
    direction=Direction.UP,
    area="Projects",
    definition="Sum over the projects of the stated value, else the middle of the size bucket (settings); projects of unknown size are left out and counted by unvalued_projects.",
    table="projects",
    amount="project_value",
    estimated=lambda t, _: (t.is_estimated & t.project_value.notnull()).any(),
    columns=("project_id", "project_description", "practice", "stage", "financial_health", "start_date", "end_date", "size_bucket"),
    source="Product definition, money that no source states",
)
