"""Views of money: transactions, contracts, invoices, and what each account buys and has under contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from onelead.metrics._periods import FISCAL, fiscal_columns, months_before, trailing
from onelead.metrics._view import View, at_home

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

    from onelead.core.context import Context, Snapshot

YEAR = 12
FALSE = False
AGES = ((30, "0–30 days"), (60, "31–60 days"), (90, "61–90 days"))
"""Days past due up to which an invoice is of an age."""


def _up_to(day: ir.DateValue, context: Context) -> ir.BooleanValue:
    """Whether it happened by the as-of date; without a date it did."""
    return (day <= ibis.literal(context.as_of)).fill_null(True)  # noqa: FBT003


def _transactions(snapshot: Snapshot, context: Context) -> ir.Table:
    rows = snapshot.table("transactions")
    rows = rows.filter(~rows.is_repeat, _up_to(rows.transaction_date, context))
    rows = at_home(snapshot, context, rows, day=rows.transaction_date, amounts={"revenue": "amount"})
    return rows.mutate(
        is_refund=rows.amount < 0,
        is_unconverted=rows.amount.notnull() & rows.revenue.isnull(),
        **fiscal_columns(rows.transaction_date, context),
    )


def _account_revenue(snapshot: Snapshot, context: Context) -> ir.Table:
    rows = snapshot.table("transactions")
    rows = rows.filter(~rows.is_repeat, rows.account_id.notnull(), trailing(context, YEAR).has(rows.transaction_date))
    rows = at_home(snapshot, context, rows, day=rows.transaction_date, amounts={"revenue": "amount"})
    return rows.group_by("account_id").aggregate(transactions=rows.count(), revenue=rows.revenue.sum())


def _runs_on(rows: ir.Table, day: date) -> ir.BooleanValue:
    """Whether a contract runs on a day: begun, its last day not passed, and not cancelled by then. Without a first day nobody knows."""
    on = ibis.literal(day)
    ends = (rows.end_date >= on).fill_null(True) & (rows.cancelled_date > on).fill_null(True)  # noqa: FBT003
    return (rows.start_date <= on) & ends


def _contracts(snapshot: Snapshot, context: Context) -> ir.Table:
    rows = snapshot.table("contracts")
    rows = rows.filter(~rows.is_repeat)
    at = ibis.least(rows.start_date, ibis.literal(context.as_of))
    rows = at_home(snapshot, context, rows, day=at, amounts={"recurring": "annual_value", "contract_value": "amount"})
    return rows.mutate(
        is_running=_runs_on(rows, context.as_of).fill_null(FALSE),
        days_to_end=rows.end_date.delta(ibis.literal(context.as_of), unit="day"),
        is_unconverted=ibis.coalesce(rows.annual_value, rows.amount).notnull()
        & ibis.coalesce(rows.recurring, rows.contract_value).isnull(),
    )


def _account_contracts(snapshot: Snapshot, context: Context) -> ir.Table:
    rows = snapshot.table("contracts")
    rows = rows.filter(~rows.is_repeat, rows.account_id.notnull())
    at = ibis.least(rows.start_date, ibis.literal(context.as_of))
    rows = at_home(snapshot, context, rows, day=at, amounts={"recurring": "annual_value"})
    before = months_before(context.as_of, YEAR)
    sums = {
        name: rows.recurring.sum(where=_runs_on(rows, day)).fill_null(0.0)
        for name, day in {"arr_before": before, "arr_now": context.as_of}.items()
    }
    known = rows.group_by("account_id").aggregate(**sums)
    return known.mutate(
        arr_kept=ibis.least(known.arr_before, known.arr_now),
        arr_change=known.arr_now - known.arr_before,
        was_customer=known.arr_before > 0,
        is_kept=(known.arr_before > 0) & (known.arr_now > 0),
    )


def _invoices(snapshot: Snapshot, context: Context) -> ir.Table:
    rows = snapshot.table("invoices")
    rows = rows.filter(~rows.is_repeat, _up_to(rows.invoice_date, context))
    as_of = ibis.literal(context.as_of)
    paid = (rows.paid_date <= as_of).fill_null(FALSE)
    # what was paid of one that was settled after the as-of date was not said then
    so_far = ibis.ifelse(rows.paid_date.isnull(), rows.amount_paid.fill_null(0.0), 0.0)
    rows = rows.mutate(open_amount=ibis.ifelse(paid, 0.0, rows.amount - so_far))
    day = rows.invoice_date
    rows = at_home(snapshot, context, rows, day=day, amounts={"invoice_value": "amount", "open_value": "open_amount"})
    is_open = (rows.open_value != 0).fill_null(FALSE)
    overdue = is_open & (rows.due_date < as_of).fill_null(FALSE)
    days = ibis.ifelse(overdue, as_of.delta(rows.due_date, unit="day"), ibis.null("int64"))
    late = ibis.ifelse(rows.paid_date <= as_of, ibis.greatest(rows.paid_date.delta(rows.due_date, unit="day"), 0), ibis.null("int64"))
    return rows.drop("open_amount").mutate(
        is_open=is_open,
        is_overdue=overdue,
        days_overdue=days,
        ageing=ibis.cases(
            *((days <= most, name) for most, name in AGES),
            (overdue, "Over 90 days"),
            (is_open & rows.due_date.notnull(), "Not due"),
            else_=ibis.null("string"),
        ),
        days_late=ibis.ifelse(rows.due_date.isnull(), ibis.null("int64"), late),
        is_unconverted=rows.amount.notnull() & rows.invoice_value.isnull(),
    )


VIEWS = (
    View(
        "transactions",
        "Transactions",
        ("transactions",),
        _transactions,
        ("transaction_id",),
        {
            "revenue": "Amount in the workspace's currency, at the newest rate of its day or before; unknown without one.",
            "is_refund": "Whether its amount is negative.",
            "is_unconverted": "Whether its amount is in a currency for which no rate is known.",
            **FISCAL,
        },
    ),
    View(
        "account_revenue",
        "Accounts and what they bought in a year",
        ("transactions",),
        _account_revenue,
        ("account_id",),
        {
            "transactions": "Transactions of the 12 months up to the as-of date.",
            "revenue": "Their amounts in the workspace's currency, refunds taken off.",
        },
    ),
    View(
        "contracts",
        "Contracts",
        ("contracts",),
        _contracts,
        ("contract_id",),
        {
            "recurring": "Annual value in the workspace's currency, at the newest rate of the first day or before.",
            "contract_value": "Value of the whole term in the workspace's currency.",
            "is_running": "Whether it runs on the as-of date: begun, not at its end, not cancelled.",
            "days_to_end": "Days from the as-of date to its last day; negative once past.",
            "is_unconverted": "Whether its amounts are in a currency for which no rate is known.",
        },
    ),
    View(
        "account_contracts",
        "Accounts and what recurs",
        ("contracts",),
        _account_contracts,
        ("account_id",),
        {
            "arr_before": "Annual value of the contracts that ran 12 months before the as-of date.",
            "arr_now": "Annual value of the contracts that run on the as-of date.",
            "arr_kept": "The smaller of the two: what is left of the former, expansion left out.",
            "arr_change": "The latter less the former.",
            "was_customer": "Whether anything recurred 12 months before.",
            "is_kept": "Whether anything recurred then, and does now.",
        },
    ),
    View(
        "invoices",
        "Invoices",
        ("invoices",),
        _invoices,
        ("invoice_id",),
        {
            "invoice_value": "Amount in the workspace's currency, at the newest rate of its day or before.",
            "open_value": "What is not yet paid of it, in the workspace's currency.",
            "is_open": "Whether anything of it is not yet paid.",
            "is_overdue": "Whether anything is not yet paid although its due date has passed.",
            "days_overdue": "Days since the due date, while it is overdue.",
            "ageing": "Not due, or days past due: 0–30, 31–60, 61–90, over 90; unknown once paid and without a due date.",
            "days_late": "Paid ones: days from the due date to the payment in full; 0 when early.",
            "is_unconverted": "Whether its amount is in a currency for which no rate is known.",
        },
    ),
)
"""The views of this file."""
