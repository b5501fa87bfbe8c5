"""Series out of a frame: one grid of periods, gaps filled and counted, and which way of forecasting each one allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from onelead.core.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from onelead.models.learning.matrix import Floats

Every = Literal["month", "quarter", "week"]
SEASONS: dict[Every, int] = {"month": 12, "quarter": 4, "week": 52}
STEPS: dict[Every, str] = {"month": "1mo", "quarter": "1q", "week": "1w"}
LEAST = {"month": 24, "quarter": 12, "week": 104}
"""Periods that the ensemble needs at least: two whole seasons, three of quarters."""
LEAST_NAIVE = 3
MOST_GAPS = 0.2
COLUMNS = {"series": pl.String, "period": pl.Date, "value": pl.Float64}


@dataclass(frozen=True)
class Series:
    """One series on the grid. ``values``: no gaps, oldest first, up to the newest period of all series.

    ``method`` is "ensemble", "seasonal_naive" or "none"; ``reason`` says why it is not the ensemble (empty otherwise).
    ``observed`` and ``filled`` count periods.
    """

    name: str
    values: Floats
    method: str
    reason: str
    observed: int
    filled: int


def check(frame: pl.DataFrame, every: Every) -> pl.DataFrame:
    """The frame with periods moved to their first day and only known, finite values; UsageError for what is no set of series."""
    if missing := [name for name in COLUMNS if name not in frame.columns]:
        raise UsageError(f"The series lack {', '.join(missing)}.", hint=f"Columns: {', '.join(COLUMNS)}.")
    if every not in SEASONS:
        raise UsageError(f"No forecast by {every!r}.", hint=f"Valid: {', '.join(SEASONS)}.")
    rows = frame.select(pl.col(name).cast(kind) for name, kind in COLUMNS.items())
    rows = rows.with_columns(pl.col("period").dt.truncate(STEPS[every])).drop_nulls(["series", "period"])
    doubled = rows.filter(pl.struct("series", "period").is_duplicated())
    if doubled.height:
        name, period, _ = doubled.sort("series", "period").row(0)
        raise UsageError(f"Series {name!r} has more than one value for the {every} of {period}.", hint="Sum them first.")
    return rows.filter(pl.col("value").is_finite()).sort("series", "period")


def prepare(rows: pl.DataFrame, every: Every, *, zero_gaps: bool) -> list[Series]:
    """Every series of ``rows`` (out of ``check``), in the order of their names."""
    if rows.is_empty():
        return []
    end: date = rows["period"].max()  # type: ignore[assignment]
    grid = pl.DataFrame({"period": pl.date_range(rows["period"].min(), end, STEPS[every], eager=True)})  # type: ignore[arg-type]
    place = dict(zip(grid["period"], range(grid.height), strict=True))
    found = []
    for (name,), part in rows.group_by("series", maintain_order=True):
        places = np.array([place[period] for period in part["period"]])
        found.append(_series(str(name), places, part["value"].to_numpy(), grid.height, every, zero_gaps=zero_gaps))
    return found


def _series(name: str, places: Floats, known: Floats, length: int, every: Every, *, zero_gaps: bool) -> Series:
    steps = np.arange(int(places[0]), length)
    values: Floats = np.interp(steps, places, known)
    if zero_gaps:
        values = np.zeros(len(steps))
        values[(places - places[0]).astype(np.int64)] = known
    filled = len(steps) - len(known)
    stale = length - 1 - int(places[-1])
    method, reason = _method(len(values), 0 if zero_gaps else filled, 0 if zero_gaps else stale, every)
    return Series(name, values, method, reason, len(known), filled)


def _method(length: int, filled: int, stale: int, every: Every) -> tuple[str, str]:
    """How a series of ``length`` periods can be forecast, and why not better. ``stale``: unknown periods at its end."""
    if length - filled < LEAST_NAIVE:
        return "none", f"{length - filled} known values; a forecast needs at least {LEAST_NAIVE}."
    if stale > SEASONS[every] // 4:
        return "none", f"No value in the last {stale} periods; nobody knows whether the series goes on."
    if length < LEAST[every]:
        return "seasonal_naive", f"{length} periods; the ensemble needs at least {LEAST[every]}."
    if filled > MOST_GAPS * length:
        return "seasonal_naive", f"{filled} of {length} periods are missing; the ensemble allows {MOST_GAPS:.0%}."
    return "ensemble", ""
