"""Use cases: segments of accounts by industry, size and behaviour, whose names say what they are."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from onelead import metrics as kpis
from onelead.core.errors import UnknownNameError
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

YEAR = timedelta(days=365)
KINDS = {"behaviour": "Behaviour", "industry": "Industry", "size": "Size"}
SIZES = (
    (10, "Micro, below 10 people"),
    (50, "Small, 10 to 49 people"),
    (250, "Medium, 50 to 249 people"),
    (None, "Large, 250 people or more"),
)
"""Classes of size by employees. Source: Commission Recommendation 2003/361/EC, article 2."""
SPENDS = ("Large", "Middle", "Small")
SHARES = (0.8, 0.95)
"""The accounts that together bring the first 80 % of a year's revenue spend large, those of the next 15 % middle (ABC analysis)."""
MOVED = 0.2
"""A year's revenue that is this share above or below the year before grows or shrinks."""
TRENDS = ("new", "growing", "steady", "shrinking", "gone quiet")
BY_ACCOUNT = {
    "account_id": pl.String,
    "account_name": pl.String,
    "behaviour": pl.String,
    "industry": pl.String,
    "size": pl.String,
    "spend": pl.String,
    "trend": pl.String,
    "revenue": pl.Float64,
    "before": pl.Float64,
    "change": pl.Float64,
}


def account_segments(view: View, parts: Parts) -> pl.DataFrame:
    """Each top-level account with its segments: see BY_ACCOUNT; null where the data does not tell.

    ``revenue`` is that of the last twelve months, ``before`` of the twelve before, ``change`` the share that it moved by. ``behaviour`` is
    spend and trend in words. Spend: the accounts that together bring the first 80 % of the larger of both years are Large, of the next 15 %
    Middle, else Small. Trend: new (nothing the year before), growing or shrinking by a fifth at least, gone quiet (nothing this year), steady.
    Who bought nothing in two years has no behaviour. Segments are by all accounts, so that an account's is the same for every reader.
    """
    return view.of_everyone(parts, _every_account)


def segments(view: View, parts: Parts, kind: str = "behaviour") -> pl.DataFrame:
    """Segments of a kind (see KINDS), the most revenue first: segment, accounts, revenue, before, change, share (of the revenue).

    Accounts of which it is not known stand under null. Raises UnknownNameError.
    """
    if kind not in KINDS:
        raise UnknownNameError("kind of segment", kind, list(KINDS))
    frame = account_segments(view, parts)
    total = frame["revenue"].sum() or None
    grouped = frame.group_by(segment=kind).agg(
        pl.len().cast(pl.Int64).alias("accounts"),
        *(pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in ("revenue", "before")),
    )
    return grouped.with_columns(
        change=pl.when(pl.col("before") > 0).then(pl.col("revenue").fill_null(0.0) / pl.col("before") - 1),
        share=pl.col("revenue") / pl.lit(total, dtype=pl.Float64),
    ).sort(pl.col("segment").is_null(), pl.col("revenue").fill_null(0.0), "segment", descending=[False, True, False])


@of_the_snapshot
def _every_account(view: View, _: Parts) -> pl.DataFrame:
    accounts = view.snapshot.frame("accounts").filter(pl.col("level") == "account")
    people = pl.col("employees") if "employees" in accounts.columns else pl.lit(None, dtype=pl.Int64)
    stated = pl.col("size_class") if "size_class" in accounts.columns else pl.lit(None, dtype=pl.String)
    frame = accounts.select("account_id", "account_name", "industry", size=pl.coalesce(_size(people), stated))
    for name, day in (("revenue", view.context.as_of), ("before", view.context.as_of - YEAR)):
        found = kpis.query(view.snapshot, view.context.on(day), "revenue", by=("account_id",))
        frame = frame.join(found.select("account_id", pl.col("value").alias(name)), on="account_id", how="left", maintain_order="left")
    return behaving(frame).select(*BY_ACCOUNT)


def behaving(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` (account_id, revenue, before) with spend, trend, change and behaviour; see ``account_segments``."""
    now, then = pl.col("revenue").fill_null(0.0), pl.col("before").fill_null(0.0)
    worth = pl.max_horizontal(now, then, pl.lit(0.0))
    ranked = frame.with_columns(worth=worth).sort("worth", "account_id", descending=[True, False])
    before_it = pl.col("worth").cum_sum() - pl.col("worth")
    total = pl.col("worth").sum()
    spend = pl.when(before_it < SHARES[0] * total).then(pl.lit("Large")).when(before_it < SHARES[1] * total).then(pl.lit("Middle"))
    change = pl.when(then > 0).then(now / then - 1)
    trend = (
        pl.when(then <= 0)
        .then(pl.lit("new"))
        .when(now <= 0)
        .then(pl.lit("gone quiet"))
        .when(change >= MOVED)
        .then(pl.lit("growing"))
        .when(change <= -MOVED)
        .then(pl.lit("shrinking"))
        .otherwise(pl.lit("steady"))
    )
    buys = pl.col("worth") > 0
    return (
        ranked.with_columns(spend=pl.when(buys).then(spend.otherwise(pl.lit("Small"))), trend=pl.when(buys).then(trend), change=change)
        .with_columns(behaviour=pl.format("{} spend, {}", "spend", "trend"))
        .drop("worth")
        .sort("account_id")
    )


def _size(people: pl.Expr) -> pl.Expr:
    known = pl.when(people.is_null()).then(pl.lit(None, dtype=pl.String))
    for below, words in SIZES:
        known = known.when(people < below if below is not None else pl.lit(value=True)).then(pl.lit(words))  # type: ignore[assignment]
    return known
