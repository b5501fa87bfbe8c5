"""Pareto/NBD: who is still a customer, and how often they buy again (Schmittlein, Morrison and Colombo 1987).

While a customer lives, purchases come at a rate of their own, λ ~ Gamma(r, α); the customer leaves unseen at a rate of their own,
μ ~ Gamma(s, β). Notation after Fader and Hardie 2005: x repeat purchases, the last one t_x after the first, observed for T. The likelihood is

    Γ(r+x)/Γ(r) · α^r β^s · ( (α+T)^−(r+x) (β+T)^−s  +  s ∫ from t_x to T of (α+y)^−(r+x) (β+y)^−(s+1) dy )

whose first part means "alive at T" and whose second "left at y". The integral is taken by Gauss–Legendre quadrature in logarithms: its closed
form, a difference of two hypergeometric functions, loses its digits for frequent buyers. Given that a customer lives, λ and μ stay
independent gammas, which makes forecasts exact and draws cheap.

Own code on purpose: the libraries for it are no longer kept, or bring a sampler of 300 MB; the benchmark holds it against one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from onelead.models.buying.fit import maximise
from onelead.models.buying.history import Histories
from onelead.models.learning.logistic import sigmoid

if TYPE_CHECKING:
    from onelead.models.learning.matrix import Floats

NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)
NEGLIGIBLE = 40.0
"""The integral ends where the integrand has fallen by exp(−40)."""
NEAR_ONE = 1e-6


@dataclass(frozen=True)
class Pareto:
    """The four parameters; α and β in weeks. ``spread`` is the covariance of their logarithms (4 × 4)."""

    r: float
    alpha: float
    s: float
    beta: float
    spread: Floats

    @property
    def logs(self) -> Floats:
        """Logarithms of r, α, s, β."""
        return np.log([self.r, self.alpha, self.s, self.beta])

    def alive(self, seen: Histories) -> Floats:
        """Probability that the customer has not left."""
        living, left, _, _ = _log_parts(self.logs, seen)
        return sigmoid(living - left)

    def alive_odds(self, seen: Histories) -> tuple[Floats, Floats]:
        """Log-odds of being alive, and their slopes by the logarithms of the parameters (customers × 4)."""
        living, left, living_slopes, left_slopes = _log_parts(self.logs, seen)
        return living - left, ((living_slopes - left_slopes) * np.exp(self.logs)[:, None]).T

    def expected(self, seen: Histories, weeks: float) -> Floats:
        """Mean number of purchases in the next ``weeks``."""
        rate = (self.r + seen.x) / (self.alpha + seen.age)
        return self.alive(seen) * rate * self.lived(seen.age, weeks)

    def lived(self, age: Floats | float, weeks: Floats | float) -> Floats:
        """Mean number of the next ``weeks`` that a customer who lives at ``age`` will live."""
        start = self.beta + np.asarray(age, dtype=np.float64)
        grown = np.log1p(weeks / start)
        power = 1.0 - self.s
        # The integral of (start / (start + u))^s; its limit at s = 1 is start · log(1 + weeks / start).
        found: Floats = start * (grown if abs(power) < NEAR_ONE else np.expm1(power * grown) / power)
        return found


def _log_parts(logs: Floats, seen: Histories) -> tuple[Floats, Floats, Floats, Floats]:
    """Logarithms of "alive at T" and "left before" (without the common factor), and of each, the slopes by r, α, s, β (4 × customers)."""
    r, alpha, s, beta = np.exp(logs)
    power = (r + seen.x)[:, None]
    age, recency = seen.age[:, None], seen.recency[:, None]
    living = -(power * np.log(alpha + age) + s * np.log(beta + age))[:, 0]
    slopes = -np.stack([np.log(alpha + age), power / (alpha + age), np.log(beta + age), s / (beta + age)])[:, :, 0]
    near = min(alpha, beta)
    reach = np.exp(np.minimum(NEGLIGIBLE / power, 50.0))
    end = np.minimum(age, (alpha + recency) * reach - alpha)
    span = np.log((near + end) / (near + recency))
    y = (near + recency) * np.exp(span * (NODES + 1) / 2) - near
    by_r, by_s = np.log(alpha + y), np.log(beta + y)
    inside = -power * by_r - (s + 1) * by_s + np.log(near + y)
    top = inside.max(axis=1, keepdims=True)
    mass = np.exp(inside - top) * WEIGHTS
    total = mass.sum(axis=1)
    with np.errstate(divide="ignore"):
        left = np.log(s * total * span[:, 0] / 2) + top[:, 0]
    share = mass / total[:, None]
    by_beta = -(s + 1) * (share / (beta + y)).sum(axis=1)
    left_slopes = np.stack(
        [-(share * by_r).sum(axis=1), -(share * power / (alpha + y)).sum(axis=1), 1 / s - (share * by_s).sum(axis=1), by_beta]
    )
    return living, left, slopes, left_slopes


def log_likelihood(logs: Floats, seen: Histories, weight: Floats) -> tuple[float, Floats]:
    """Weighted log-likelihood at the ``logs`` of r, α, s, β, and its gradient by them."""
    values = np.exp(logs)
    r, alpha, s, beta = values
    steps = np.arange(int(seen.x.max()) if len(seen) else 0)
    rising = np.concatenate([[0.0], np.cumsum(np.log(r + steps))])
    slope = np.concatenate([[0.0], np.cumsum(1 / (r + steps))])
    count = seen.x.astype(np.int64)
    living, left, living_slopes, left_slopes = _log_parts(logs, seen)
    each = rising[count] + r * np.log(alpha) + s * np.log(beta) + np.logaddexp(living, left)
    share = sigmoid(living - left)
    slopes = share * living_slopes + (1 - share) * left_slopes
    slopes += np.stack(
        [slope[count] + np.log(alpha), np.full(len(seen), r / alpha), np.full(len(seen), np.log(beta)), np.full(len(seen), s / beta)]
    )
    return float(weight @ each), values * (slopes @ weight)


def fit(seen: Histories, start: Floats | None = None) -> Pareto:
    """Maximum likelihood. ``start``: logarithms to start from, if a near fit is known."""
    rows, weight = np.unique(np.stack([seen.x, seen.recency, seen.age]), axis=1, return_counts=True)
    distinct, times = Histories(*rows), weight.astype(np.float64)
    middle = float(np.log(max(1e-3, seen.age.mean())))
    begin = np.array([-0.5, middle - 1.0, -0.5, middle - 1.0]) if start is None else start
    logs, spread = maximise(lambda at: log_likelihood(at, distinct, times), begin)
    r, alpha, s, beta = np.exp(logs).tolist()
    return Pareto(r, alpha, s, beta, spread)
