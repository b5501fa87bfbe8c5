"""Logo retention."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import share_metric

METRIC = share_metric(
    id="logo_retention",
    label="Logo retention",
    unit=Unit.RATIO,
    direction=Direction.UP,
    area="Recurring revenue",
    definition="Share of the accounts with recurring revenue 12 months before the as-of date that still have some.",
    table="account_contracts",
    part=lambda table, _: table.is_kept,
    whole=lambda table, _: table.was_customer,
    lists_whole=True,
    columns=("arr_before", "arr_now", "arr_change"),
    source="Customer (logo) retention: customers of the start that are still there ÷ customers of the start",
)
