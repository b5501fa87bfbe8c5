"""What was known of accounts on a day: purchases, payments, mood, contracts. Nothing that happened later is looked at."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from onelead.models.churn.remembered import remembered
from onelead.models.churn.terms import contracts, facts, purchases

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from onelead.models._base import ModelInput

YEAR, HALF = 365, 182
EMPTIED = 0.05
"""By so much the shares of companies with employees may differ between those who left and those who stay."""
LEAST = 3
"""Purchases that a trend needs."""


def known_on(data: ModelInput, accounts: pl.Series | None, days: Sequence[date]) -> pl.DataFrame:
    """account_id, known_on and the columns of ``features.FEATURES`` that the tables have anything for, one row an account and day (no later than the as-of date).

    ``accounts``: of which (None: all that any table names). Columns without a value anywhere are left out.
    """
    tables = _tables(data, accounts)
    everybody = pl.concat([table.select("account_id") for table, _ in tables]).unique().sort("account_id") if tables else None
    if everybody is None or everybody.is_empty():
        return pl.DataFrame(schema={"account_id": pl.String, "known_on": pl.Date})
    sheets = []
    for day in sorted({day for day in days if day <= data.context.as_of}):
        sheet = everybody
        for table, seen in tables:
            sheet = sheet.join(seen(table, day), on="account_id", how="left", maintain_order="left")
        sheets.append(sheet.with_columns(pl.lit(day).alias("known_on")))
    found = pl.concat(sheets)
    told = [name for name in found.columns if found[name].null_count() < found.height]
    # A mean's last digits depend on the order of the rows, which says nothing.
    return found.select(pl.col(name).round(9) if found.schema[name].is_float() else pl.col(name) for name in told)


@remembered
def known_today(data: ModelInput) -> pl.DataFrame:
    """``known_on`` of all accounts on the as-of date."""
    return known_on(data, None, [data.context.as_of])


def _tables(data: ModelInput, accounts: pl.Series | None) -> list[tuple[pl.DataFrame, Callable[[pl.DataFrame, date], pl.DataFrame]]]:
    """The tables that have rows, only the wanted accounts, and what reads each as of a day."""
    invoices = facts(data, "invoices", ["account_id", "due_date", "paid_date", "invoice_date"]).drop_nulls("due_date")
    activities = facts(data, "activities", ["account_id", "activity_date", "sentiment"]).drop_nulls("activity_date")
    found: list[tuple[pl.DataFrame, Callable[[pl.DataFrame, date], pl.DataFrame]]] = [
        (purchases(data).drop("value"), _bought),
        (invoices, _paid),
        (activities, _met),
        (contracts(data), _signed),
        (_sizes(data), _sized),
    ]
    wanted = [(table if accounts is None else table.filter(pl.col("account_id").is_in(accounts.implode())), seen) for table, seen in found]
    return [(table, seen) for table, seen in wanted if not table.is_empty()]


def _sizes(data: ModelInput) -> pl.DataFrame:
    """account_id, employees; no rows where they are stated of those who left much more or less often: then the gap is written after the leaving."""
    rows = facts(data, "companies", ["account_id", "employees", "churned_date", "is_churned"])
    gone = pl.coalesce(pl.col("churned_date") <= data.context.as_of, "is_churned").fill_null(value=False).alias("gone")
    stated = rows.group_by(gone).agg(pl.col("employees").is_not_null().mean())["employees"]
    uneven = stated.len() > 1 and stated.max() - stated.min() > EMPTIED  # type: ignore[operator]  # shares
    known = rows.select("account_id", "employees").drop_nulls()
    return known.clear() if uneven else known


def _bought(table: pl.DataFrame, day: date) -> pl.DataFrame:
    age = (pl.lit(day) - pl.col("day")).dt.total_days()
    past = table.filter(pl.col("day") <= day, pl.col("day") > day - timedelta(days=3 * YEAR))
    half, before = (age < HALF).sum(), ((age >= HALF) & (age < 2 * HALF)).sum()
    count, oldest = pl.len(), age.max()
    # The first purchase marks the beginning and lies there by definition, so it does not count towards the mean.
    lately = 1.0 - (age.sum() - oldest) / ((count - 1) * oldest)
    return past.group_by("account_id").agg(
        (age < YEAR).sum().cast(pl.Float64).alias("purchases_year"),
        ((half + 1) / (before + 1)).log().alias("purchases_change"),
        pl.when((count >= LEAST) & (oldest > 0)).then(lately).alias("purchases_lately"),
        age.min().cast(pl.Float64).alias("days_since_purchase"),
        pl.col("product_id").n_unique().cast(pl.Float64).alias("products_bought"),
    )


def _paid(table: pl.DataFrame, day: date) -> pl.DataFrame:
    due = table.filter(
        pl.col("due_date") <= day,
        pl.col("due_date") > day - timedelta(days=2 * YEAR),
        (pl.col("invoice_date") <= day).fill_null(value=True),
    )
    settled = (pl.col("paid_date") <= day).fill_null(value=False)
    late = (pl.when(settled).then("paid_date").otherwise(pl.lit(day)) - pl.col("due_date")).dt.total_days()
    return due.group_by("account_id").agg(late.mean().alias("days_paid_late"), (~settled).sum().cast(pl.Float64).alias("overdue_invoices"))


def _met(table: pl.DataFrame, day: date) -> pl.DataFrame:
    past = table.filter(pl.col("activity_date") <= day, pl.col("activity_date") > day - timedelta(days=2 * YEAR))
    age = (pl.lit(day) - pl.col("activity_date")).dt.total_days()
    return past.group_by("account_id").agg(
        pl.col("sentiment").mean().alias("mood"),
        (age < HALF).sum().cast(pl.Float64).alias("activities_half_year"),
        age.min().cast(pl.Float64).alias("days_since_activity"),
    )


def _signed(table: pl.DataFrame, day: date) -> pl.DataFrame:
    ended = (pl.col("end_date") < day).fill_null(value=False) | (pl.col("cancelled_date") <= day).fill_null(value=False)
    running = table.filter(pl.col("start_date") <= day, ~ended)
    return running.group_by("account_id").agg(
        pl.len().cast(pl.Float64).alias("running_contracts"), pl.col("auto_renew").cast(pl.Float64).mean().alias("auto_renewing")
    )


def _sized(table: pl.DataFrame, day: date) -> pl.DataFrame:  # noqa: ARG001 - the size of a company is taken to be what it always was
    return table.group_by("account_id").agg((pl.col("employees").sum().cast(pl.Float64) + 1).log().alias("company_size"))
