"""The forecaster: Pareto/NBD on the calendar and on the clock of common ups and downs, half each, and Gamma–Gamma for the value.

Half each was chosen on earlier splits of public data (see the benchmark), where the first alone forecast too few purchases on most of them and the
second too many; the mean of both had the lowest Poisson deviance on every one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from onelead.models.buying import draws, pareto, value
from onelead.models.buying.calendar import fit_clock
from onelead.models.buying.history import histories, spending

if TYPE_CHECKING:
    import polars as pl

    from onelead.models.buying.calendar import Clock
    from onelead.models.buying.history import Histories, Purchases
    from onelead.models.learning.matrix import Floats

LEARN_MAX = 25_000
"""Customers that the parameters are learned from, drawn when there are more: beyond, four parameters hardly move."""
CHUNK = 10_000


@dataclass(frozen=True)
class Outlook:
    """What a forecast says, an entry a customer; ``value`` (mean, low, high) is None when no values are known. ``totals``: draws of the sum."""

    purchases: Floats
    low: Floats
    high: Floats
    likely: Floats
    alive: Floats
    alive_low: Floats
    alive_high: Floats
    value: tuple[Floats, Floats, Floats] | None
    totals: Floats


@dataclass(frozen=True)
class Buying:
    """Fitted models. ``plain`` counts calendar weeks, ``timed`` weeks of ``clock``."""

    plain: pareto.Pareto
    timed: pareto.Pareto
    clock: Clock
    worth: value.GammaGamma | None

    def expected(self, summary: pl.DataFrame, as_of: int, weeks: float) -> Floats:
        """Mean number of purchases in the next ``weeks``."""
        plain, timed = self._seen(summary, as_of)
        return (self.plain.expected(plain, weeks) + self.timed.expected(timed, weeks)) / 2

    def gone(self, summary: pl.DataFrame, as_of: int, weeks: float) -> Floats:
        """Chance that an account is no longer a customer ``weeks`` from now, those who have left already included."""
        chances = []
        for model, seen in zip((self.plain, self.timed), self._seen(summary, as_of), strict=True):
            start = model.beta + seen.age
            chances.append(1.0 - model.alive(seen) * (start / (start + weeks)) ** model.s)
        found: Floats = np.mean(chances, axis=0)
        return found

    def _seen(self, summary: pl.DataFrame, as_of: int) -> tuple[Histories, Histories]:
        return histories(summary, as_of), self.clock.histories(summary, as_of)

    def outlook(self, summary: pl.DataFrame, as_of: int, weeks: float, seed: int) -> Outlook:
        """Means, 80 % intervals and the nearest forecasts of all accounts of ``summary`` (by account_id)."""
        rng = np.random.default_rng(seed)
        off = [draws.shifts(model, rng) for model in (self.plain, self.timed)]
        parts, rising, totals = [], [], np.zeros(2 * draws.DRAWS)
        for start in range(0, summary.height, CHUNK):
            some = summary.slice(start, CHUNK)
            columns, drawn = self._chunk(some, as_of, weeks, off, rng)
            totals += drawn.sum(axis=0)
            rising.append(draws.quantiles(drawn).astype(np.float32))
            parts.append(columns)
        mean, low, high, alive, alive_low, alive_high, *money = (np.concatenate(column) for column in zip(*parts, strict=True))
        level = draws.common_level(np.sum([part.sum(axis=0, dtype=np.float64) for part in rising], axis=0), float(mean.sum()))
        likely = np.concatenate([level.of(part.astype(np.float64)) for part in rising])
        worth = (money[0], money[1], money[2]) if money else None
        return Outlook(mean, low, high, likely, alive, alive_low, alive_high, worth, totals)

    def _chunk(
        self, some: pl.DataFrame, as_of: int, weeks: float, off: list[draws.Shifts], rng: np.random.Generator
    ) -> tuple[list[Floats], Floats]:
        seen = self._seen(some, as_of)
        models = (self.plain, self.timed)
        drawn = np.concatenate([draws.futures(*each, weeks, rng) for each in zip(models, off, seen, strict=True)], axis=1)
        mean = self.expected(some, as_of, weeks)
        ranges = [draws.alive_range(*each) for each in zip(models, seen, strict=True)]
        alive = (self.plain.alive(seen[0]) + self.timed.alive(seen[1])) / 2
        low, high = draws.ends(draws.quantiles(drawn))
        columns = [mean, low, high, alive, np.minimum(ranges[0][0], ranges[1][0]), np.maximum(ranges[0][1], ranges[1][1])]
        if self.worth is not None:
            spent = spending(some)
            columns += [mean * self.worth.expected(spent), *draws.ends(draws.quantiles(draws.worth(self.worth, spent, drawn, rng)))]
        return columns, drawn


def learn(seen: Purchases, summary: pl.DataFrame, seed: int) -> Buying:
    """Fit on the accounts of ``summary`` (or on ``LEARN_MAX`` of them)."""
    if summary.height > LEARN_MAX:
        rows = np.sort(np.random.default_rng(seed).choice(summary.height, LEARN_MAX, replace=False))
        summary = summary[rows]
        seen = seen.of(summary["account_id"])
    plain = pareto.fit(histories(summary, seen.as_of))
    clock, timed = fit_clock(seen, summary, plain)
    return Buying(plain, timed, clock, value.fit(spending(summary)))
