"""Intervals of forecasts from what the back-test got wrong: conformal prediction, one factor for each horizon step and level.

The half width is factor × the size of the series' own one-step error. A factor is the quantile of |error| / size over the back-tests
of all series (Vovk, Gammerman and Shafer 2005: rank ⌈(n + 1) × level⌉), so intervals are as wide as such series proved to need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from onelead.models.learning.matrix import Floats, Ints

LEVELS = (80, 95)
Z = {80: 1.2816, 95: 1.96}
NORMAL_SIZE = 1.2533
"""Standard deviation per mean absolute error of a normal distribution: √(π / 2)."""
POOL = {80: 50, 95: 100}
"""With fewer errors at a step, those of the neighbouring steps count as well."""
LEAST = 30
"""With fewer errors in all there is no calibration: the normal distribution's factors, growing with the root of the step."""


@dataclass(frozen=True)
class Calibration:
    """``factors``: level → one factor per step, in one-step errors. ``calibrated`` is false when they are only assumed."""

    factors: dict[int, Floats]
    calibrated: bool
    errors: int


def normal_factors(horizon: int) -> dict[int, Floats]:
    """Factors of a random walk with normal steps, for want of a back-test."""
    growth = np.sqrt(np.arange(1, horizon + 1))
    return {level: Z[level] * NORMAL_SIZE * growth for level in LEVELS}


def _quantile(ratios: Floats, level: int) -> float:
    rank = min(int(np.ceil((len(ratios) + 1) * level / 100)), len(ratios))
    return float(np.partition(ratios, rank - 1)[rank - 1])


def _factor(ratios: Floats, step: int, level: int) -> float:
    """Quantile at ``step`` with as many neighbours as it takes to have enough errors."""
    reach = 0
    while True:
        near = ratios[:, max(step - reach, 0) : step + reach + 1]
        known = near[np.isfinite(near)]
        if len(known) >= POOL[level] or near.shape[1] == ratios.shape[1]:
            return _quantile(known, level)
        reach += 1


def calibrate(errors: Floats, scales: Floats) -> Calibration:
    """Learn the factors. ``errors``: back-tests × steps, NaN where unknown; ``scales``: one a back-test, those of zero are left out."""
    horizon = errors.shape[1]
    usable = scales > 0
    ratios = np.abs(errors[usable]) / scales[usable, None]
    count = int(np.isfinite(ratios).sum())
    if count < LEAST:
        return Calibration(normal_factors(horizon), calibrated=False, errors=count)
    factors = {}
    for level in LEVELS:
        raw = np.array([_factor(ratios, step, level) for step in range(horizon)])
        factors[level] = np.maximum.accumulate(raw)  # the further ahead, the less is known
    factors[95] = np.maximum(factors[95], factors[80])
    return Calibration(factors, calibrated=True, errors=count)


def coverage(errors: Floats, scales: Floats, groups: Ints) -> dict[int, float] | None:
    """Level → share of back-test errors inside intervals learned from the other half of ``groups`` (series). None when neither half tells."""
    inside: dict[int, list[Floats]] = {level: [] for level in LEVELS}
    for half in (0, 1):
        judged = (groups % 2 == half) & (scales > 0)
        learned = calibrate(errors[~judged], scales[~judged])
        if not learned.calibrated or not judged.any():
            continue
        ratios = np.abs(errors[judged]) / scales[judged, None]
        for level in LEVELS:
            inside[level].append((ratios <= learned.factors[level])[np.isfinite(ratios)])
    if not inside[LEVELS[0]]:
        return None
    return {level: float(np.concatenate(parts).mean()) for level, parts in inside.items()}
