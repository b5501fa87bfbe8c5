"""Sales velocity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.units import Direction, Unit
from onelead.metrics._deals import DEAL_COLUMNS
from onelead.metrics._metric import Metric
from onelead.metrics._periods import trailing

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context

FALSE = False


def _closed(table: ir.Table, context: Context) -> ir.BooleanValue:
    return table.is_won.notnull() & trailing(context, 12).has(table.close_date)


def _rows(table: ir.Table, context: Context) -> ir.BooleanValue:
    return table.is_open | _closed(table, context)


def _value(table: ir.Table, context: Context) -> ir.Scalar:
    closed = _closed(table, context)
    won = closed & table.is_won.fill_null(FALSE)
    rate = table.count(where=won) / table.count(where=closed).nullif(0)
    return table.count(where=table.is_open) * rate * table.deal_value.mean(where=won) / table.cycle_days.mean(where=won).nullif(0.0)


METRIC = Metric(
    id="sales_velocity",
    label="Sales velocity, a day",
    unit=Unit.MONEY,
    direction=Direction.UP,
    area="Opportunities",
    definition="What the open pipeline brings a day at the pace of the last 12 months: open opportunities × win rate × mean amount won ÷ mean days from creation to close, the last three over the opportunities closed in the 12 months up to the as-of date.",
    table="opportunities",
    value=_value,
    rows=_rows,
    columns=(*DEAL_COLUMNS, "is_won"),
    source="Sales velocity: opportunities × win rate × average deal size ÷ length of the sales cycle",
    estimated=True,
)
