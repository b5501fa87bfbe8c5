"""Practice penetration."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import share_metric

METRIC = share_metric(
    id="practice_penetration",
    label="Practice penetration",
    unit=Unit.RATIO,
    direction=Direction.UP,
    area="Service",
    definition="Pairs of account and practice with a project that was not lost, divided by all pairs.",
    table="whitespace",
    part=lambda t, _: t.is_bought,
    columns=("account_id", "practice"),
    source="Product definition, Service",
)
