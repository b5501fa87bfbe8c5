"""Net revenue retention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import Metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


def _rows(table: ir.Table, _: Context) -> ir.BooleanValue:
    return table.was_customer


def _value(table: ir.Table, _: Context) -> ir.Scalar:
    return table.arr_now.sum(where=table.was_customer) / table.arr_before.sum(where=table.was_customer)


METRIC = Metric(
    id="nrr",
    label="Net revenue retention",
    unit=Unit.RATIO,
    direction=Direction.UP,
    area="Recurring revenue",
    definition="Recurring revenue on the as-of date of the accounts that had some 12 months before, divided by what they had then: expansion counts, new accounts do not.",
    table="account_contracts",
    value=_value,
    rows=_rows,
    columns=("arr_before", "arr_now", "arr_change"),
    source="NRR, SaaS Metrics Standards Board: (ARR at the start + expansion − contraction − churn) ÷ ARR at the start",
)
