"""Projects financially at risk."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="at_risk_projects",
    label="Projects financially at risk",
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    area="Projects",
    definition="Projects whose financial status is Y; unknown where no project states one.",
    table="projects",
    hit=lambda t, _: t.financial_status == "Y",
    known=lambda t, _: t.financial_status.notnull(),
    columns=("project_id", "project_description", "practice", "stage", "financial_health", "start_date", "end_date", "size_bucket"),
    source="Product definition, Projects",
)
