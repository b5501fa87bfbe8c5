"""Possible futures of each customer, drawn: where the intervals come from, and the forecast that is nearest in single accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from onelead.models.learning.logistic import sigmoid

if TYPE_CHECKING:
    from onelead.models.buying.history import Histories, Spending
    from onelead.models.buying.pareto import Pareto
    from onelead.models.buying.value import GammaGamma
    from onelead.models.learning.matrix import Floats

DRAWS = 100
"""Futures a customer and model."""
LOW, HIGH = 0.1, 0.9
Z80 = 1.2816
"""The normal quantile that leaves 10 % on each side."""


@dataclass(frozen=True)
class Shifts:
    """How the parameters of one model may lie off in each draw (draws × 4, on their logarithms): the same for all customers."""

    values: Floats


def shifts(model: Pareto, rng: np.random.Generator) -> Shifts:
    """Draws from what the data leave open about the parameters."""
    return Shifts(rng.multivariate_normal(np.zeros(4), model.spread, size=DRAWS, method="eigh"))


def futures(model: Pareto, off: Shifts, seen: Histories, weeks: float, rng: np.random.Generator) -> Floats:
    """Customers × draws: purchases in the next ``weeks``. Given that a customer lives, rate and lifetime have closed forms."""
    odds, slopes = model.alive_odds(seen)
    alive = sigmoid(odds[:, None] + slopes @ off.values.T)
    r, alpha, s, beta = np.exp(model.logs[:, None] + off.values.T)
    size = alive.shape
    rate = rng.gamma(r + seen.x[:, None], 1.0, size) / (alpha + seen.age[:, None])
    with np.errstate(over="ignore"):  # a lifetime beyond all numbers is one beyond the horizon
        life = (beta + seen.age[:, None]) * np.expm1(rng.standard_exponential(size) / s)
    lives = rng.random(size) < alive
    found: Floats = rng.poisson(rate * np.minimum(life, weeks) * lives).astype(np.float64)
    return found


def worth(model: GammaGamma, seen: Spending, bought: Floats, rng: np.random.Generator) -> Floats:
    """Customers × draws: what the purchases in ``bought`` are worth together."""
    shape, scale = model.rate(seen)
    inverse = rng.gamma(shape[:, None], 1.0, bought.shape) / scale[:, None]
    found: Floats = rng.standard_gamma(model.p * bought) / inverse
    return found


def alive_range(model: Pareto, seen: Histories) -> tuple[Floats, Floats]:
    """80 % interval of the probability of being alive: what the data leave open about the parameters."""
    odds, slopes = model.alive_odds(seen)
    deviation = Z80 * np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", slopes, model.spread, slopes), 0.0))
    return sigmoid(odds - deviation), sigmoid(odds + deviation)


def quantiles(drawn: Floats) -> Floats:
    """Customers × draws, each customer's draws in rising order."""
    return np.sort(drawn, axis=1)


def ends(rising: Floats) -> tuple[Floats, Floats]:
    """80 % interval of each customer, from ``quantiles``."""
    last = rising.shape[1] - 1
    return rising[:, int(np.floor(LOW * last))], rising[:, int(np.ceil(HIGH * last))]


@dataclass(frozen=True)
class Level:
    """A quantile, as a place among the rising draws (with a fraction)."""

    place: float

    def of(self, rising: Floats) -> Floats:
        """That quantile of each customer."""
        below = min(int(self.place), rising.shape[1] - 2)
        found: Floats = rising[:, below] + (self.place - below) * (rising[:, below + 1] - rising[:, below])
        return found


def common_level(sums: Floats, total: float) -> Level:
    """The one quantile whose sum over all customers is ``total``; ``sums``: sum over customers of each rising draw.

    Of all forecasts that add up to ``total`` these have the least mean absolute error: where one customer's forecast rises by a little and
    another's falls by as much, nothing is gained only if both chances of exceeding the forecast are equal (Lagrange).
    """
    return Level(float(np.interp(total, sums, np.arange(len(sums)))))
