"""Forecasts of the 1,428 monthly series of the M3 competition, 18 months ahead, beside Naive2, Theta and a plain median of three models.

The forecaster sees the training parts only: its members were chosen, and its intervals are calibrated, on months inside them. MASE divides
by the seasonal naive error of the training part, series by series; both figures are means over series. All baselines are computed in the
same run; Theta is statsforecast's standard one, the plain median is that of AutoETS, dynamic optimised Theta and CES. Coverage is the
share of test months inside the interval; its spread is over the 18 horizons. The baseline of coverage is AutoETS' own interval.
Data: the folder ONELEAD_BENCH_DATA names, m3/M3-monthly.json; without it there is nothing to measure.
"""

from __future__ import annotations

import json
import os
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks._harness import Record
from onelead.models.learning.matrix import one_thread
from onelead.models.series.forecast import SeriesForecast, forecast_series
from onelead.models.series.measure import mase, naive2, naive_scale, smape

COMMAND = "python -m benchmarks forecast"
SEASON, HORIZON, WORKERS = 12, 18, 2
END = 12 * 2000
"""All series are set to end in the same month; only the place in the year matters."""
TARGETS = {"mase": "<= 0.83", "smape": "<= 13.5"}
MARGIN = "within 3 points on average, 6 at each horizon"


def series() -> list[dict[str, Any]] | None:
    folder = os.environ.get("ONELEAD_BENCH_DATA")
    file = Path(folder) / "m3" / "M3-monthly.json" if folder else None
    return json.loads(file.read_text(encoding="utf-8")) if file and file.exists() else None


def frame(found: list[dict[str, Any]]) -> pl.DataFrame:
    rows = []
    for number, entry in enumerate(found):
        for back, value in enumerate(reversed(entry["train"])):
            year, month = divmod(END - back, 12)
            rows.append((f"{number:05d}", date(year, month + 1, 1), float(value)))
    return pl.DataFrame(rows, schema=["series", "period", "value"], orient="row")


def baseline(values: np.ndarray) -> dict[str, np.ndarray]:
    """Forecasts of one series by each baseline, and AutoETS' own intervals."""
    with warnings.catch_warnings(), np.errstate(all="ignore"), one_thread():
        warnings.simplefilter("ignore")
        from statsforecast.models import AutoCES, AutoETS, DynamicOptimizedTheta, Theta

        np.random.seed(1)
        ets = AutoETS(season_length=SEASON).forecast(y=values, h=HORIZON, level=[80, 95])
        others = [model(season_length=SEASON).forecast(y=values, h=HORIZON)["mean"] for model in (DynamicOptimizedTheta, AutoCES)]
        theta = Theta(season_length=SEASON).forecast(y=values, h=HORIZON)["mean"]
    intervals = {f"{side}_{level}": ets[f"{side[:2]}-{level}"] for side in ("low", "high") for level in (80, 95)}
    return {"naive2": naive2(values, SEASON, HORIZON), "theta": theta, "median": np.median([ets["mean"], *others], axis=0)} | intervals


def scores(train: list[np.ndarray], actual: np.ndarray, said: np.ndarray) -> dict[str, np.ndarray]:
    """MASE and sMAPE of each series."""
    pairs = list(zip(train, actual, said, strict=True))
    return {
        "mase": np.array([mase(came, forecast, naive_scale(past, SEASON)) for past, came, forecast in pairs]),
        "smape": np.array([smape(came, forecast) for _, came, forecast in pairs]),
    }


def _matrix(found: SeriesForecast, column: str) -> np.ndarray:
    return found.forecast.sort("series", "step")[column].to_numpy().reshape(-1, HORIZON)


def _inside(actual: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Percent inside at each horizon."""
    return 100 * ((actual >= low) & (actual <= high)).mean(axis=0)


def _accuracy(name: str, measure: str, mine: float, theirs: float) -> Record:
    suffix, label = name.split("|")
    unit = "scaled error" if measure == "mase" else "%"
    return Record(
        f"forecast.m3.{measure}{suffix}",
        round(mine, 4),
        unit,
        label,
        round(theirs, 4),
        round(mine / theirs, 4),
        TARGETS[measure],
        None,
        COMMAND,
    )


def records() -> list[Record]:
    """MASE and sMAPE beside three baselines, coverage beside AutoETS' own intervals, and seconds."""
    found = series()
    if found is None:
        print("  forecast.m3: the data are not present (ONELEAD_BENCH_DATA)")
        return []
    train = [np.array(entry["train"], dtype=np.float64) for entry in found]
    actual = np.array([entry["test"] for entry in found], dtype=np.float64)
    rows = frame(found)
    begun, processor = time.perf_counter(), os.times()
    made = forecast_series(rows, every="month", horizon=HORIZON, workers=WORKERS)
    seconds, after = time.perf_counter() - begun, os.times()
    busy = (after.user + after.children_user) - (processor.user + processor.children_user)
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        others = list(pool.map(baseline, train, chunksize=16))
    mine = scores(train, actual, _matrix(made, "mean"))
    result = []
    for name in ("|plain median of AutoETS, Theta, CES", ".theta|Theta", ".naive2|Naive2"):
        key = {"": "median", ".theta": "theta", ".naive2": "naive2"}[name.split("|", maxsplit=1)[0]]
        theirs = scores(train, actual, np.array([entry[key] for entry in others]))
        result += [_accuracy(name, measure, float(mine[measure].mean()), float(theirs[measure].mean())) for measure in TARGETS]
    for level in (80, 95):
        ours = _inside(actual, _matrix(made, f"low_{level}"), _matrix(made, f"high_{level}"))
        ets = _inside(actual, *(np.array([entry[f"{side}_{level}"] for entry in others]) for side in ("low", "high")))
        value, other = round(float(ours.mean()), 2), round(float(ets.mean()), 2)
        spread = (round(float(ours.min()), 2), round(float(ours.max()), 2))
        target = f"{level} {MARGIN}"
        result.append(
            Record(
                f"forecast.m3.coverage{level}",
                value,
                "% inside",
                "AutoETS' own intervals",
                other,
                round(value / other, 4),
                target,
                spread,
                COMMAND,
            )
        )
    result.append(Record("forecast.m3.seconds", round(seconds, 1), "s", None, None, None, "<= 600 on 2 idle cores", None, COMMAND))
    result.append(Record("forecast.m3.processor_seconds", round(busy, 1), "s of one core", None, None, None, None, None, COMMAND))
    return result
