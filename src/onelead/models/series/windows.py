"""Sums over the steps of a forecast (a quarter, the next 30 days) with intervals of their own.

The errors of neighbouring months go together, so a range of a sum is no sum of ranges: it is calibrated, as that of a month is, by what
the same sum got wrong in the back-tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.models.series.intervals import LEAST, LEVELS, NORMAL_SIZE, Z, quantile

if TYPE_CHECKING:
    from onelead.models.learning.matrix import Floats
    from onelead.models.series.backtest import BackTests
    from onelead.models.series.forecast import SeriesForecast

SCHEMA = pl.Schema({"series": pl.String} | dict.fromkeys(("mean", "low_80", "high_80", "low_95", "high_95"), pl.Float64))


def window_factors(tests: BackTests, weights: Floats) -> dict[int, float]:
    """Level → half width in one-step errors of the sum of steps × ``weights`` (one a step).

    Only back-tests that saw every step of the sum count. Fewer than 30 of them: the factor of a random walk with normal steps.
    """
    steps = np.flatnonzero(weights)
    ratios = np.abs(tests.errors[:, steps] @ weights[steps])[tests.scales > 0] / tests.scales[tests.scales > 0]
    ratios = ratios[np.isfinite(ratios)]
    if len(ratios) < LEAST:
        place = np.arange(1, len(weights) + 1)
        spread = float(np.sqrt(weights @ np.minimum.outer(place, place) @ weights))
        return {level: Z[level] * NORMAL_SIZE * spread for level in LEVELS}
    narrow = quantile(ratios, 80)
    return {80: narrow, 95: max(narrow, quantile(ratios, 95))}


def over(made: SeriesForecast, forecast: pl.DataFrame, weights: Floats) -> pl.DataFrame:
    """The sum of steps × ``weights`` of each series: columns of ``SCHEMA``, in the order of the names.

    ``forecast`` is ``made.forecast``, reconciled or not. A series that fell back to the seasonal naive was not back-tested: the ranges of
    its steps are added up, as if all of them erred to the same side. What no step expects below zero does not go below zero.
    """
    factors = window_factors(made.tests, weights)
    rows = []
    for (name,), part in forecast.sort("series", "step").group_by("series", maintain_order=True):
        mean = float(part["mean"].to_numpy() @ weights)
        row: dict[str, object] = {"series": name, "mean": mean}
        for level in LEVELS:
            added = float(((part[f"high_{level}"] - part["mean"]).to_numpy()) @ weights)
            half = factors[level] * made.scales[str(name)] if name in made.scales else added
            low = mean - half
            row |= {f"low_{level}": max(low, 0.0) if part["low_95"].min() >= 0 else low, f"high_{level}": mean + half}  # type: ignore[operator]
        rows.append(row)
    return pl.DataFrame(rows, schema=SCHEMA)
