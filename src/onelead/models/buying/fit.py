"""Maximum likelihood of a few positive parameters, and how well the data pin them down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from onelead.models.learning.matrix import Floats

BOUND = 10.0
"""Limits of the logarithms: beyond exp(±10) the data say "none" or "all", and the likelihood is flat."""
STEP = 1e-4
WIDEST = 1.0
"""Largest standard deviation of a logarithm: what the data say nothing of is not drawn from everywhere."""


def maximise(slope: Callable[[Floats], tuple[float, Floats]], start: Floats, lower: Floats | None = None) -> tuple[Floats, Floats]:
    """Logarithms of the parameters that maximise ``slope`` (value and gradient), and their covariance (inverse of the negative curvature)."""
    from scipy.optimize import minimize

    low = np.full(len(start), -BOUND) if lower is None else lower
    scale = max(1.0, abs(slope(start)[0]))

    def loss(logs: Floats) -> tuple[float, Floats]:
        value, gradient = slope(logs)
        return -value / scale, -gradient / scale

    limits = [(float(least), BOUND) for least in low]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=limits, options={"maxiter": 400, "ftol": 1e-12, "gtol": 1e-9})
    best = np.asarray(found.x, dtype=np.float64)
    return best, covariance(slope, best)


def covariance(slope: Callable[[Floats], tuple[float, Floats]], best: Floats) -> Floats:
    """Inverse of the negative curvature at ``best``, by differences of the gradient; directions that are flat get ``WIDEST``."""
    steps = STEP * np.eye(len(best))
    curvature = np.array([(slope(best - step)[1] - slope(best + step)[1]) / (2 * STEP) for step in steps])
    values, vectors = np.linalg.eigh((curvature + curvature.T) / 2)
    found: Floats = (vectors / np.maximum(values, WIDEST**-2)) @ vectors.T
    return found


def by_differences(value: Callable[[Floats], float]) -> Callable[[Floats], tuple[float, Floats]]:
    """``value`` with its gradient by central differences."""

    def slope(logs: Floats) -> tuple[float, Floats]:
        steps = STEP * np.eye(len(logs))
        return value(logs), np.array([(value(logs + step) - value(logs - step)) / (2 * STEP) for step in steps])

    return slope
