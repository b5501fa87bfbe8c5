"""What the metrics of deals share: the columns that their rows show, and that their amounts are stated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context

DEAL_COLUMNS = (
    "opportunity_id",
    "opportunity_name",
    "owner_name",
    "product_line",
    "stage",
    "amount",
    "currency",
    "created_date",
    "close_date",
)


def stated(table: ir.Table, _: Context) -> ir.Scalar:
    """Never an estimate: the source states the amounts. An aggregate, as estimate flags have to be, which no table satisfies."""
    return table.count() < ibis.literal(0)
