"""Seasons and campaigns that move all customers: a clock that runs fast when everybody buys much and slow when nobody does.

A dip that hits everybody looks like customers leaving, and the model would forecast too few purchases for ever. The clock's speed in each period is
what was bought in it over what the model expects of it, found in turn with the model. Customers of one age meet the period at many ages,
which is what tells the two apart, though never fully: a forecast on this clock alone is too high where one without is too low, so
that both are used, half each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from onelead.models.buying.history import DAYS, Histories
from onelead.models.buying.pareto import fit

if TYPE_CHECKING:
    import polars as pl

    from onelead.models.buying.history import Purchases
    from onelead.models.buying.pareto import Pareto
    from onelead.models.learning.matrix import Floats

PERIOD_DAYS = 14
PERIODS_MAX = 130
ROUNDS = 3
SLOWEST = 0.1
FEWEST = 30
"""Purchases that a period is expected to hold at least; periods with fewer are joined with the next."""


@dataclass(frozen=True)
class Clock:
    """Piecewise linear: calendar day → weeks on the clock. One week of the clock is one week of the calendar on average."""

    edges: Floats
    reading: Floats

    def at(self, day: Floats | float) -> Floats:
        """What the clock shows at the end of a day."""
        found: Floats = np.interp(np.asarray(day, dtype=np.float64) + 1.0, self.edges, self.reading)
        return found

    def histories(self, summary: pl.DataFrame, as_of: int) -> Histories:
        """Histories from ``Purchases.summary`` in weeks of this clock."""
        first, last = self.at(summary["first"].to_numpy()), self.at(summary["last"].to_numpy())
        return Histories(summary["purchases"].to_numpy() - 1.0, last - first, self.at(as_of) - first)


def fit_clock(seen: Purchases, summary: pl.DataFrame, start: Pareto) -> tuple[Clock, Pareto]:
    """The clock of these customers, and the model that was fitted on it; ``start``: the model on the calendar."""
    first = summary["first"].to_numpy().astype(np.float64)
    repeat = seen.days.join(summary.select("account_id", "first"), on="account_id").filter(_after_first())["day"].to_numpy()
    edges = _edges(float(first.min()), seen.as_of + 1.0, repeat)
    clock = Clock(edges, (edges - edges[0]) / DAYS)
    bought = np.histogram(repeat, edges)[0]
    model = start
    births, many = np.unique(first, return_counts=True)
    for _ in range(ROUNDS):
        born = clock.at(births)
        ages = np.maximum(clock.reading[:, None] - born, 0.0)
        total = (model.r / model.alpha * model.lived(0.0, ages)) @ many
        pace = np.diff(clock.reading) * np.maximum(bought / np.maximum(np.diff(total), 1e-9), SLOWEST)
        pace *= (edges[-1] - edges[0]) / DAYS / pace.sum()
        clock = Clock(edges, np.concatenate([[0.0], np.cumsum(pace)]))
        model = fit(clock.histories(summary, seen.as_of), model.logs)
    return clock, model


def _after_first() -> pl.Expr:
    import polars as pl

    return pl.col("day") > pl.col("first")


def _edges(start: float, end: float, repeat: Floats) -> Floats:
    """Periods of equal length, joined until each holds ``FEWEST`` purchases; the last one is never a remnant."""
    length = max(PERIOD_DAYS, (end - start) / PERIODS_MAX)
    whole = max(1, round((end - start) / length))
    edges = np.linspace(start, end, whole + 1)
    kept, held = [edges[0]], 0.0
    for edge, count in zip(edges[1:], np.histogram(repeat, edges)[0], strict=True):
        held += float(count)
        if held >= FEWEST:
            kept.append(edge)
            held = 0.0
    kept = [*kept[:-1], end] if len(kept) > 1 else [start, end]
    return np.array(kept)
