"""Win rate by value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.units import Direction, Unit
from onelead.metrics._deals import DEAL_COLUMNS
from onelead.metrics._metric import Metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context

FALSE = False


def _rows(table: ir.Table, _: Context) -> ir.BooleanValue:
    return table.is_won.notnull() & table.deal_value.notnull()


def _value(table: ir.Table, context: Context) -> ir.Scalar:
    won = table.deal_value.sum(where=table.is_won.fill_null(FALSE)).fill_null(0.0)
    return won / table.deal_value.sum(where=_rows(table, context)).nullif(0.0)


METRIC = Metric(
    id="win_rate_value",
    label="Win rate by value",
    unit=Unit.RATIO,
    direction=Direction.UP,
    area="Opportunities",
    definition="Amounts of the won opportunities divided by those of the won and the lost ones, in the workspace's currency; unknown while no closed one states an amount.",
    table="opportunities",
    value=_value,
    rows=_rows,
    columns=(*DEAL_COLUMNS, "is_won"),
    source="Win rate by value: won amount ÷ closed amount",
)
