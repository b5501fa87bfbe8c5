"""How far the true chance of an account may lie from the model's: what the interval and the class shares rest on.

Two sources, both on the log-odds. What learning from other accounts would change: refits on accounts drawn anew, hardly smoothed,
because the refits of a strongly smoothed model agree on an answer that the smoothing has bent. And what sets an account apart that no
column shows: a random intercept, estimated from predictions for accounts that the model had not seen.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from onelead.models.learning.matrix import Floats, Ints

NODES = 25
GRID = np.linspace(0.0, 2.0, 41)
PROFILE = 0.82
"""Half the 80 % quantile of chi-square with one degree of freedom: what the log-likelihood may fall by (Wilks 1938)."""
Z80 = 1.2816
"""The normal quantile that leaves 10 % on each side."""


def account_sd(margin: Floats, target: Floats, accounts: Ints) -> float:
    """Standard deviation of what accounts add to their log-odds: the upper end of its 80 % profile likelihood interval.

    ``margin``: calibrated log-odds of rows by models that did not see their account; rows sorted by account. The upper end, because
    little data would else pass for little difference. Gauss–Hermite quadrature (Abramowitz and Stegun, 25.4.46).
    """
    starts = np.flatnonzero(np.diff(accounts, prepend=-1))
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    losses = np.array([_loss(margin, target, starts, sd * nodes, np.log(weights / weights.sum())) for sd in GRID])
    return float(GRID[np.flatnonzero(losses <= losses.min() + PROFILE)[-1]])


def _loss(margin: Floats, target: Floats, starts: Ints, shifts: Floats, log_weights: Floats) -> float:
    """Negative log-likelihood with the intercept integrated out."""
    likelihood = np.empty((len(starts), len(shifts)))
    for place, shift in enumerate(shifts):
        odds = margin + shift
        likelihood[:, place] = np.add.reduceat(target * odds - np.logaddexp(0.0, odds), starts)
    return float(-np.logaddexp.reduce(likelihood + log_weights, axis=1).sum())


def below(limit: float, margin: Floats, sd: Floats) -> Floats:
    """Share of a normal distribution around ``margin`` (log-odds) that lies below the chance ``limit``."""
    if limit <= 0 or limit >= 1:
        return np.full(len(margin), float(limit >= 1))
    distance = (math.log(limit / (1 - limit)) - margin) / np.maximum(sd, 1e-9)
    return np.array([0.5 * math.erfc(-value / math.sqrt(2)) for value in distance.tolist()])
