"""What customers buy next: of those who had one product and not another, how many bought the other within a year.

Owning two products together says nothing of the order; who had the first and bought the second later does. The share is held against that of
all customers who lacked the second product (lift), and both are counted over whole past years, so that nobody is asked about a year that
is not over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.rules._chance import TAIL, beta_quantile
from onelead.tables.exchange_rates import converted

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from onelead.core.context import Context

    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

YEAR = timedelta(days=365)
YEARS = 3
"""So many whole past years are counted together."""
DOUBT = 0.01
"""A pair is told where the rate lies above the base with this much doubt left: many pairs are compared, and some look good by chance."""
OWNERS_LEAST = 30
ADOPTERS_LEAST = 5
VALUED_LEAST = 3
NEVER = 10**6
PRODUCTS_MOST = 100
"""The most bought products are compared; a pair of rarer ones would not have owners enough."""
PAIRS = {
    "owned": pl.String,
    "product": pl.String,
    "owners": pl.Int64,
    "adopters": pl.Int64,
    "rate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "base": pl.Float64,
    "lift": pl.Float64,
    "both": pl.Int64,
    "support": pl.Float64,
    "told": pl.Boolean,
}


@dataclass(frozen=True)
class Held:
    """Who bought what, and since when."""

    accounts: list[str]
    products: list[str]
    first: Ints
    """Accounts × products: day of the first purchase, since 1970; NEVER where there is none."""
    lines: pl.DataFrame


def purchases(frame: Callable[[str], pl.DataFrame], context: Context) -> pl.DataFrame:
    """Purchases up to the as-of date: account_id, product, day, money (null where the amount or its rate is not known).

    A product is its category, where the product table names one, else the product itself. What was given back is no purchase.
    """
    rows = frame("transactions").filter(
        ~pl.col("is_repeat").fill_null(value=False)
        & (pl.col("transaction_date") <= context.as_of)
        & (pl.col("amount").fill_null(0.0) >= 0)
        & pl.col("account_id").is_not_null()
        & pl.col("product_id").is_not_null()
    )
    money = converted(rows, frame("exchange_rates"), to=context.settings.prices.currency, day="transaction_date")
    named = rows.select("account_id", "product_id", day="transaction_date", money=money).join(
        product_names(frame), on="product_id", how="left"
    )
    return named.select("account_id", pl.coalesce("product", "product_id"), "day", "money")


def product_names(frame: Callable[[str], pl.DataFrame]) -> pl.DataFrame:
    """product_id, product: the category of a product, where the product table names one, else its name."""
    named = frame("products").select("product_id", product=pl.coalesce("product_category", "product_name", "product_id"))
    return named.unique("product_id", keep="first", maintain_order=True)


def typical(bought: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """What a product brings a year: product, value, value_low, value_high: median and quartiles over its owners, from VALUED_LEAST of them on.

    Of an owner: its purchases of the product by the years since the first, of at least one.
    """
    years = ((pl.lit(as_of) - pl.col("day").min()).dt.total_days() / YEAR.days).clip(lower_bound=1.0)
    owners = bought.drop_nulls("money").group_by("account_id", "product").agg(yearly=pl.col("money").sum() / years)
    amount = pl.col("yearly")
    found = (
        owners.filter(amount > 0)
        .group_by("product")
        .agg(amount.count().alias("count"), value=amount.median(), value_low=amount.quantile(0.25), value_high=amount.quantile(0.75))
    )
    return found.filter(pl.col("count") >= VALUED_LEAST).drop("count").sort("product")


def pairs(bought: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Pairs of products: see PAIRS, the highest lift first.

    ``owners`` had ``owned`` and not ``product`` when a year began, and had bought something in the year before; ``adopters`` of them bought
    ``product`` within it. ``rate`` is their share with its 80 % range (Beta, uniform prior), ``base`` that of all such customers without
    ``product``, ``lift`` = rate ÷ base. ``both`` own both today; ``support`` is their share of all customers. ``told``: owners and adopters
    enough, and the rate lies above the base with little doubt (DOUBT).
    """
    held = _held(bought)
    count = len(held.products)
    owners, adopters, lacking, later = (np.zeros((count, count)), np.zeros((count, count)), np.zeros(count), np.zeros(count))
    for start in _starts(bought, as_of):
        alive = _alive(held, start)
        day = _number(start)
        has = held.first[alive] <= day
        got = (held.first[alive] > day) & (held.first[alive] <= day + YEAR.days)
        owners += _together(has, ~has)
        adopters += _together(has, got)
        lacking += (~has).sum(axis=0)
        later += got.sum(axis=0)
    both = _together(held.first < NEVER, held.first < NEVER)
    return _framed(held, owners, adopters, later / np.maximum(lacking, 1), both)


