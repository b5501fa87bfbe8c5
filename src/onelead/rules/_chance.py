"""The chance that an action of a type succeeds: the settings' assumption, corrected by what was recorded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onelead.core.settings import ActionSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

TAIL = 0.1
"""Each end of the range leaves this much out: 80 % lie between."""
NEVER = 1e-9
"""Fewer wins (or losses) than this, assumed and recorded, are none: the chance is 0 (or 1) without a range."""


@dataclass(frozen=True)
class Chance:
    """Mean and 80 % range, 0 to 1; ``assumed`` while the assumption weighs more than the recorded outcomes."""

    mean: float
    low: float
    high: float
    assumed: bool


def chance_of(action_type: str, settings: ActionSettings, success_rates: Mapping[str, tuple[int, int]]) -> Chance | None:
    """Beta-binomial: the assumed chance counts as ``chance_weight`` outcomes, the recorded ones are added.

    Mean = (weight × assumed + successes) / (weight + tries); the range is that distribution's 10 % and 90 % quantile. None where no chance
    is assumed for the type. Source: conjugate prior of the binomial, e.g. Gelman et al., Bayesian Data Analysis, 2.4.
    """
    assumed = settings.chance.get(action_type, ActionSettings().chance.get(action_type))
    if assumed is None:
        return None
    successes, tries = success_rates.get(action_type, (0, 0))
    weight = settings.chance_weight
    wins, losses = weight * assumed + successes, weight * (1 - assumed) + tries - successes
    if min(wins, losses) < NEVER:
        sure = 1.0 if wins > losses else 0.0
        return Chance(sure, sure, sure, assumed=tries < weight)
    low, high = beta_quantile(TAIL, wins, losses), beta_quantile(1 - TAIL, wins, losses)
    mean = wins / (wins + losses)
    # The quantiles of a very skewed distribution can both lie below its mean; a range always holds the mean.
    return Chance(mean, min(low, mean), max(high, mean), assumed=tries < weight)


def beta_quantile(share: float, a: float, b: float) -> float:
    """The x below which ``share`` of Beta(a, b) lies, by bisection (a dozen calls a run: not worth importing SciPy)."""
    low, high = 0.0, 1.0
    for _ in range(44):
        middle = (low + high) / 2
        low, high = (middle, high) if _beta_below(middle, a, b) < share else (low, middle)
    return (low + high) / 2


def _beta_below(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta function I_x(a, b). Source: DLMF 8.17.22 (continued fraction) and 8.17.4 (symmetry)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_below(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    fraction = 1.0
    # From the innermost term outwards; on this side of the mean the terms needed grow with the root of the larger parameter.
    for m in range(20 + int(4 * math.sqrt(max(a, b))), 0, -1):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m - 1) * (a + b + m - 1) * x / ((a + 2 * m - 2) * (a + 2 * m - 1))
        fraction = 1 + odd / (1 + even / fraction)
    return front / fraction
