"""The members of the ensemble: statsforecast's models on one series, and many series over processes.

The forecast is the mean of the members; one that runs away from the others is left out. Chosen on the training parts of the M3 monthly
series with their last 18 months held out; benchmarks/bench_forecast.py measures it on the test parts.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from onelead.models.learning.matrix import one_thread
from onelead.models.series.measure import naive_scale, seasonal_naive

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from onelead.models.learning.matrix import Floats

MEMBERS = {
    "ets_damped": "exponential smoothing with a damped trend, form chosen by AICc",
    "theta": "dynamic optimised Theta",
    "stl_theta": "Theta without the seasons that STL finds, on logarithms where all values are above zero",
}
ALONE_BELOW = 40
"""Fewer fits than this run in the calling process: starting another costs seconds (it imports the library anew)."""
CHUNK = 16
RUNAWAY = 2.0
"""A member further from the median of all than this many times the range that the series ever had runs away."""
FAILURES = (ValueError, ArithmeticError, RuntimeError, IndexError, KeyError, TypeError, AttributeError, np.linalg.LinAlgError)
"""What the library raises on series that a member cannot fit; the others go on without it."""


@dataclass(frozen=True)
class Task:
    """One fit: ``values`` without gaps, oldest first; ``season`` in periods, 1 for none; ``horizon`` in periods."""

    values: Floats
    season: int
    horizon: int


@dataclass(frozen=True)
class Fit:
    """``mean``: horizon values; ``scale``: size of a one-step error inside the sample, same unit; ``members`` that took part."""

    mean: Floats
    scale: float
    members: tuple[str, ...]


@cache
def _library() -> Any:  # noqa: ANN401 - a module without stubs
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of libraries about each other, while they load
        import statsforecast.models as library
    return library


def _builders(season: int) -> dict[str, Callable[[], Any]]:
    library = _library()
    theta = library.Theta(season_length=1)
    seasonal: dict[str, Callable[[], Any]] = (
        {"stl_theta": partial(library.MSTL, season_length=season, trend_forecaster=theta)} if season > 1 else {}
    )
    return {
        "ets_damped": partial(library.AutoETS, season_length=season, damped=True),
        "theta": partial(library.DynamicOptimizedTheta, season_length=season),
    } | seasonal


def _member(build: Callable[[], Any], values: Floats, horizon: int, *, fitted: bool) -> tuple[Floats, Floats] | None:
    """Forecast and in-sample errors (empty unless ``fitted``), or None where the member cannot say a finite number."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            found = build().forecast(y=values.copy(), h=horizon, fitted=fitted)
    except FAILURES:
        return None
    mean = np.asarray(found["mean"], dtype=np.float64)
    errors = values - np.asarray(found["fitted"], dtype=np.float64) if fitted else np.empty(0)
    return (mean, errors[np.isfinite(errors)]) if len(mean) == horizon and np.isfinite(mean).all() else None


def fit(task: Task) -> Fit:
    """Mean of the members for each step. A constant series stays what it is; without a member it is the last season again."""
    values, horizon = task.values, task.horizon
    size = float(np.abs(values).max())
    if np.ptp(values) <= 1e-12 * size:
        return Fit(np.full(horizon, values[-1]), 0.0, ("constant",))
    scaled = values / size
    found = {}
    for name, build in _builders(task.season).items():
        logs = name == "stl_theta" and scaled.min() > 0
        made = _member(build, np.log(scaled) if logs else scaled, horizon, fitted=name == "ets_damped")
        if made is not None:
            found[name] = (np.exp(made[0]), made[1]) if logs else made
    if not found:
        return Fit(seasonal_naive(values, task.season, horizon), naive_scale(values, task.season), ("seasonal_naive",))
    kept = _together({name: made[0] for name, made in found.items()}, RUNAWAY * float(np.ptp(scaled)))
    mean = np.mean(list(kept.values()), axis=0) * size
    errors = found["ets_damped"][1] if "ets_damped" in found else np.empty(0)
    scale = float(np.abs(errors).mean()) * size if len(errors) else 0.0
    # A scale of nothing on a series that moves is an overfit: the errors to come would look endless beside it.
    scale = max(scale, 0.05 * naive_scale(values, task.season), 0.05 * naive_scale(values, 1))
    return Fit(np.maximum(mean, 0.0) if values.min() >= 0 else mean, scale, tuple(kept))


def _together(means: dict[str, Floats], reach: float) -> dict[str, Floats]:
    """Those members that stay with the others: one that is further than ``reach`` from their median runs away."""
    middle = np.median(list(means.values()), axis=0)
    kept = {name: mean for name, mean in means.items() if np.abs(mean - middle).max() <= reach}
    return kept or {"median": middle}


def _fit_quietly(task: Task) -> Fit:
    with one_thread():
        return fit(task)


def fit_all(tasks: Sequence[Task], *, workers: int) -> list[Fit]:
    """``fit`` of each task, in their order, on up to ``workers`` processes; the same numbers whatever their count."""
    if workers <= 1 or len(tasks) < ALONE_BELOW:
        return [_fit_quietly(task) for task in tasks]
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Not forked: the threads of Polars and DuckDB would be lost with their locks held.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(_fit_quietly, tasks, chunksize=CHUNK))
