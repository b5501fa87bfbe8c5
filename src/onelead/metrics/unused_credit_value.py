"""Value of unused credits."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import sum_metric

METRIC = sum_metric(
    id="unused_credit_value",
    label="Value of unused credits",
    unit=Unit.MONEY,
    direction=Direction.DOWN,
    area="Credits",
    definition="Unused credits times the price of one credit (a setting, $500 unless changed).",
    table="service_credits",
    amount="unused_credit_value",
    estimated=True,
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
