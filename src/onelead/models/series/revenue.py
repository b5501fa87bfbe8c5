"""Amounts by month as a forecast: the total and its parts by region, product line and team, which add up, with their record.

In go the sums of whole months; out come history, months, fiscal quarters and the next 30, 60 and 90 days, and what the back-tests said
beside what came. Below two whole years there is none, and nothing heavy is imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from onelead.core.fiscal import QUARTER, FiscalCalendar
from onelead.models.series.prepare import LEAST
from onelead.tables.forecasts import TABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from onelead.core.context import Context
    from onelead.models.series.forecast import SeriesForecast

HORIZON = 12
MOST_MEMBERS = 6
"""Regions, product lines or teams that get a series of their own; the rest is forecast as one."""
LEAST_MONTHS = LEAST["month"]
MOST_LAG = 3
"""Whole months without a row up to which the newest data still count as such."""
TOTAL, EVERYTHING, OTHERS, UNKNOWN = "total", "All", "All others", "Not stated"
DIMENSIONS = ("region", "product", "team")
DAYS = (30, 60, 90)
RANGES = ("low_80", "high_80", "low_95", "high_95")


@dataclass(frozen=True)
class Amounts:
    """What is forecast. ``months``: month, region, product, team, value: sums of whole months, as ``metrics.monthly`` gives them."""

    source: str
    months: pl.DataFrame
    context: Context

    @property
    def last(self) -> date:
        """First day of the last whole month up to the as-of date."""
        return ((self.context.as_of + timedelta(days=1)).replace(day=1) - timedelta(days=1)).replace(day=1)


def lacking(amounts: Amounts) -> str:
    """Why there is no forecast; empty where there is one."""
    if amounts.months.is_empty():
        return "No whole month has an amount."
    first: date = amounts.months["month"].min()  # type: ignore[assignment]
    newest: date = amounts.months["month"].max()  # type: ignore[assignment]
    known = _months_between(first, newest) + 1
    if known < LEAST_MONTHS:
        return f"{known} whole months have amounts; a forecast needs {LEAST_MONTHS}."
    if _months_between(newest, amounts.last) > MOST_LAG:
        return f"The newest amounts are of {newest:%B %Y}: nobody knows what came since."
    return ""


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * HORIZON + last.month - first.month


def split(amounts: Amounts) -> tuple[pl.DataFrame, dict[str, list[str]]]:
    """Sums by month of every series (series, period, value), and the names of the parts by dimension.

    The largest of the last twelve months get a series each, what is left one together. A dimension with fewer than two known values is none.
    """
    frame = amounts.months.rename({"month": "period"})
    by = pl.col("value").sum()
    parts = [frame.group_by("period").agg(by).with_columns(series=pl.lit(f"{TOTAL}={EVERYTHING}"))]
    names: dict[str, list[str]] = {}
    year = frame.filter(pl.col("period") > amounts.last.replace(year=amounts.last.year - 1))
    for dimension in DIMENSIONS:
        largest = year.drop_nulls(dimension).group_by(dimension).agg(by).sort(["value", dimension], descending=[True, False])
        if largest.height < 2:  # noqa: PLR2004 - one part alone is the total
            continue
        kept = largest[dimension].head(MOST_MEMBERS).to_list()
        known = pl.when(pl.col(dimension).is_in(kept)).then(pl.col(dimension)).otherwise(pl.lit(OTHERS))
        member = pl.when(pl.col(dimension).is_null()).then(pl.lit(UNKNOWN)).otherwise(known)
        sums = frame.with_columns(series=pl.concat_str(pl.lit(f"{dimension}="), member)).group_by("series", "period").agg(by)
        names[dimension] = sums["series"].unique().sort().to_list()
        parts.append(sums.select("period", "value", "series"))
    return pl.concat(parts, how="diagonal").select("series", "period", "value").sort("series", "period"), names


def forecast_amounts(amounts: Amounts) -> tuple[pl.DataFrame, dict[str, object]]:
    """Rows of the table forecasts, and the card. ``lacking`` must be empty."""
    from onelead.models.series.forecast import forecast_series
    from onelead.models.series.reconcile import reconcile
    from onelead.models.series.revenue_card import card

    frame, names = split(amounts)
    made = forecast_series(frame, every="month", horizon=HORIZON, zero_gaps=True, workers=1)
    told = set(made.forecast["series"])
    whole = {dimension: parts for dimension, parts in names.items() if told.issuperset(parts)}
    kept = [f"{TOTAL}={EVERYTHING}", *(name for parts in whole.values() for name in parts)]
    ahead = reconcile(made.forecast, [(kept[0], parts) for parts in whole.values()]).filter(pl.col("series").is_in(kept))
    frame = frame.filter(pl.col("series").is_in(kept))
    newest: date = frame["period"].max()  # type: ignore[assignment]
    rows = pl.concat(
        [
            _history(frame),
            _months(ahead),
            _tested(made, kept[0]),
            *_quarters(made, ahead, frame, amounts.context),
            *_days(made, ahead, amounts),
        ],
        how="diagonal_relaxed",
    )
    end = pl.col("period_start").dt.month_end()
    shaped = rows.with_columns(
        source=pl.lit(amounts.source),
        dimension=pl.col("series").str.split_exact("=", 1).struct[0],
        member=pl.col("series").str.splitn("=", 2).struct[1],
        period_end=pl.coalesce("period_end", end),
        made_on=pl.coalesce("known_until", pl.lit(newest)).dt.month_end(),
    )
    schema = {name: TABLE.contract.create_empty().schema[name] for name in TABLE.contract.create_empty().columns}
    return shaped.select(pl.col(name).cast(kind) for name, kind in schema.items()), card(amounts, made, kept[0])


def _history(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select("series", period_start="period", actual="value", span=pl.lit("month"))


def _months(ahead: pl.DataFrame) -> pl.DataFrame:
    return ahead.select("series", "step", "mean", *RANGES, "method", period_start="period", span=pl.lit("month"))


def _tested(made: SeriesForecast, total: str) -> pl.DataFrame:
    """Back-tests of the total: what would have been said."""
    mine = made.tested.filter(pl.col("series") == total)
    return mine.select(
        "series", "step", "mean", "actual", "known_until", period_start="period", span=pl.lit("month"), method=pl.lit("ensemble")
    )


def _over(made: SeriesForecast, ahead: pl.DataFrame, weights: Sequence[float]) -> pl.DataFrame:
    import numpy as np

    from onelead.models.series.windows import over

    given: NDArray[np.float64] = np.array(weights)
    methods = ahead.group_by("series").agg(pl.col("method").first())
    return over(made, ahead, given).join(methods, on="series", maintain_order="left")


def _quarters(made: SeriesForecast, ahead: pl.DataFrame, frame: pl.DataFrame, context: Context) -> list[pl.DataFrame]:
    """Every fiscal quarter that the forecast completes: what came of it already, and the months still to come."""
    calendar = FiscalCalendar(context.settings.fiscal)
    months = ahead["period"].unique().sort().to_list()
    starts = sorted({calendar.quarter_start(month) for month in months})
    found = []
    for start in starts:
        end = calendar.quarter_end(start)
        if end > (months[-1] + timedelta(days=31)).replace(day=1):
            continue
        rest = _over(made, ahead, [float(start <= month <= end) for month in months])
        came = frame.filter(pl.col("period").is_between(start, end)).group_by("series").agg(actual=pl.col("value").sum())
        begun = sum(start <= month <= end for month in months) < QUARTER
        joined = rest.join(came, on="series", how="left", maintain_order="left").with_columns(pl.col("actual").fill_null(0.0))
        moved = joined.with_columns(pl.col("mean", *RANGES) + pl.col("actual"))
        actual = pl.col("actual") if begun else pl.lit(None, dtype=pl.Float64)
        found.append(moved.with_columns(actual.alias("actual"), span=pl.lit("quarter"), period_start=pl.lit(start), period_end=pl.lit(end)))
    return found


def _days(made: SeriesForecast, ahead: pl.DataFrame, amounts: Amounts) -> list[pl.DataFrame]:
    """The days after the as-of date: of each month the share of its days that falls into them."""
    months = ahead["period"].unique().sort().to_list()
    first = amounts.context.as_of + timedelta(days=1)
    found = []
    for days in DAYS:
        last = amounts.context.as_of + timedelta(days=days)
        weights = [_share(month, first, last) for month in months]
        dated = {"period_start": pl.lit(first), "period_end": pl.lit(last), "span": pl.lit(f"{days} days")}
        found.append(_over(made, ahead, weights).with_columns(**dated))
    return found


def _share(month: date, first: date, last: date) -> float:
    """The part of a month's days that lies between two days, both included."""
    after = (month + timedelta(days=31)).replace(day=1)
    within = (min(last, after - timedelta(days=1)) - max(first, month)).days + 1
    return max(within, 0) / (after - month).days
