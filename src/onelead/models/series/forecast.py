"""Forecasts of series with intervals and their record: the mean of three models, calibrated by back-test.

In goes one row per series and period, out come the mean and the 80 % and 95 % interval of each period ahead, what each series allowed,
and a card. Nothing is learned from one series about another but how wide intervals must be.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.core.errors import UsageError
from onelead.models.series.backtest import BackTests, accuracy, judge, plan_tests, record, told
from onelead.models.series.intervals import LEVELS, calibrate, coverage, normal_factors, own_sizes
from onelead.models.series.measure import naive_scale, seasonal_naive
from onelead.models.series.members import MEMBERS, Fit, Task, fit_all
from onelead.models.series.prepare import LEAST, MOST_GAPS, SEASONS, STEPS, Every, Series, check, prepare

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from onelead.models.learning.matrix import Floats

FORECAST_SCHEMA = pl.Schema(
    {"series": pl.String, "period": pl.Date, "step": pl.Int64}
    | dict.fromkeys(("mean", "low_80", "high_80", "low_95", "high_95"), pl.Float64)
    | {"method": pl.String}
)
MOST_HORIZON = 104


@dataclass(frozen=True)
class SeriesForecast:
    """``forecast``: ``FORECAST_SCHEMA``, one row per series and step; series without a forecast have none.

    ``record``: one row per series: method, reason, periods observed and filled, members, and its back-tests (count, MASE and sMAPE of
    the forecast, of Naive2 and of the seasonal naive). ``card``: plain JSON over all series. ``tests`` and ``scales`` (series → size of
    its one-step error; only of the ensemble) are what intervals rest on; ``tested``: ``TESTED_SCHEMA``, one row a back-test and step.
    """

    forecast: pl.DataFrame
    record: pl.DataFrame
    card: dict[str, object]
    tests: BackTests
    scales: dict[str, float]
    tested: pl.DataFrame


def forecast_series(frame: pl.DataFrame, *, every: Every, horizon: int, zero_gaps: bool = False, workers: int = 2) -> SeriesForecast:
    """Forecast every series ``horizon`` periods beyond the newest period of the frame.

    Args:
        frame: series (text), period (any day in it), value (any unit; null is unknown). Leave an unfinished last period out.
        every: "month", "quarter" or "week" (from Monday).
        horizon: periods ahead, 1 to 104.
        zero_gaps: a missing period means zero (sums of rows), not unknown (which is interpolated, and counted).
        workers: processes that share the work of many series; the result does not depend on it.

    Raises:
        UsageError: missing columns, an unknown ``every``, a horizon out of range, two values for one period.
    """
    if not 1 <= horizon <= MOST_HORIZON:
        raise UsageError(f"A horizon of {horizon} periods is out of range.", hint=f"Valid: 1 to {MOST_HORIZON}.")
    rows = check(frame, every)
    series = prepare(rows, every, zero_gaps=zero_gaps)
    season = SEASONS[every]
    able = [entry for entry in series if entry.method == "ensemble"]
    plan = plan_tests(able, season=season, horizon=horizon, least=LEAST[every])
    fits = fit_all([*plan.tasks(), *(Task(entry.values, season, horizon) for entry in able)], workers=workers)
    tests = judge(plan, fits[: len(plan.rows)])
    of_tests, of_series = own_sizes(tests.errors, tests.scales, tests.owners)
    tests = replace(tests, scales=tests.scales * of_tests)
    calibration = calibrate(tests.errors, tests.scales)
    by_name = {
        entry.name: replace(found, scale=found.scale * float(of_series[number]) if number < len(of_series) else found.scale)
        for number, (entry, found) in enumerate(zip(able, fits[len(plan.rows) :], strict=True))
    }
    parts = [_rows(entry, by_name.get(entry.name), calibration.factors, season, horizon) for entry in series if entry.method != "none"]
    steps = _dated(pl.concat(parts), rows["period"].max(), every) if parts else pl.DataFrame(schema=FORECAST_SCHEMA)  # type: ignore[arg-type]
    card = _card(series, tests, every, horizon) | {
        "calibration": {
            "calibrated": calibration.calibrated,
            "errors": calibration.errors,
            "factors": {str(level): [round(float(value), 4) for value in calibration.factors[level]] for level in LEVELS},
        }
    }
    scales = {name: found.scale for name, found in by_name.items()}
    return SeriesForecast(steps, record(series, by_name, tests), card, tests, scales, told(plan, tests, rows["period"].max(), every))  # type: ignore[arg-type]


def _rows(entry: Series, fit: Fit | None, factors: Mapping[int, Floats], season: int, horizon: int) -> pl.DataFrame:
    if fit is None:
        mean, widths = _fallback(entry.values, season, horizon)
    else:
        mean, widths = fit.mean, {level: factors[level] * fit.scale for level in LEVELS}
    columns: dict[str, object] = {"series": entry.name, "step": np.arange(1, horizon + 1), "mean": mean}
    for level in LEVELS:
        low = mean - widths[level]
        # What was never negative is not expected to be.
        columns |= {f"low_{level}": np.maximum(low, 0.0) if entry.values.min() >= 0 else low, f"high_{level}": mean + widths[level]}
    return pl.DataFrame(columns | {"method": entry.method})


def _fallback(values: Floats, season: int, horizon: int) -> tuple[Floats, dict[int, Floats]]:
    """Seasonal naive with normal intervals that grow by season (Hyndman and Athanasopoulos, Forecasting, 5.5)."""
    lag = season if len(values) >= season else 1
    walked = normal_factors(horizon)
    seasons = (np.arange(horizon) // lag) + 1
    # Fewer than three changes from season to season say nothing about their size; changes from period to period do.
    scale = naive_scale(values, lag if len(values) >= lag + 3 else 1)
    widths = {level: walked[level][0] * np.sqrt(seasons) * scale for level in LEVELS}
    return seasonal_naive(values, season, horizon), widths


def _dated(rows: pl.DataFrame, last: date, every: Every) -> pl.DataFrame:
    offset = pl.col("step").cast(pl.String) + STEPS[every].removeprefix("1")
    dated = rows.with_columns(pl.lit(last).cast(pl.Date).dt.offset_by(offset).alias("period"))
    return dated.select(FORECAST_SCHEMA.names()).cast(FORECAST_SCHEMA)


def _card(series: list[Series], tests: BackTests, every: Every, horizon: int) -> dict[str, object]:
    inside = coverage(tests.errors, tests.scales, tests.owners)
    return {
        "model": "series",
        "every": every,
        "horizon": horizon,
        "members": MEMBERS,
        "combination": "mean of the members, without one that runs away from the others",
        "least_periods": LEAST[every],
        "most_gaps": MOST_GAPS,
        "series": {method: sum(entry.method == method for entry in series) for method in ("ensemble", "seasonal_naive", "none")},
        "back_tests": len(tests.owners),
        "accuracy": accuracy(tests),
        "coverage": None if inside is None else {str(level): round(share, 4) for level, share in inside.items()},
        "limits": [
            "The past is assumed to go on: a new product, price or customer is not in a series before it happened.",
            "Intervals hold on average over series like these, not for each one; short series fall back to the seasonal naive, uncalibrated.",
        ],
    }
