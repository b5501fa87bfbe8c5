"""What forecast categories say a quarter will bring, and what came of such amounts at the same point of past quarters."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from onelead.models.bookings.record import standing

if TYPE_CHECKING:
    from onelead.core.fiscal import FiscalCalendar
    from onelead.models.bookings.record import Record

COMMIT, LIKELY, BEST, PIPELINE, OMITTED = "commit", "most_likely", "best_case", "pipeline", "omitted"
WORDS = {
    COMMIT: ("commit",),
    LIKELY: ("most likely", "mostlikely", "likely", "probable", "forecast"),
    BEST: ("best case", "bestcase", "upside"),
    OMITTED: ("omit", "closed"),
}
"""Category → how its names begin in CRMs; any other name is pipeline."""
QUARTERS, DEALS_LEAST = 8, 20
"""Past quarters that shares rest on, and deals of a category that they need."""


def category(name: str = "forecast_category") -> pl.Expr:
    """A forecast category under one of five names; pipeline where none is stated."""
    plain = pl.col(name).str.strip_chars().str.to_lowercase().str.replace_all(r"[_\-]+", " ")
    found = pl.lit(PIPELINE)
    for kind, beginnings in WORDS.items():
        found = pl.when(pl.any_horizontal(plain.str.starts_with(word) for word in beginnings)).then(pl.lit(kind)).otherwise(found)
    return pl.when(plain.is_null()).then(pl.lit(PIPELINE)).otherwise(found)


def brought(record: Record, calendar: FiscalCalendar, day: date, end: date) -> dict[str, float]:
    """What open amounts of each category, stated to close by the quarter's end, brought by it: shares, from as late in past quarters.

    ``end``: last day of the quarter that ``day`` forecasts. Categories with few deals behind them are left out.
    """
    left, last, found = end - day, end, []
    for _ in range(QUARTERS):
        last = calendar.quarter_start(last) - timedelta(days=1)
        past = last - left
        rows = standing(record, [past]).filter((pl.col("close_date") <= last) & pl.col("value").is_not_null())
        came = (pl.col("won").fill_null(value=False) & (pl.col("closed") <= last)).fill_null(value=False)
        found.append(rows.select(category().alias("kind"), "value", pl.when(came).then(pl.col("final")).otherwise(0.0).alias("came")))
    counted = pl.concat(found).group_by("kind").agg(pl.len().alias("deals"), pl.col("value").sum(), pl.col("came").sum())
    enough = counted.filter((pl.col("deals") >= DEALS_LEAST) & (pl.col("value") > 0))
    return {kind: came / value for kind, value, came in enough.select("kind", "value", "came").iter_rows()}


def stated(rows: pl.DataFrame, end: date, shares: dict[str, float], by: list[str]) -> pl.DataFrame:
    """Open amounts stated to close by ``end``, by ``by``: deals, and what is added to what is booked: commit, most_likely, best_case.

    Commit: amounts of that category. Best case: those of commit, most likely and best case. Most likely: the category where the CRM has
    one, with commit; else each category's amounts × the share that such amounts brought (null where no past quarter tells).
    """
    due = rows.filter((pl.col("close_date") <= end) & pl.col("value").is_not_null()).with_columns(category().alias("kind"))
    due = due.filter(pl.col("kind") != OMITTED)
    amount, kind = pl.col("value"), pl.col("kind")
    if (due["kind"] == LIKELY).any():
        likely = amount.filter(kind.is_in([COMMIT, LIKELY])).sum()
    elif shares:
        likely = (amount * kind.replace_strict(shares, default=0.0, return_dtype=pl.Float64)).sum()
    else:
        likely = pl.lit(None, pl.Float64)
    return due.group_by(by).agg(
        pl.len().cast(pl.Int64).alias("deals"),
        amount.filter(kind == COMMIT).sum().alias("commit"),
        likely.alias("most_likely"),
        amount.filter(kind.is_in([COMMIT, LIKELY, BEST])).sum().alias("best_case"),
    )
