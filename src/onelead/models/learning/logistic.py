"""Regularised logistic regression on a spline basis, in closed Newton steps.

Own code on purpose: scikit-learn's costs 2.8 s and 130 MB to import, more than all fits here together; a test holds the
coefficients against it. Each feature gives up to four columns: its (tamed) value, two hinges at its terciles, and whether it
is missing. Missing values sit at the median, so that the last column alone says what missing means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onelead.models.learning.matrix import Floats, Ints

MAX_STEPS = 50
TOLERANCE = 1e-8
FEW_VALUES = 4
SKEWED = 4.0
NEGLIGIBLE = 1e-9


def sigmoid(margin: Floats) -> Floats:
    """1 / (1 + exp(−margin)), without overflow."""
    squashed: Floats = 0.5 * (1.0 + np.tanh(0.5 * margin))
    return squashed


def _loss(design: Floats, target: Floats, weight: Floats, penalty: Floats, beta: Floats) -> float:
    margin = design @ beta
    return float(weight @ (np.logaddexp(0.0, margin) - target * margin) + 0.5 * (penalty * beta) @ beta)


def newton(design: Floats, target: Floats, weight: Floats, penalty: Floats) -> Floats:
    """Coefficients that minimise the weighted log-loss plus ½ Σ penalty·beta² (Hastie et al., The Elements of Statistical Learning, 4.4)."""
    beta = np.zeros(design.shape[1])
    loss = _loss(design, target, weight, penalty, beta)
    for _ in range(MAX_STEPS):
        chance = sigmoid(design @ beta)
        gradient = design.T @ (weight * (target - chance)) - penalty * beta
        curvature = (design.T * (weight * chance * (1.0 - chance))) @ design + np.diag(penalty + NEGLIGIBLE)
        step = np.linalg.solve(curvature, gradient)
        size = 1.0
        while (tried := _loss(design, target, weight, penalty, beta + size * step)) > loss and size > TOLERANCE:
            size /= 2.0
        beta = beta + size * step
        if loss - tried <= TOLERANCE * max(1.0, abs(loss)):
            break
        loss = tried
    return beta


def fit_sigmoid(margin: Floats, target: Floats, weight: Floats) -> tuple[float, float]:
    """Platt's calibration: slope and shift of the log-odds. A negative slope (worse than chance) becomes 0: the base rate for all."""
    scale = float(margin.std()) or 1.0
    design = np.column_stack([np.ones_like(margin), margin / scale])
    shift, slope = newton(design, target, weight, np.array([0.0, 1.0]))
    if slope < 0:
        rate = float(weight @ target / weight.sum())
        return 0.0, float(np.log(rate / (1 - rate)))
    return float(slope / scale), float(shift)


@dataclass(frozen=True)
class Basis:
    """How features become columns; all plain numbers, learned from the training rows alone."""

    centre: Floats
    low: Floats
    high: Floats
    logged: Floats
    knots: Floats
    columns: Ints
    mean: Floats
    scale: Floats

    def design(self, values: Floats) -> Floats:
        """Rows × (1 + columns): an intercept, then the standardised columns."""
        return np.column_stack([np.ones(len(values)), (self.raw(values)[:, self.columns] - self.mean) / self.scale])

    def raw(self, values: Floats) -> Floats:
        """All four columns of each feature, side by side: value, two hinges, missing."""
        tame = np.where(self.logged > 0, np.sign(values) * np.log1p(np.abs(values)), values)
        gone = np.isnan(tame)
        tame = np.where(gone, self.centre, np.clip(tame, self.low, self.high))
        hinges = [np.maximum(0.0, tame - self.knots[position]) for position in (0, 1)]
        return np.concatenate([tame, *hinges, gone.astype(np.float64)], axis=1)


def learn_basis(values: Floats) -> Basis:
    """Medians, winsor limits (1 % and 99 %), hinges (terciles) and scales of ``values`` (rows × features, NaN is missing)."""
    filled = np.where(np.isnan(values).all(axis=0), 0.0, values)
    low, median, high = np.nanquantile(filled, [0.01, 0.5, 0.99], axis=0)
    # Money and counts have long right tails; a straight line in them would be ruled by a few accounts.
    logged = ((low >= 0) & (high - median > SKEWED * np.maximum(median - low, 1e-12))).astype(np.float64)
    tame = np.where(logged > 0, np.log1p(np.abs(filled)), filled)
    low, first, median, second, high = np.nanquantile(tame, [0.01, 1 / 3, 0.5, 2 / 3, 0.99], axis=0)
    draft = Basis(median, low, high, logged, np.vstack([first, second]), np.arange(0), np.zeros(0), np.ones(0))
    columns = draft.raw(values)
    spread = columns.std(axis=0)
    distinct = np.array([len(np.unique(column[~np.isnan(column)])) for column in filled.T])
    features = values.shape[1]
    bent = np.tile(distinct > FEW_VALUES, 2)
    useful = (spread > NEGLIGIBLE) & np.concatenate([np.ones(features, bool), bent, np.ones(features, bool)])
    keep = np.flatnonzero(useful)
    return Basis(median, low, high, logged, draft.knots, keep, columns[:, keep].mean(axis=0), spread[keep])


@dataclass(frozen=True)
class Logistic:
    """A fitted regression; ``features`` is how many features went in."""

    basis: Basis
    beta: Floats
    features: int

    def margin(self, values: Floats) -> Floats:
        """Log-odds of each row."""
        found: Floats = self.basis.design(values) @ self.beta
        return found

    def contributions(self, values: Floats) -> tuple[Floats, float]:
        """Rows × features pushes on the log-odds against the average training row, and the baseline; exact, they sum to the margin."""
        parts = self.basis.design(values)[:, 1:] * self.beta[1:]
        pushes = np.zeros((len(values), self.features))
        for column, feature in enumerate(self.basis.columns % self.features):
            pushes[:, feature] += parts[:, column]
        return pushes, float(self.beta[0])

    def dump(self) -> dict[str, object]:
        """All numbers, for JSON."""
        basis = {name: getattr(self.basis, name).tolist() for name in Basis.__dataclass_fields__}
        return {"basis": basis, "beta": self.beta.tolist(), "features": self.features}


def restore(numbers: Mapping[str, object]) -> Logistic:
    """A regression from ``Logistic.dump``."""
    stored = numbers["basis"]
    if not isinstance(stored, dict):
        raise TypeError("basis")
    columns = np.asarray(stored.pop("columns"), dtype=np.int64)
    arrays = {name: np.asarray(numbers, dtype=np.float64) for name, numbers in stored.items()}
    return Logistic(Basis(columns=columns, **arrays), np.asarray(numbers["beta"], dtype=np.float64), int(str(numbers["features"])))


def fit_logistic(values: Floats, target: Floats, weight: Floats, penalty: float, basis: Basis | None = None) -> Logistic:
    """Fit on rows × features; the intercept is not penalised."""
    basis = basis or learn_basis(values)
    ridge = np.full(len(basis.columns) + 1, penalty)
    ridge[0] = 0.0
    return Logistic(basis, newton(basis.design(values), target, weight, ridge), values.shape[1])
