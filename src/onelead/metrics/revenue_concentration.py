"""Revenue concentration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import Metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context

TOP = 0.2
FALSE = False


def _rows(table: ir.Table, _: Context) -> ir.BooleanValue:
    return (table.revenue > 0).fill_null(FALSE)


def _value(table: ir.Table, context: Context) -> ir.Scalar:
    buys = _rows(table, context)
    most_first = table.revenue.collect(where=buys, order_by=ibis.desc("revenue"))
    top = (table.count(where=buys) * TOP).ceil().cast("int64")
    return most_first[:top].sums() / table.revenue.sum(where=buys)


METRIC = Metric(
    id="revenue_concentration",
    label="Revenue concentration",
    unit=Unit.RATIO,
    direction=Direction.DOWN,
    area="Revenue",
    definition="Share of the 20 % of accounts with the most revenue (rounded up to whole accounts) in the revenue of the 12 months up to the as-of date, over the accounts that brought more than nothing.",
    table="account_revenue",
    value=_value,
    rows=_rows,
    columns=("transactions", "revenue"),
    source="Pareto share: revenue of the top fifth of accounts ÷ revenue of all",
)
