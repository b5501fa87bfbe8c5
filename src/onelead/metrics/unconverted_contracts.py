"""Contracts without an exchange rate."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric
from onelead.metrics._money import CONTRACT_COLUMNS

METRIC = count_metric(
    id="unconverted_contracts",
    label="Contracts without an exchange rate",
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    area="Recurring revenue",
    definition="Contracts in a currency without an exchange rate of their day or before: sums of money leave them out.",
    table="contracts",
    hit=lambda table, _: table.is_unconverted,
    known=lambda table, _: table.annual_value.notnull() | table.amount.notnull(),
    columns=CONTRACT_COLUMNS,
    source="Exchange rates are never guessed",
)
