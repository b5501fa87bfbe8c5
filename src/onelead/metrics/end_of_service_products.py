"""Products past end of service."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="end_of_service_products",
    label="Products past end of service",
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    area="Lifecycle",
    definition="Assets whose announced end of service life lies before the as-of date; unknown where no asset states it.",
    table="assets",
    hit=lambda t, _: t.is_end_of_service,
    known=lambda t, _: t.end_of_service_date.notnull(),
    columns=(
        "asset_id",
        "product_name",
        "product_category",
        "end_of_service_date",
        "days_to_end_of_service",
        "support_status",
        "unit_value",
    ),
    source="Product definition, Lifecycle",
)
