"""Expiring credits."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import sum_metric

METRIC = sum_metric(
    id="expiring_credits",
    label="Expiring credits",
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    area="Credits",
    definition="Active credits whose contract ends within 90 days (a setting) from the as-of date; without an end date, the expiry bucket decides.",
    table="service_credits",
    amount="expiring_active_credits",
    hit=lambda t, _: t.is_expiring,
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
