"""Purchased credits."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import sum_metric

METRIC = sum_metric(
    id="purchased_credits",
    label="Purchased credits",
    unit=Unit.COUNT,
    direction=Direction.UP,
    area="Credits",
    definition="Sum of the service credits bought, attributed to an account or not.",
    table="service_credits",
    amount="purchased_credits",
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
