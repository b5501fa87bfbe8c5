"""Average deal size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import Metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


FALSE = False


def _rows(table: ir.Table, _: Context) -> ir.BooleanValue:
    return table.is_won.fill_null(FALSE) & table.deal_value.notnull()


def _value(table: ir.Table, context: Context) -> ir.Scalar:
    return table.deal_value.mean(where=_rows(table, context))


def _estimated(table: ir.Table, _: Context) -> ir.Scalar:
    # amounts are stated by the source, never estimated
    return table.count() < ibis.literal(0)


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
    columns=(
        "opportunity_id",
        "opportunity_name",
        "owner_name",
        "product_line",
        "stage",
        "amount",
        "currency",
        "created_date",
        "close_date",
    ),
    source="Product definition, Pipeline: average_deal_size",
    estimated=_estimated,
)
