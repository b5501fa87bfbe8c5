"""Lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from onelead.core.units import Direction, Unit
from onelead.metrics._deals import DEAL_COLUMNS, stated
from onelead.metrics._metric import Metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


FALSE = False


def _rows(table: ir.Table, _: Context) -> ir.BooleanValue:
    return (~table.is_won).fill_null(FALSE) & table.deal_value.notnull()


def _value(table: ir.Table, context: Context) -> ir.Scalar:
    total = table.deal_value.sum(where=_rows(table, context))
    # amounts are known and none of them counts: that is nothing, not unknown
    return ibis.ifelse(
        table.count(where=table.deal_value.notnull() & table.is_won.notnull()) > 0, total.fill_null(0.0), ibis.null("float64")
    )


METRIC = Metric(
    id="lost_value",
    label="Lost",
    unit=Unit.MONEY,
    direction=Direction.DOWN,
    area="Opportunities",
    definition="Amounts of the lost opportunities in the workspace's currency, others at the exchange rate of the close date.",
    table="opportunities",
    value=_value,
    rows=_rows,
    columns=DEAL_COLUMNS,
    source="Revenue Focus page, revenue performance",
    estimated=stated,
)
