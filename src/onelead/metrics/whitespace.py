"""Practices not bought."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="whitespace",
    label="Practices not bought",
    unit=Unit.COUNT,
    direction=Direction.NEUTRAL,
    area="Service",
    definition="Pairs of account and practice without a project of it; practices are those that any project names.",
    table="whitespace",
    hit=lambda t, _: ~t.is_bought,
    columns=("account_id", "practice"),
    source="Product definition, Service",
)
