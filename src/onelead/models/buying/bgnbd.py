"""BG/NBD: as Pareto/NBD, but customers leave only right after a purchase (Fader, Hardie and Lee 2005). A baseline of the back-test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from onelead.models.buying.fit import by_differences, maximise

if TYPE_CHECKING:
    from onelead.models.buying.history import Histories
    from onelead.models.learning.matrix import Floats


@dataclass(frozen=True)
class BetaGeometric:
    """Purchase rate ~ Gamma(r, α weeks), chance of leaving after a purchase ~ Beta(a, b)."""

    r: float
    alpha: float
    a: float
    b: float

    def expected(self, seen: Histories, weeks: float) -> Floats:
        """Mean number of purchases in the next ``weeks`` (equation 10 of the paper)."""
        from scipy.special import hyp2f1

        grown = self.alpha + seen.age
        many = self.r + seen.x
        share = hyp2f1(many, self.b + seen.x, self.a + self.b + seen.x - 1, weeks / (grown + weeks))
        top = (self.a + self.b + seen.x - 1) / (self.a - 1) * (1 - (grown / (grown + weeks)) ** many * share)
        left = np.exp(np.log(self.a / (self.b + np.maximum(seen.x, 1) - 1)) + many * np.log(grown / (self.alpha + seen.recency)))
        found: Floats = top / (1 + np.where(seen.x > 0, left, 0.0))
        return found


def log_likelihood(logs: Floats, seen: Histories, weight: Floats) -> float:
    """Weighted log-likelihood at the logarithms of r, α, a, b (equation 6 of the paper)."""
    from scipy.special import betaln, gammaln

    r, alpha, a, b = np.exp(logs)
    many = r + seen.x
    shared = gammaln(many) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
    living = betaln(a, b + seen.x) - many * np.log(alpha + seen.age)
    left = betaln(a + 1, b + np.maximum(seen.x, 1) - 1) - many * np.log(alpha + seen.recency)
    each = shared + np.where(seen.x > 0, np.logaddexp(living, left), living)
    return float(weight @ each)


def fit(seen: Histories) -> BetaGeometric:
    """Maximum likelihood."""
    once = np.ones(len(seen))
    start = np.array([-1.0, np.log(max(1e-3, seen.age.mean())) - 1.0, -0.3, 0.7])
    logs, _ = maximise(by_differences(lambda at: log_likelihood(at, seen, once)), start)
    return BetaGeometric(*np.exp(logs).tolist())
