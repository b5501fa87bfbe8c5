"""Open pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from onelead.core.units import Direction, Unit
from onelead.metrics._deals import DEAL_COLUMNS, stated
from onelead.metrics._metric import Metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


def _rows(table: ir.Table, _: Context) -> ir.BooleanValue:
    return table.is_open & table.deal_value.notnull()


def _value(table: ir.Table, context: Context) -> ir.Scalar:
    total = table.deal_value.sum(where=_rows(table, context))
    # amounts are known and none of them counts: that is nothing, not unknown
    return ibis.ifelse(table.count(where=table.deal_value.notnull()) > 0, total.fill_null(0.0), ibis.null("float64"))


METRIC = Metric(
    id="open_pipeline_value",
    label="Open pipeline",
    unit=Unit.MONEY,
    direction=Direction.UP,
    area="Opportunities",
    definition="Amounts of the open opportunities in the workspace's currency; other currencies at the newest exchange rate; those without an amount are left out and counted by unvalued_opportunities, those without a rate by foreign_currency_opportunities.",
    table="opportunities",
    value=_value,
    rows=_rows,
    columns=DEAL_COLUMNS,
    source="Product definition, Pipeline: open pipeline value",
    estimated=stated,
)
