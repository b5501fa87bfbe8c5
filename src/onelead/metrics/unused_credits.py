"""Unused credits."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import sum_metric

METRIC = sum_metric(
    id="unused_credits",
    label="Unused credits",
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    area="Credits",
    definition="Purchased less delivered credits, summed over the rows that know both.",
    table="service_credits",
    amount="unused_credits",
    columns=(
        "project_id",
        "project_name",
        "practice",
        "purchased_credits",
        "converted_credits",
        "delivered_credits",
        "active_credits",
        "expiry_bucket",
        "contract_end_date",
    ),
    source="Client presentation, Action Required dashboard",
)
