"""Converted credits."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import sum_metric

METRIC = sum_metric(
    id="converted_credits",
    label="Converted credits",
    unit=Unit.COUNT,
    direction=Direction.UP,
    area="Credits",
    definition="Sum of the service credits converted into services, attributed to an account or not.",
    table="service_credits",
    amount="converted_credits",
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
