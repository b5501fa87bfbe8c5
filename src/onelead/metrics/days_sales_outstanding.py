"""Days sales outstanding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import Metric
from onelead.metrics._money import INVOICE_COLUMNS
from onelead.metrics._periods import trailing

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


def _rows(table: ir.Table, context: Context) -> ir.BooleanValue:
    billed = trailing(context, 12).has(table.invoice_date) & table.invoice_value.notnull()
    return billed | (table.is_open & table.open_value.notnull())


def _value(table: ir.Table, context: Context) -> ir.Scalar:
    year = trailing(context, 12)
    billed = table.invoice_value.sum(where=year.has(table.invoice_date))
    return (billed > 0).ifelse(table.open_value.sum() / billed * float(year.days), None)


METRIC = Metric(
    id="days_sales_outstanding",
    label="Days sales outstanding",
    unit=Unit.DAYS,
    direction=Direction.DOWN,
    area="Receivables",
    definition="What is not yet paid of all invoices, divided by what was billed in the 12 months up to the as-of date, times the days in them.",
    table="invoices",
    value=_value,
    rows=_rows,
    columns=INVOICE_COLUMNS,
    source="DSO: accounts receivable ÷ credit sales of a period × days of the period",
)
