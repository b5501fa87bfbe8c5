"""Services in the catalogue."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="services",
    label="Services in the catalogue",
    unit=Unit.COUNT,
    direction=Direction.NEUTRAL,
    area="Service",
    definition="Services that can be offered.",
    table="services",
    columns=("practice", "sub_practice", "service"),
    source="Product definition, Service",
)
