"""Revenue per account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.units import Direction, Unit
from onelead.metrics._deals import stated
from onelead.metrics._metric import Metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


def _rows(table: ir.Table, _: Context) -> ir.BooleanValue:
    return table.revenue.notnull()


METRIC = Metric(
    id="revenue_per_account",
    label="Revenue per account",
    unit=Unit.MONEY,
    direction=Direction.UP,
    area="Revenue",
    definition="Mean revenue of the 12 months up to the as-of date, over the accounts that have transactions in them.",
    table="account_revenue",
    value=lambda table, _: table.revenue.mean(),
    rows=_rows,
    columns=("transactions", "revenue"),
    source="Average revenue per account (ARPA): revenue ÷ accounts that bought",
    estimated=stated,
)
