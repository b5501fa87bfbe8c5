"""Back-tests of series: forecasts from past origins, beside what came and what the naive ways would have said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.models.series.intervals import LEVELS, inside
from onelead.models.series.measure import mase, naive2, naive_scale, seasonal_naive, smape
from onelead.models.series.members import Task
from onelead.models.series.prepare import STEPS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from onelead.models.learning.matrix import Floats, Ints
    from onelead.models.series.members import Fit
    from onelead.models.series.prepare import Every, Series

MOST_ORIGINS = 6
MOST_TESTS = 4_500
"""Fits in all back-tests together: many series need fewer origins each. Every series gets one at least."""
WAYS = ("ensemble", "naive2", "seasonal_naive")
RECORD_SCHEMA = pl.Schema(
    dict.fromkeys(("series", "method", "reason", "members"), pl.String)
    | dict.fromkeys(("observed", "filled", "back_tests"), pl.Int64)
    | {f"{measure}_{way}": pl.Float64 for way in WAYS for measure in ("mase", "smape")}
)
TESTED_SCHEMA = pl.Schema(
    {"series": pl.String, "known_until": pl.Date, "step": pl.Int64, "period": pl.Date}
    | dict.fromkeys(("mean", "naive", "actual", "inside_80", "inside_95"), pl.Float64)
)
"""``known_until``: the last period that the back-test knew; ``naive``: what the seasonal naive would have said; ``inside_…``: 1 where what came lay in the range, 0 where not, null untold."""


@dataclass(frozen=True)
class BackTests:
    """One row a back-test. ``errors``: × steps, actual − forecast, NaN beyond the data; ``scales``: one-step error inside the sample.

    ``owners``: number of the series among those tested. ``mase`` and ``smape``: way → one figure a back-test.
    """

    errors: Floats
    scales: Floats
    owners: Ints
    names: tuple[str, ...]
    mase: Mapping[str, Floats]
    smape: Mapping[str, Floats]


def origins(length: int, horizon: int, least: int, most: int) -> list[int]:
    """How many of the newest periods each back-test holds out; each leaves ``least`` to learn from.

    First those that hold the whole horizon out, then shorter ones: they tell of the nearest steps. A series too short to hold the whole
    horizon out holds out what it can.
    """
    step = max(horizon // 3, 1)
    whole = [hold for hold in range(horizon, horizon + most * step, step) if length - hold >= least]
    longest = whole or ([length - least] if length > least else [])
    shorter = [hold for hold in range(horizon - step, 0, -step) if hold < length - least]
    return [*longest, *shorter][:most]


@dataclass(frozen=True)
class Plan:
    """The back-tests to make. ``rows``: number of the series and how many of its newest periods are held out."""

    series: tuple[Series, ...]
    rows: tuple[tuple[int, int], ...]
    season: int
    horizon: int

    def past(self, row: int) -> Floats:
        """What back-test ``row`` may know."""
        owner, hold = self.rows[row]
        return self.series[owner].values[:-hold]

    def tasks(self) -> list[Task]:
        """One fit a back-test."""
        return [Task(self.past(row), self.season, self.horizon) for row in range(len(self.rows))]


def plan_tests(series: Sequence[Series], *, season: int, horizon: int, least: int) -> Plan:
    """Every series from its past origins, the fewer the more series there are."""
    most = min(max(MOST_TESTS // max(len(series), 1), 1), MOST_ORIGINS)
    rows = [(owner, hold) for owner, entry in enumerate(series) for hold in origins(len(entry.values), horizon, least, most)]
    return Plan(tuple(series), tuple(rows), season, horizon)


def judge(plan: Plan, fits: Sequence[Fit]) -> BackTests:
    """What the fits of ``plan.tasks`` got wrong, beside the naive ways on the same past."""
    season, horizon = plan.season, plan.horizon
    errors = np.full((len(plan.rows), horizon), np.nan)
    figures: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    for row, ((owner, hold), fit) in enumerate(zip(plan.rows, fits, strict=True)):
        past, known = plan.past(row), min(hold, horizon)
        actual = plan.series[owner].values[len(past) : len(past) + known]
        errors[row, :known] = actual - fit.mean[:known]
        said = (fit.mean, naive2(past, season, horizon), seasonal_naive(past, season, horizon))
        for way, forecast in zip(WAYS, said, strict=True):
            figures[way].append((mase(actual, forecast[:known], naive_scale(past, season)), smape(actual, forecast[:known])))
    return BackTests(
        errors=errors,
        scales=np.array([fit.scale for fit in fits]),
        owners=np.array([owner for owner, _ in plan.rows], dtype=np.int64),
        names=tuple(entry.name for entry in plan.series),
        mase={way: np.array([pair[0] for pair in pairs]) for way, pairs in figures.items()},
        smape={way: np.array([pair[1] for pair in pairs]) for way, pairs in figures.items()},
    )


def told(plan: Plan, tests: BackTests, newest: date, every: Every) -> pl.DataFrame:
    """What each back-test said and what came: columns of ``TESTED_SCHEMA``. ``newest``: the last period of all series."""
    flags = inside(tests.errors, tests.scales, tests.owners)
    parts = []
    for row, (owner, hold) in enumerate(plan.rows):
        known = min(hold, plan.horizon)
        actual = plan.series[owner].values[-hold:][:known]
        parts.append(
            pl.DataFrame(
                {
                    "series": tests.names[owner],
                    "hold": hold,
                    "step": np.arange(1, known + 1),
                    "mean": actual - tests.errors[row, :known],
                    "naive": seasonal_naive(plan.past(row), plan.season, known),
                    "actual": actual,
                    **{f"inside_{level}": flags[level][row, :known] if flags else np.full(known, np.nan) for level in LEVELS},
                }
            )
        )
    if not parts:
        return pl.DataFrame(schema=TESTED_SCHEMA)
    unit = STEPS[every].removeprefix("1")
    ago = pl.col("hold").cast(pl.String) + unit
    frame = pl.concat(parts).with_columns(known_until=pl.lit(newest).dt.offset_by(pl.lit("-") + ago))
    frame = frame.with_columns(period=pl.col("known_until").dt.offset_by(pl.col("step").cast(pl.String) + unit))
    return frame.with_columns(pl.col("^inside_.*$").fill_nan(None)).select(TESTED_SCHEMA.names()).cast(TESTED_SCHEMA)


def _mean(values: Floats) -> float | None:
    known = values[np.isfinite(values)]
    return round(float(known.mean()), 4) if len(known) else None


def accuracy(tests: BackTests) -> dict[str, dict[str, float | None]]:
    """Way → MASE and sMAPE, the mean over all back-tests; None without one."""
    return {way: {"mase": _mean(tests.mase[way]), "smape": _mean(tests.smape[way])} for way in WAYS}


def record(series: Sequence[Series], fits: Mapping[str, Fit], tests: BackTests) -> pl.DataFrame:
    """One row per series: what it allowed and how well it was foretold."""
    numbers = {name: number for number, name in enumerate(tests.names)}
    rows = []
    for entry in series:
        mine = tests.owners == numbers.get(entry.name, -1)
        row: dict[str, object] = {
            "series": entry.name,
            "method": entry.method,
            "reason": entry.reason,
            "observed": entry.observed,
            "filled": entry.filled,
            "members": ", ".join(fits[entry.name].members) if entry.name in fits else "",
            "back_tests": int(mine.sum()),
        }
        for way in WAYS:
            row |= {f"mase_{way}": _mean(tests.mase[way][mine]), f"smape_{way}": _mean(tests.smape[way][mine])}
        rows.append(row)
    return pl.DataFrame(rows, schema=RECORD_SCHEMA)
