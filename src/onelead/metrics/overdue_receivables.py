"""Overdue receivables."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._deals import stated
from onelead.metrics._metric import total_metric
from onelead.metrics._money import INVOICE_COLUMNS

METRIC = total_metric(
    id="overdue_receivables",
    label="Overdue receivables",
    unit=Unit.MONEY,
    direction=Direction.DOWN,
    area="Receivables",
    definition="What is not yet paid of the invoices whose due date lies before the as-of date, in the workspace's currency; grouped by ageing it tells how long (0–30, 31–60, 61–90, over 90 days).",
    table="invoices",
    amount="open_value",
    hit=lambda table, _: table.is_overdue,
    columns=INVOICE_COLUMNS,
    source="Accounts receivable by age, those past due",
    estimated=stated,
)
