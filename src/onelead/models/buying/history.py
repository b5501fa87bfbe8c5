"""Transactions to what the models of buying need: how often, how lately, for how long, and what a purchase is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.core.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from onelead.models.learning.matrix import Floats, Ints

COLUMNS = ("account_id", "date", "value")
DAYS = 7.0


@dataclass(frozen=True)
class Histories:
    """One entry a customer: repeat purchases ``x``, ``recency`` (first to last purchase) and ``age`` (first to as-of), in weeks."""

    x: Floats
    recency: Floats
    age: Floats

    def __len__(self) -> int:
        return len(self.x)

    def at(self, rows: Ints) -> Histories:
        """Some of the customers."""
        return Histories(self.x[rows], self.recency[rows], self.age[rows])


@dataclass(frozen=True)
class Spending:
    """One entry a customer: purchases of known value, and their mean (refunds taken off, never below 0)."""

    count: Floats
    mean: Floats


@dataclass(frozen=True)
class Purchases:
    """``days``: account_id, day (days since 1970), value (null unknown), sorted; one row per account and day. ``left_out``: rows by reason."""

    days: pl.DataFrame
    refunds: pl.DataFrame
    as_of: int
    left_out: dict[str, int]

    def until(self, day: int) -> Purchases:
        """The same as it was known at the end of an earlier ``day``."""
        return Purchases(self.days.filter(pl.col("day") <= day), self.refunds.filter(pl.col("day") <= day), day, {})

    def of(self, accounts: pl.Series) -> Purchases:
        """Some of the accounts."""
        wanted = pl.col("account_id").is_in(accounts.implode())
        return Purchases(self.days.filter(wanted), self.refunds.filter(wanted), self.as_of, {})

    def summary(self) -> pl.DataFrame:
        """One row per account, by account_id: purchases, first, last, known (purchases of known value), spent."""
        back = self.refunds.group_by("account_id").agg(back=pl.col("value").sum())
        known = pl.col("value").is_not_null().sum()
        seen = self.days.group_by("account_id").agg(
            purchases=pl.len(), first=pl.col("day").min(), last=pl.col("day").max(), known=known, spent=pl.col("value").sum()
        )
        net = (pl.col("spent") + pl.col("back").fill_null(0.0)).clip(lower_bound=0.0)
        return seen.join(back, on="account_id", how="left").with_columns(spent=net).drop("back").sort("account_id")

    def counts_after(self, accounts: pl.Series, start: int, end: int) -> Floats:
        """Purchases of each account after day ``start`` and until ``end``."""
        later = self.days.filter((pl.col("day") > start) & (pl.col("day") <= end)).group_by("account_id").len()
        found = pl.DataFrame({"account_id": accounts}).join(later, on="account_id", how="left", maintain_order="left")
        return found["len"].fill_null(0).cast(pl.Float64).to_numpy()


def histories(summary: pl.DataFrame, as_of: int) -> Histories:
    """Histories from ``Purchases.summary``, in calendar weeks."""
    first, last = summary["first"].to_numpy(), summary["last"].to_numpy()
    return Histories(summary["purchases"].to_numpy() - 1.0, (last - first) / DAYS, (as_of - first) / DAYS)


def spending(summary: pl.DataFrame) -> Spending:
    """What purchases were worth, from ``Purchases.summary``."""
    known = summary["known"].cast(pl.Float64).to_numpy()
    return Spending(known, summary["spent"].cast(pl.Float64).to_numpy() / np.maximum(known, 1.0))


def purchases(transactions: pl.DataFrame, as_of: date) -> Purchases:
    """Days on which an account bought, as known on ``as_of``.

    ``transactions``: account_id, date, value (a row each; value may be null: unknown). Rows after ``as_of`` and rows without account or date are
    left out and counted. What an account bought on one day is one purchase. A day whose sum is negative is a refund: no purchase, it lowers the
    account's mean value. Raises UsageError when a column is missing.
    """
    if missing := [name for name in COLUMNS if name not in transactions.columns]:
        raise UsageError(f"Transactions lack {', '.join(missing)}.", hint=f"They need the columns {', '.join(COLUMNS)}.")
    rows = transactions.select(pl.col("account_id").cast(pl.String), pl.col("date").cast(pl.Date), pl.col("value").cast(pl.Float64))
    whole = rows.drop_nulls(["account_id", "date"])
    past = whole.filter(pl.col("date") <= as_of).with_columns(value=pl.col("value").replace(float("nan"), None))
    value = pl.when(pl.col("value").is_not_null().any()).then(pl.col("value").sum())
    days = past.group_by("account_id", day=pl.col("date").cast(pl.Int32).cast(pl.Int64)).agg(value=value).sort("account_id", "day")
    refund = pl.col("value").fill_null(0.0) < 0
    refunds = days.filter(refund)
    left_out = {
        "without account or date": rows.height - whole.height,
        "after the as-of date": whole.height - past.height,
        "days with more refunds than purchases": refunds.height,
    }
    return Purchases(days.filter(~refund), refunds, pl.Series([as_of]).cast(pl.Int32).item(), left_out)
