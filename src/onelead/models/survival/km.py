"""Kaplan–Meier: the share that survives so many days, from spells that were watched for part of their time (Kaplan and Meier 1958)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from onelead.models.learning.matrix import Floats

FEWEST = 10
"""At risk: after the last day with so many the curve goes on at the average rate of ends, because single spells would rule it."""


@dataclass(frozen=True)
class KaplanMeier:
    """``survival`` and its standard error (Greenwood 1926) after each of ``days`` on which a spell ended; ``at_risk`` just before.

    ``rate``: ends per day watched, over all; ``last``: the day on which the curve gives way to it.
    """

    days: Floats
    at_risk: Floats
    survival: Floats
    error: Floats
    rate: float
    last: float

    def at(self, days: Floats | float) -> Floats:
        """Share that survives ``days``."""
        asked = np.asarray(days, dtype=np.float64)
        steps = np.concatenate([[1.0], self.survival])
        inside = steps[np.searchsorted(self.days, np.minimum(asked, self.last), side="right")]
        found: Floats = inside * np.exp(-self.rate * np.maximum(asked - self.last, 0.0))
        return found

    def leaving(self, tenure: Floats, days: Floats | float) -> Floats:
        """Chance that a spell that has lasted ``tenure`` ends within ``days`` more."""
        now = self.at(tenure)
        left = 1.0 - self.at(tenure + days) / np.where(now > 0, now, 1.0)
        found: Floats = np.where(now > 0, left, 1.0 - np.exp(-self.rate * np.asarray(days)))
        return found

    def deviation(self, tenure: Floats, days: float) -> Floats:
        """Standard deviation of the log-odds of ``leaving``: Greenwood's sum over the days between, by the delta method."""
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = np.concatenate([[0.0], np.where(self.survival > 0, (self.error / self.survival) ** 2, 0.0)])
        now, then = (terms[np.searchsorted(self.days, np.minimum(at, self.last), side="right")] for at in (tenure, tenure + days))
        found: Floats = np.sqrt(np.maximum(then - now, 0.0)) / np.clip(self.leaving(tenure, days), 1e-9, 1 - 1e-9)
        return found


def kaplan_meier(entry: Floats, until: Floats, ended: Floats) -> KaplanMeier:
    """The curve of spells that were watched from ``entry`` to ``until`` (days from their start); ``ended``: 1 when they ended then."""
    days, ends = np.unique(until[ended > 0], return_counts=True)
    # At risk on day t: entered before t, and watched until t or longer.
    at_risk = np.searchsorted(np.sort(entry), days, side="left") - np.searchsorted(np.sort(until), days, side="left")
    share = 1.0 - ends / at_risk
    survival = np.cumprod(share).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(ends / (at_risk * (at_risk - ends)))
        error: Floats = np.where(survival > 0, survival * np.sqrt(greenwood), 0.0)
    rate = float(ended.sum() / max(1.0, float((until - entry).sum())))
    enough = np.flatnonzero(_risk(entry, until) >= FEWEST)
    last = float(enough[-1] + 1) if len(enough) else float(until.max(initial=0.0))
    return KaplanMeier(days, at_risk.astype(np.float64), survival, error, rate, last)


def _risk(entry: Floats, until: Floats) -> Floats:
    """At risk on each day from 0 to the longest."""
    grid = np.arange(int(until.max(initial=0.0)) + 1) + 0.5
    found: Floats = (np.searchsorted(np.sort(entry), grid) - np.searchsorted(np.sort(until), grid)).astype(np.float64)
    return found
