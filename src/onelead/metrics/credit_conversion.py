"""Credit conversion."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import ratio_metric

METRIC = ratio_metric(
    id="credit_conversion",
    label="Credit conversion",
    unit=Unit.RATIO,
    direction=Direction.UP,
    area="Credits",
    definition="Converted divided by purchased credits, over the rows that know both.",
    table="service_credits",
    part="converted_credits",
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
