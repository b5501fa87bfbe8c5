"""What Revenue Focus shows of money to come in: receivables by age, how customers pay, quotas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.web._page import Chart, Column, Missing, Table
from onelead.web.figures import plain
from onelead.workspace.attaining import quotas_by_team
from onelead.workspace.collecting import AGES, payers, receivables_by_age

if TYPE_CHECKING:
    import polars as pl

    from onelead.web._ask import Ask
    from onelead.web._page import Figure

LOAD_INVOICES = "Load invoices with their amount, due date and the day on which they were paid."
TONES = dict(zip(AGES, ("good", "s2", "warn", "warn", "crit"), strict=True))


def ageing_rows(ask: Ask) -> pl.DataFrame:
    """Receivables by age."""
    frame = ask(receivables_by_age)
    if frame.is_empty():
        raise Missing("No invoice is open.", hint=LOAD_INVOICES)
    return frame


def ageing_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Bars from what is not due to what is due longest; a bar opens its invoices."""
    fmt = ask.fmt
    return plain.bars(
        [age or "No due date" for age in frame["age"]],
        frame["value"].to_list(),
        [fmt.money(value) for value in frame["value"]],
        [ask.rows_link("receivables", f"ageing={age or ''}") for age in frame["age"]],
        tokens=[f"token:--ol-{TONES.get(age, 'unknown')}" for age in frame["age"]],
    )


def ageing_sub(ask: Ask) -> str:
    """How much is open."""
    return f"{ask.fmt.money(float(ask(receivables_by_age)['value'].sum()))} not yet paid"


def payer_rows(ask: Ask) -> pl.DataFrame:
    """Accounts by what they owe and how late they pay."""
    frame = ask(payers)
    if frame.is_empty():
        raise Missing("No invoice says what is open or when it was paid.", hint=LOAD_INVOICES)
    return frame


def quota_rows(ask: Ask) -> pl.DataFrame:
    """Teams by what they are to bring in this quarter."""
    frame = ask(quotas_by_team)
    if frame.is_empty():
        raise Missing(
            "No quota of this fiscal quarter is in the data.", hint="Load quotas by person or team, with their period and amount."
        )
    return frame


AGEING = Chart(
    id="ageing",
    title="Receivables by age",
    span=6,
    sub=ageing_sub,
    data=ageing_rows,
    figure=ageing_figure,
    height=320,
    metrics=("receivables", "overdue_receivables", "days_sales_outstanding"),
    how="What is not yet paid of the invoices up to the as-of date, by the days since each was due. Amounts in other currencies are converted at "
    "the rate of the invoice's day. A bar opens its invoices.",
    columns=(
        Column("age", "Past due"),
        Column("value", "Open", "money"),
        Column("invoices", "Invoices", "count"),
        Column("share", "Share", "percent"),
    ),
)

QUOTAS = Table(
    id="quotas",
    title="Quota attainment by team",
    span=6,
    sub="this fiscal quarter",
    rows=quota_rows,
    columns=(
        Column("team", "Team", link=lambda row, ask: ask.rows_link("quota_attainment", f"team={row['team'] or ''}")),
        Column("quota", "Quota", "money"),
        Column("won", "Won", "money", hint="Closed from the first day of the quarter to the as-of date."),
        Column("attainment", "Attained", "percent", phone="value"),
        Column("left", "To go", "money", minor=True),
    ),
    size=10,
    total=("quota", "won", "left"),
    metrics=("quota_attainment", "pipeline_coverage"),
    how="Amounts won in the fiscal quarter of the as-of date ÷ the quotas of the whole quarter; of a quota for another period, the share of its "
    "days in the quarter. A team's own quota counts where none of its people bears one.",
)

PAYERS = Table(
    id="payers",
    title="Payment behaviour by customer",
    rows=payer_rows,
    columns=(
        Column("account_name", "Customer", link=lambda row, ask: ask.account_link(row["account_id"])),
        Column(
            "overdue",
            "Overdue",
            "money",
            status=lambda row: "crit" if row["oldest"] else "warn" if row["overdue"] else None,
            link=lambda row, ask: ask.rows_link("overdue_receivables", f"account_id={row['account_id']}") if row["overdue"] else None,
            hint="Open although the due date has passed.",
        ),
        Column("oldest", "Over 90 days", "money", hint="Of what is overdue: due for more than 90 days."),
        Column(
            "open_value",
            "Open",
            "money",
            link=lambda row, ask: ask.rows_link("receivables", f"account_id={row['account_id']}") if row["invoices"] else None,
        ),
        Column("invoices", "Open invoices", "count", minor=True),
        Column(
            "days_late", "Days late", "days", hint="Mean days from the due date to the payment, of invoices paid in the last 12 months."
        ),
        Column("paid", "Paid", "count", minor=True, hint="Invoices that the mean is over."),
    ),
    size=10,
    search=("account_name",),
    metrics=("overdue_receivables", "average_days_late"),
    how="What each customer owes, what of it is past its due date, and how many days after it the customer paid in the last 12 months; an "
    "early payment counts 0. It says how invoices were paid, and is no rating of credit.",
)
