"""Average days late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import Metric
from onelead.metrics._periods import trailing

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


def _rows(table: ir.Table, context: Context) -> ir.BooleanValue:
    return trailing(context, 12).has(table.paid_date) & table.days_late.notnull()


def _value(table: ir.Table, context: Context) -> ir.Scalar:
    return table.days_late.mean(where=_rows(table, context))


METRIC = Metric(
    id="average_days_late",
    label="Average days late",
    unit=Unit.DAYS,
    direction=Direction.DOWN,
    area="Receivables",
    definition="Mean days from the due date to the payment in full of the invoices that were paid in the 12 months up to the as-of date; one paid early counts 0.",
    table="invoices",
    value=_value,
    rows=_rows,
    columns=("invoice_id", "invoice_date", "due_date", "paid_date", "days_late", "amount", "currency"),
    source="Days beyond terms: days from due date to payment",
)
