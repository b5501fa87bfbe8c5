"""Active credits."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import sum_metric

METRIC = sum_metric(
    id="active_credits",
    label="Active credits",
    unit=Unit.COUNT,
    direction=Direction.NEUTRAL,
    area="Credits",
    definition="Sum of the service credits that can still be used, attributed to an account or not.",
    table="service_credits",
    amount="active_credits",
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
    source="Product definition, Credits",
)