def offers(bought: pl.DataFrame, found: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """For each customer of the last year and product that it lacks, the told pair with the highest rate: account_id and the columns of ``found``."""
    alive = bought.group_by("account_id").agg(pl.col("day").max()).filter(pl.col("day") > as_of - YEAR)
    own = bought.select("account_id", "product").unique()
    fitting = own.rename({"product": "owned"}).join(alive, on="account_id", how="semi").join(found.filter("told"), on="owned")
    lacked = fitting.join(own, on=["account_id", "product"], how="anti")
    best = lacked.sort(["account_id", "product", "rate", "owned"], descending=[False, False, True, False])
    return best.unique(["account_id", "product"], keep="first", maintain_order=True)


def _held(bought: pl.DataFrame) -> Held:
    counted = bought.group_by("product").agg(pl.len().alias("lines")).sort(["lines", "product"], descending=[True, False])
    products = sorted(counted["product"].head(PRODUCTS_MOST).to_list())
    lines = bought.filter(pl.col("product").is_in(products))
    firsts = lines.group_by("account_id", "product").agg(pl.col("day").min())
    accounts = firsts["account_id"].unique().sort()
    first = np.full((len(accounts), len(products)), NEVER)
    if len(accounts):
        row = firsts["account_id"].replace_strict(accounts, pl.Series(range(len(accounts))), return_dtype=pl.Int64).to_numpy()
        column = firsts["product"].replace_strict(products, list(range(len(products))), return_dtype=pl.Int64).to_numpy()
        first[row, column] = firsts["day"].cast(pl.Int32).to_numpy()
    return Held(accounts.to_list(), products, first, lines)


def _starts(bought: pl.DataFrame, as_of: date) -> list[date]:
    """First days of the whole years before the as-of date that a year of known purchases lies before."""
    opened = bought["day"].min()
    starts = [as_of - step * YEAR for step in range(1, YEARS + 1)]
    return [start for start in starts if opened is not None and start - YEAR >= opened]  # type: ignore[operator]  # a column of dates


def _alive(held: Held, start: date) -> Flags:
    lately = held.lines.filter((pl.col("day") <= start) & (pl.col("day") > start - YEAR))["account_id"].unique()
    return pl.Series(held.accounts, dtype=pl.String).is_in(lately.implode()).to_numpy()


def _number(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()


def _together(ours: Flags, theirs: Flags) -> Floats:
    """Counts of rows in which both hold: products × products."""
    counts: Floats = (ours.astype(np.float32).T @ theirs.astype(np.float32)).astype(np.float64)
    return counts


def _framed(held: Held, owners: Floats, adopters: Floats, base: Floats, both: Floats) -> pl.DataFrame:
    rows = []
    for left, owned in enumerate(held.products):
        for right, product in enumerate(held.products):
            if left == right or not owners[left, right]:
                continue
            n, k, usual = owners[left, right], adopters[left, right], base[right]
            low, high = beta_quantile(TAIL, 1 + k, 1 + n - k), beta_quantile(1 - TAIL, 1 + k, 1 + n - k)
            told = n >= OWNERS_LEAST and k >= ADOPTERS_LEAST and beta_quantile(DOUBT, 1 + k, 1 + n - k) > usual
            shared = both[left, right]
            lift = k / n / usual if usual else None
            rows.append(
                (
                    owned,
                    product,
                    int(n),
                    int(k),
                    k / n,
                    min(low, k / n),
                    max(high, k / n),
                    usual,
                    lift,
                    int(shared),
                    shared / len(held.accounts),
                    told,
                )
            )
    return pl.DataFrame(rows, schema=PAIRS, orient="row").sort(
        ["lift", "owned", "product"], descending=[True, False, False], nulls_last=True
    )
