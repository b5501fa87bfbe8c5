"""Credit utilisation."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import ratio_metric

METRIC = ratio_metric(
    id="credit_utilization",
    label="Credit utilisation",
    unit=Unit.RATIO,
    direction=Direction.UP,
    area="Credits",
    definition="Delivered divided by purchased credits, over the rows that know both.",
    table="service_credits",
    part="delivered_credits",
    whole="purchased_credits",
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
