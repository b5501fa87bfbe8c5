"""The candidates for the outcome model; which one is used is measured on the last date before the hold-out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from onelead.models.learning.boosting import Boosted, train
from onelead.models.learning.logistic import Logistic, fit_logistic

if TYPE_CHECKING:
    from onelead.models.learning.matrix import Floats

PENALTIES = (3.0, 30.0, 300.0)
TREES: dict[str, object] = {
    "eta": 0.05,
    "max_depth": 3,
    "min_child_weight": 5,
    "lambda": 5.0,
    "subsample": 0.8,
    "colsample_bytree": 0.8,
}
ROUNDS = 120


@dataclass(frozen=True)
class Regression:
    """Logistic regression on a spline basis with a ridge ``penalty``."""

    penalty: float

    def __call__(self, values: Floats, target: Floats, weight: Floats) -> Logistic:
        """Fit on rows × features."""
        return fit_logistic(values, target, weight, self.penalty)


@dataclass(frozen=True)
class Trees:
    """Shallow boosted trees with XGBoost's own treatment of missing values."""

    seed: int

    def __call__(self, values: Floats, target: Floats, weight: Floats) -> Boosted:
        """Fit on rows × features; rows without weight are left out."""
        drawn = weight > 0
        return train(values[drawn], target[drawn], weight[drawn], TREES, rounds=ROUNDS, seed=self.seed)


def candidates(seed: int) -> dict[str, Regression | Trees]:
    """Name → recipe (values, target, weight → fitted model)."""
    regressions: dict[str, Regression | Trees] = {
        f"logistic regression on splines, penalty {penalty:g}": Regression(penalty) for penalty in PENALTIES
    }
    return {**regressions, "boosted trees": Trees(seed)}


def recency_recipe(values: Floats, target: Floats, weight: Floats) -> Logistic:
    """The naive model: days since the last project start alone."""
    return fit_logistic(values, target, weight, PENALTIES[0])
