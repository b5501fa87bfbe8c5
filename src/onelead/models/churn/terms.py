"""Who was a customer from when to when, and which contract ran: spells, from the dates that the tables state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.models.churn.remembered import remembered
from onelead.models.survival.backtest import MIN_ENDS
from onelead.models.survival.spells import DAYS_OF_MONTH
from onelead.tables.exchange_rates import converted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.models._base import ModelInput

GRACE = 30
"""Days after the end of a term in which a renewal may still come: until then nobody says that it ended."""
GAP = 90
"""Where no contract names the one that it renews: so many days after the end of a term the next one of the same product still goes on from it."""
YEAR = 365
RECURRING = (
    *("contract_id", "account_id", "customer_id", "product_id", "contract_type", "start_date", "end_date", "cancelled_date"),
    *("amount", "annual_value", "currency", "term_months", "auto_renew", "renewal_of"),
)
SHAPE = {
    "subject": pl.String, "account_id": pl.String, "start": pl.Date, "end": pl.Date, "seen_from": pl.Date, "seen_until": pl.Date, "term_months": pl.Float64,
    "yearly_value": pl.Float64,
}  # fmt: skip
"""Columns of the spells of this file; see ``survival.spells``."""


def facts(data: ModelInput, table: str, columns: Sequence[str]) -> pl.DataFrame:
    """Some columns of the rows of a table that count and have an account."""
    rows = data.frame(table)
    counted = ~pl.col("is_repeat").fill_null(value=False) if "is_repeat" in rows.columns else pl.lit(value=True)
    return rows.filter(counted, pl.col("account_id").is_not_null()).select(columns)


@remembered
def contracts(data: ModelInput) -> pl.DataFrame:
    """Terms that had begun or were agreed by the as-of date, with chain (the first of the contracts that renew each other), term_end and yearly (at home)."""
    as_of = data.context.as_of
    rows = facts(data, "contracts", RECURRING).drop_nulls("start_date")
    begun = rows.filter(pl.col("start_date") <= as_of).unique("contract_id", keep="first", maintain_order=True)
    begun = begun.with_columns(day=pl.min_horizontal("start_date", pl.lit(as_of)))
    rates, home = data.frame("exchange_rates").filter(pl.col("rate_date") <= as_of), data.context.settings.prices.currency
    money = [converted(begun, rates, to=home, amount=name, day="day").alias(f"{name}_home") for name in ("annual_value", "amount")]
    by_dates = (pl.col("end_date") - pl.col("start_date")).dt.total_days() / DAYS_OF_MONTH
    months = pl.coalesce(pl.col("term_months").cast(pl.Float64), pl.when(by_dates > 0).then(by_dates.round(0).clip(lower_bound=1.0)))
    priced = begun.with_columns(money).with_columns(months=pl.when(months > 0).then(months))
    whole = pl.col("amount_home") / pl.max_horizontal(pl.col("months") / 12, 1.0)
    return _chained(priced.with_columns(yearly=pl.coalesce("annual_value_home", whole)))


def _chained(rows: pl.DataFrame) -> pl.DataFrame:
    if rows["renewal_of"].null_count() < rows.height:
        return _by_name(rows)
    same = ["account_id", "customer_id", "product_id", "contract_type"]
    ordered = rows.sort(*same, "start_date", "contract_id")
    until = pl.coalesce("cancelled_date", "end_date").cum_max().shift(1).over(same)
    new = (pl.col("start_date") > until + pl.duration(days=GAP)).fill_null(value=False) | (pl.int_range(pl.len()).over(same) == 0)
    # a contract without an end has no next one
    return ordered.with_columns(chain=pl.when(new).then("contract_id").forward_fill())


def _by_name(rows: pl.DataFrame) -> pl.DataFrame:
    """Follows ``renewal_of`` to the first contract; doubling the steps, so that a chain of a thousand takes ten joins."""
    up = rows.select("contract_id", above=pl.when(pl.col("renewal_of") != pl.col("contract_id")).then("renewal_of"))
    known = up.select(pl.col("contract_id").alias("above"))
    up = up.join(known, on="above", how="semi", maintain_order="left").vstack(
        up.join(known, on="above", how="anti", maintain_order="left").with_columns(above="contract_id")
    )
    for _ in range(16):  # chains of 65,536; a circle ends here too
        further = up.join(up.rename({"contract_id": "above", "above": "beyond"}), on="above", how="left")
        settled = further["above"].equals(further["beyond"])
        up = further.select("contract_id", above="beyond")
        if settled:
            break
    return rows.join(up.rename({"above": "chain"}), on="contract_id", how="left", maintain_order="left")


@remembered
def contract_spells(data: ModelInput) -> pl.DataFrame:
    """One row a chain of contracts: from its first day until it was cancelled, or its last term ended without a renewal; the subject is its newest contract."""
    rows, as_of = contracts(data), data.context.as_of
    if rows.is_empty():
        return pl.DataFrame(schema={**SHAPE, "term_end": pl.Date})
    ordered = rows.sort("chain", "start_date", "contract_id")
    last = {
        name: pl.col(name).last() for name in ("end_date", "cancelled_date", "auto_renew", "months", "yearly", "account_id", "contract_id")
    }
    chains = ordered.group_by("chain", maintain_order=True).agg(pl.col("start_date").min().alias("start"), **last)
    cancelled = pl.when(pl.col("cancelled_date") <= as_of).then("cancelled_date")
    lapsed = (pl.col("end_date") < pl.lit(as_of) - pl.duration(days=GRACE)) & ~pl.col("auto_renew").fill_null(value=False)
    ends = chains.with_columns(end=pl.coalesce(cancelled, pl.when(lapsed).then("end_date")))
    # A term that ended days ago may still be renewed; nothing is known of it since.
    waiting = pl.col("end").is_null() & (pl.col("end_date") < as_of) & ~pl.col("auto_renew").fill_null(value=False)
    return _framed(
        ends.with_columns(
            _not_before("start"),
            pl.when(waiting).then("end_date").alias("seen_until"),
            pl.col("contract_id").alias("subject"),
            pl.col("months").alias("term_months"),
            pl.col("yearly").alias("yearly_value"),
            pl.col("end_date").alias("term_end"),
        ),
        "term_end",
    )


def company_spells(data: ModelInput) -> pl.DataFrame:
    """One row an account whose companies have a day since which they are customers: until the last of its companies left."""
    rows = facts(data, "companies", ["account_id", "created_date", "churned_date", "is_churned"])
    gone = pl.when(pl.col("churned_date") <= data.context.as_of).then("churned_date")
    flagged = pl.col("churned_date").is_null() & pl.col("is_churned").fill_null(value=False)  # it left on a day that nobody wrote down
    kept = rows.filter(~flagged.any().over("account_id"))
    end = pl.when(gone.is_not_null().all()).then(gone.max())
    found = kept.drop_nulls("created_date").group_by("account_id").agg(pl.col("created_date").min().alias("start"), end=end)
    return _framed(found.with_columns(_not_before("start")))


def account_spells(data: ModelInput) -> tuple[pl.DataFrame, str]:
    """Spells of accounts, and what says when they end: "companies" (a day of leaving), "contracts" (the last one ended), or "" (nothing).

    Where companies state too few days of leaving to learn from, contracts tell if they know of more.
    """
    told = company_spells(data)
    left = told["end"].count()
    if left >= MIN_ENDS:
        return told, "companies"
    signed = _until_the_last_contract(data)
    if left and left >= signed["end"].count():
        return told, "companies"
    return signed, "" if signed.is_empty() else "contracts"


def _until_the_last_contract(data: ModelInput) -> pl.DataFrame:
    """Spells of accounts, from their first contract until the last one ended."""
    chains = contract_spells(data)
    if chains.is_empty():
        return pl.DataFrame(schema=SHAPE)
    over = pl.col("end").is_not_null().all()
    # As long as one contract waits for its renewal, whether the account left is open.
    found = chains.group_by("account_id").agg(
        pl.col("start").min(),
        pl.when(over).then(pl.col("end").max()).alias("end"),
        pl.when(~over & (pl.col("end").is_not_null() | pl.col("seen_until").is_not_null()).all())
        .then(pl.col("seen_until").max())
        .alias("seen_until"),
    )
    return _framed(found)


def _not_before(start: str) -> pl.Expr:
    """The end, at the earliest on the first day."""
    return pl.when(pl.col("end").is_not_null()).then(pl.max_horizontal("end", start)).alias("end")


def _framed(rows: pl.DataFrame, *more: str) -> pl.DataFrame:
    """In the columns of ``SHAPE``. Leaving was recorded from the first day on which anybody is known to have left: who left before is not in the data."""
    first = rows["end"].drop_nulls().min() if "end" in rows.columns else None
    filled = rows.with_columns(pl.lit(first, pl.Date).alias("seen_from"))
    lacking = [pl.lit(None, kind).alias(name) for name, kind in SHAPE.items() if name not in filled.columns]
    return filled.with_columns(lacking).select(*SHAPE, *more).cast(SHAPE).sort("account_id", "start", "subject")  # type: ignore[arg-type]  # as cast takes them


def yearly_values(data: ModelInput) -> pl.DataFrame:
    """account_id, value: the yearly value of the contracts that run; without one, what it bought in the last year (refunds taken off)."""
    as_of = data.context.as_of
    chains = contract_spells(data).filter(pl.col("end").is_null())
    running = chains.group_by("account_id").agg(
        pl.when(pl.col("yearly_value").is_not_null().any()).then(pl.col("yearly_value").sum()).alias("value")
    )
    bought = purchases(data).filter(pl.col("day") > pl.lit(as_of) - pl.duration(days=YEAR))
    spent = bought.group_by("account_id").agg(
        pl.when(pl.col("value").is_not_null().any()).then(pl.col("value").sum().clip(lower_bound=0.0)).alias("value")
    )
    every = pl.concat([running.drop_nulls(), spent.join(running.drop_nulls(), on="account_id", how="anti")])
    return every.with_columns(pl.col("value").round(6))


@remembered
def purchases(data: ModelInput) -> pl.DataFrame:
    """account_id, day, product_id and value (in the workspace's currency, null: unknown) of the transactions up to the as-of date."""
    as_of = data.context.as_of
    rows = facts(data, "transactions", ["account_id", "transaction_date", "product_id", "amount", "currency"])
    past = rows.filter(pl.col("transaction_date") <= as_of)
    rates = data.frame("exchange_rates").filter(pl.col("rate_date") <= as_of)
    value = converted(past, rates, to=data.context.settings.prices.currency, day="transaction_date")
    return past.select("account_id", "product_id", day="transaction_date").with_columns(value.alias("value"))
