"""Gamma–Gamma: what a purchase of a customer is worth, few purchases drawn towards everybody's (Fader, Hardie and Lee 2005, "RFM and CLV").

Values of a customer's purchases ~ Gamma(p, ν), ν ~ Gamma(q, γ) over customers, apart from how often the customer buys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from onelead.models.buying.fit import by_differences, maximise

if TYPE_CHECKING:
    from onelead.models.buying.history import Spending
    from onelead.models.learning.matrix import Floats

MIN_CUSTOMERS = 50
"""Customers with a known, positive value that the model needs."""
LEAST_Q = 1.05
"""At q ≤ 1 the mean over customers would be without end."""


@dataclass(frozen=True)
class GammaGamma:
    """p and q are pure numbers, γ is money."""

    p: float
    q: float
    gamma: float

    def rate(self, seen: Spending) -> tuple[Floats, Floats]:
        """Shape and inverse scale of what is known of ν of each customer."""
        return self.q + self.p * seen.count, self.gamma + seen.count * seen.mean

    def expected(self, seen: Spending) -> Floats:
        """Mean value of a purchase of each customer."""
        shape, scale = self.rate(seen)
        found: Floats = self.p * scale / (shape - 1.0)
        return found


def fit(seen: Spending) -> GammaGamma | None:
    """Maximum likelihood on the customers with a known, positive value; None when there are fewer than ``MIN_CUSTOMERS``."""
    from scipy.special import gammaln

    known = (seen.count > 0) & (seen.mean > 0)
    if known.sum() < MIN_CUSTOMERS:
        return None
    count, unit = seen.count[known], float(np.median(seen.mean[known]))
    mean = seen.mean[known] / unit

    def value(logs: Floats) -> float:
        p, q, gamma = np.exp(logs)
        many = p * count
        shared = gammaln(many + q) - gammaln(many) - gammaln(q) + q * np.log(gamma)
        return float((shared + (many - 1) * np.log(mean) + many * np.log(count) - (many + q) * np.log(gamma + count * mean)).sum())

    logs, _ = maximise(by_differences(value), np.log([2.0, 3.0, 1.5]), np.array([-3.0, np.log(LEAST_Q), -10.0]))
    p, q, gamma = np.exp(logs).tolist()
    return GammaGamma(p, q, gamma * unit)
