"""Transactions without an exchange rate."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric
from onelead.metrics._money import TRANSACTION_COLUMNS

METRIC = count_metric(
    id="unconverted_transactions",
    label="Transactions without an exchange rate",
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    area="Revenue",
    definition="Transactions in a currency without an exchange rate of their day or before: sums of money leave them out.",
    table="transactions",
    hit=lambda table, _: table.is_unconverted,
    known=lambda table, _: table.amount.notnull(),
    columns=TRANSACTION_COLUMNS,
    source="Exchange rates are never guessed",
)
