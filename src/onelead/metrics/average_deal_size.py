"""Average deal size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.units import Direction, Unit
from onelead.metrics._deals import DEAL_COLUMNS, stated
from onelead.metrics._metric import Metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


FALSE = False


def _rows(table: ir.Table, _: Context) -> ir.BooleanValue:
    return table.is_won.fill_null(FALSE) & table.deal_value.notnull()


def _value(table: ir.Table, context: Context) -> ir.Scalar:
    return table.deal_value.mean(where=_rows(table, context))


METRIC = Metric(
    id="average_deal_size",
    label="Average deal size",
    unit=Unit.MONEY,
    direction=Direction.UP,
    area="Opportunities",
    definition="Mean amount of the won opportunities whose amount is known in the workspace's currency.",
    table="opportunities",
    value=_value,
    rows=_rows,
    columns=DEAL_COLUMNS,
    source="Product definition, Pipeline: average_deal_size",
    estimated=stated,
)
