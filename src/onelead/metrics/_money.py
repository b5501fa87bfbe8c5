"""What the metrics of money share: the columns that their rows show, and how a stretch of time compares with the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.units import Direction, Unit
from onelead.metrics._deals import stated
from onelead.metrics._metric import Metric, total_metric
from onelead.metrics._periods import Period, trailing

if TYPE_CHECKING:
    from collections.abc import Callable

    import ibis.expr.types as ir

    from onelead.core.context import Context

TRANSACTION_COLUMNS = (
    "transaction_id",
    "transaction_date",
    "transaction_type",
    "product_id",
    "quantity",
    "amount",
    "currency",
    "revenue",
    "region",
)
CONTRACT_COLUMNS = (
    "contract_id",
    "contract_type",
    "status",
    "start_date",
    "end_date",
    "cancelled_date",
    "annual_value",
    "amount",
    "currency",
)
INVOICE_COLUMNS = ("invoice_id", "invoice_date", "due_date", "paid_date", "amount", "amount_paid", "currency", "open_value", "ageing")


def revenue_metric(*, id: str, label: str, definition: str, period: Callable[[Context], Period], source: str) -> Metric:  # noqa: A002 - a field of Metric
    """Transactions of a period."""
    return total_metric(
        id=id,
        label=label,
        unit=Unit.MONEY,
        direction=Direction.UP,
        area="Revenue",
        definition=definition,
        table="transactions",
        amount="revenue",
        hit=lambda table, context: period(context).has(table.transaction_date),
        among=lambda table, _: table.transaction_date.notnull(),
        columns=TRANSACTION_COLUMNS,
        source=source,
        estimated=stated,
    )


def growth_metric(*, id: str, label: str, months: int, definition: str) -> Metric:  # noqa: A002 - a field of Metric
    """Revenue of the last ``months`` against that of as many before; null unless both are known and the former is more than nothing."""

    def rows(table: ir.Table, context: Context) -> ir.BooleanValue:
        both = Period(trailing(context, months, months).first, trailing(context, months).last)
        return both.has(table.transaction_date) & table.revenue.notnull()

    def value(table: ir.Table, context: Context) -> ir.Scalar:
        now, before = (table.revenue.sum(where=trailing(context, months, skipped).has(table.transaction_date)) for skipped in (0, months))
        return (before > 0).ifelse(now / before - 1, None)

    return Metric(
        id=id,
        label=label,
        unit=Unit.RATIO,
        direction=Direction.UP,
        area="Revenue",
        definition=definition,
        table="transactions",
        value=value,
        rows=rows,
        columns=TRANSACTION_COLUMNS,
        source="Growth rate of a period over the one before: (now − before) ÷ before",
    )
