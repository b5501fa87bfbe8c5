"""The same forecast made on past days, beside what came and beside what one would have said without it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.models.bookings.learn import MIN_DAYS, learn, problem
from onelead.models.bookings.periods import LEVELS, WINDOWS, summary
from onelead.models.bookings.plan import make_plan
from onelead.models.bookings.record import booked, standing
from onelead.models.bookings.simulate import simulate

if TYPE_CHECKING:
    from onelead.core.fiscal import FiscalCalendar
    from onelead.models.bookings.learn import Learned
    from onelead.models.bookings.record import Record

QUARTERS_MOST, DRAWS = 8, 400
TRACK = {
    "window": pl.String,
    "quarter": pl.Date,
    "week": pl.Int64,
    "day": pl.Date,
    "until": pl.Date,
    "booked": pl.Float64,
    "forecast": pl.Float64,
    **dict.fromkeys(LEVELS, pl.Float64),
    "by_rate": pl.Float64,
    "last_quarter": pl.Float64,
    "actual": pl.Float64,
}


def track(record: Record, calendar: FiscalCalendar, *, seed: int, quarters: int = QUARTERS_MOST) -> pl.DataFrame:
    """Forecasts of whole past fiscal quarters made at the end of each of their weeks, and of the next 30, 60 and 90 days at quarters' begins.

    Columns of ``TRACK``: window ("quarter", "30" …), the quarter's first day, week, day of the forecast, last day that is forecast, what was
    booked by then, forecast (mean, with what was booked), its intervals, and three to compare: ``by_rate`` (open amounts that were stated
    to close × the win rate of closed deals, with what was booked), ``last_quarter`` (what the quarter before brought) and ``actual``.

    What was known on the first day of a quarter teaches all its forecasts; nothing of later days is used.
    """
    rows: list[dict[str, object]] = []
    for start in _quarters(record, calendar, quarters):
        known = record.until(start - timedelta(days=1))
        if problem(known) is None:
            rows += _of_quarter(record, learn(known), start, calendar, seed)
    return pl.DataFrame(rows, schema=TRACK)


def _quarters(record: Record, calendar: FiscalCalendar, most: int) -> list[date]:
    """First days of the newest whole quarters that have enough before them, oldest first."""
    first = record.deals["created"].min()
    found: list[date] = []
    start = calendar.quarter_start(record.as_of)
    while isinstance(first, date) and len(found) < most and (start - first).days > MIN_DAYS:
        start = calendar.quarter_start(start - timedelta(days=1))
        found.append(start)
    return sorted(found)


def _of_quarter(record: Record, learned: Learned, start: date, calendar: FiscalCalendar, seed: int) -> list[dict[str, object]]:
    end, before = calendar.quarter_end(start), start - timedelta(days=1)
    last = booked(record, calendar.quarter_start(before) - timedelta(days=1), before)
    rows: list[dict[str, object]] = []
    for day in [before, *(day for day in _week_ends(start, end, calendar) if day < end)]:
        ahead = {"quarter": (end - day).days}
        if day == before:
            ahead |= {str(step): step for step in WINDOWS if day + timedelta(days=step) <= record.as_of}
        opened = standing(record.until(day), [day])
        plan = make_plan(learned, opened, day, sorted(set(ahead.values())))
        drawn = simulate(plan, seed=seed, draws=DRAWS).total.sum(axis=1).cumsum(axis=1)
        for window, length in ahead.items():
            done = booked(record, before, day)  # nothing before the quarter has begun
            until = day + timedelta(days=length)
            stated = float(opened.filter(pl.col("close_date") <= until)["value"].sum() or 0.0)
            ends = summary(drawn[:, np.searchsorted(plan.edges, length)])
            about: dict[str, object] = {
                "window": window,
                "quarter": start,
                "week": 0 if day == before else calendar.week(day),
                "day": day,
                "until": until,
            }
            naive = {"by_rate": done + stated * learned.won / learned.closed, "last_quarter": last}
            shares = {name: value + done for name, value in ends.items()}
            rows.append({**about, "booked": done, **shares, **naive, "actual": done + booked(record, day, until)})
    return rows


def _week_ends(start: date, end: date, calendar: FiscalCalendar) -> list[date]:
    """Last day of each week of a quarter."""
    days = [start + timedelta(days=step) for step in range((end - start).days + 1)]
    return [day for day in days if calendar.week(day + timedelta(days=1)) != calendar.week(day)]


def by_week(rows: pl.DataFrame) -> pl.DataFrame:
    """Accuracy by week of the quarter (0: before it began): week, quarters, and of each forecast the mean error as a share of what came.

    Columns error, by_rate_error, last_quarter_error (sum of absolute errors ÷ sum of what came), bias, covered80, covered95 (shares).
    """
    gap = {name: (pl.col(name) - pl.col("actual")) for name in ("forecast", "by_rate", "last_quarter")}
    whole = pl.col("actual").sum()
    return (
        rows.filter(pl.col("window") == "quarter")
        .group_by("week")
        .agg(
            pl.len().cast(pl.Int64).alias("quarters"),
            (gap["forecast"].abs().sum() / whole).alias("error"),
            (gap["by_rate"].abs().sum() / whole).alias("by_rate_error"),
            (gap["last_quarter"].abs().sum() / whole).alias("last_quarter_error"),
            (gap["forecast"].sum() / whole).alias("bias"),
            *covered(),
        )
        .sort("week")
    )


def covered() -> list[pl.Expr]:
    """Shares of forecasts whose intervals held what came."""
    inside = [
        (name, pl.col("actual").is_between(pl.col(low), pl.col(high)))
        for name, low, high in (("covered80", "low", "high"), ("covered95", "low95", "high95"))
    ]
    return [test.mean().alias(name) for name, test in inside]
