"""Receivables."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._deals import stated
from onelead.metrics._metric import total_metric
from onelead.metrics._money import INVOICE_COLUMNS

METRIC = total_metric(
    id="receivables",
    label="Receivables",
    unit=Unit.MONEY,
    direction=Direction.DOWN,
    area="Receivables",
    definition="What is not yet paid of the invoices up to the as-of date, in the workspace's currency at the rate of the invoice's day; grouped by ageing it tells how long it has been due.",
    table="invoices",
    amount="open_value",
    hit=lambda table, _: table.is_open,
    columns=INVOICE_COLUMNS,
    source="Accounts receivable by age: not due, 0–30, 31–60, 61–90, over 90 days past due",
    estimated=stated,
)
