"""Share of projects financially at risk."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import share_metric

METRIC = share_metric(
    id="at_risk_project_share",
    label="Share of projects financially at risk",
    unit=Unit.RATIO,
    direction=Direction.DOWN,
    area="Projects",
    definition="Projects whose financial status is Y divided by the projects whose status is G, Y or R.",
    table="projects",
    part=lambda t, _: t.financial_status == "Y",
    whole=lambda t, _: t.financial_health.notnull(),
    columns=("project_id", "project_description", "practice", "stage", "financial_health", "start_date", "end_date", "size_bucket"),
    source="Product definition, Projects",
)
