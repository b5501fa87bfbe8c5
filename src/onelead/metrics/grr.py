"""Gross revenue retention."""

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
    return table.arr_kept.sum(where=table.was_customer) / table.arr_before.sum(where=table.was_customer)


METRIC = Metric(
    id="grr",
    label="Gross revenue retention",
    unit=Unit.RATIO,
    direction=Direction.UP,
    area="Recurring revenue",
    definition="As net revenue retention, with each account counted at most with what it had 12 months before: expansion does not make up for losses; never above 1.",
    table="account_contracts",
    value=_value,
    rows=_rows,
    columns=("arr_before", "arr_now", "arr_change"),
    source="GRR, SaaS Metrics Standards Board: (ARR at the start − contraction − churn) ÷ ARR at the start",
)
