"""Accounts."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="accounts",
    label="Accounts",
    unit=Unit.COUNT,
    direction=Direction.UP,
    area="Portfolio",
    definition="Customers after unification, at the top level that the source gives.",
    table="accounts",
    columns=("account_id", "account_name", "country", "raw_ids"),
    source="Product definition, words",
)
