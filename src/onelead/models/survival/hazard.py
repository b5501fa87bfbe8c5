"""Discrete-time hazard: the chance to end within the next 30 days, from what is known, chained into the chance over longer times (Cox 1972, section 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.models.learning import measure
from onelead.models.learning.logistic import fit_logistic, sigmoid
from onelead.models.learning.matrix import matrix, usable_columns
from onelead.models.learning.recipes import PENALTIES, candidates
from onelead.models.survival.spells import PERIOD, TENURE, due, person_periods

if TYPE_CHECKING:
    from onelead.models.learning.boosting import Boosted
    from onelead.models.learning.logistic import Logistic
    from onelead.models.learning.matrix import Floats
    from onelead.models.survival.spells import Spells

FOLDS = 3
ROWS_MAX = 200_000
"""Person-periods that are learned from; more are thinned by drawing whole accounts."""
DRAWS = 40
NOT_FEATURES = frozenset(
    {"spell", "account_id", "target", "weight", "period", "low", "begin", "stop", "entry", "until", "ended", "term_months", "yearly_value"}
)


@dataclass(frozen=True)
class Hazard:
    """A fitted hazard. ``linear`` is the regression whose ``spread`` (covariance of its coefficients) tells how sure it is."""

    columns: list[str]
    name: str
    model: Logistic | Boosted
    linear: Logistic
    spread: Floats
    losses: dict[str, float]
    learned: dict[str, int]

    def curves(self, running: pl.DataFrame, periods: int) -> Floats:
        """Spells × (1 + periods): share that survives 0, 1, 2 … periods of 30 days from now; covariates stay as they are now."""
        steps = [np.log1p(-sigmoid(self.model.margin(self.values(running, ahead)))) for ahead in range(periods)]
        return _chained(np.stack(steps, axis=1))

    def deviation(self, running: pl.DataFrame, days: float, rng: np.random.Generator) -> Floats:
        """Standard deviation of the log-odds of ending within ``days``, by drawing the regression's coefficients."""
        off = rng.multivariate_normal(np.zeros(len(self.linear.beta)), self.spread, size=DRAWS, method="eigh")
        logs = np.zeros((running.height, DRAWS))
        left = days / PERIOD
        for ahead in range(int(np.ceil(days / PERIOD))):
            design = self.linear.basis.design(self.values(running, ahead))
            logs += min(1.0, left - ahead) * np.log1p(-sigmoid(design @ (self.linear.beta + off).T))
        gone = np.clip(-np.expm1(logs), 1e-12, 1 - 1e-12)
        found: Floats = np.log(gone / (1 - gone)).std(axis=1)
        return found

    def values(self, running: pl.DataFrame, ahead: int) -> Floats:
        """Features of running spells ``ahead`` periods from now."""
        tenure = pl.col(TENURE) + ahead * PERIOD
        return matrix(running.with_columns(due(tenure), tenure.alias(TENURE)), self.columns)


def _chained(logs: Floats) -> Floats:
    """Survival from the logarithms of the shares that survive each period."""
    return np.concatenate([np.ones((len(logs), 1)), np.exp(np.cumsum(logs, axis=1))], axis=1)


def leaving(curves: Floats, days: float) -> Floats:
    """Chance to end within ``days``, from ``Hazard.curves``; inside a period the hazard is even."""
    whole, part = divmod(days / PERIOD, 1.0)
    first = int(whole)
    now = curves[:, first]
    if part == 0:
        return 1.0 - now
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(now > 0, curves[:, first + 1] / now, 1.0)
    found: Floats = 1.0 - now * ratio**part
    return found


def fit_hazard(found: Spells, covariates: pl.DataFrame | None, seed: int) -> Hazard | None:
    """Fit on all person-periods; the recipe is chosen by log-loss in folds of whole accounts. None when nothing varies, not even tenure."""
    rows = _thinned(person_periods(found, covariates), seed)
    columns = [name for name in usable_columns(rows) if name not in NOT_FEATURES]
    if not columns:
        return None
    values, target, weight = matrix(rows, columns), rows["target"].to_numpy(), rows["weight"].to_numpy()
    accounts = rows["account_id"].rank("dense").to_numpy().astype(np.int64) - 1
    recipes = candidates(seed)
    fold = np.random.default_rng(seed).integers(0, FOLDS, accounts.max() + 1)[accounts]
    losses = dict.fromkeys(recipes, 0.0)
    for name, recipe in recipes.items():
        for number in range(FOLDS):
            held = fold == number
            chance = sigmoid(recipe(values[~held], target[~held], weight[~held]).margin(values[held]))
            losses[name] += float(weight[held] @ measure.log_losses(target[held], chance)) / float(weight.sum())
    chosen = min(losses, key=lambda name: losses[name])
    linear = fit_logistic(values, target, weight, PENALTIES[0])
    model = recipes[chosen](values, target, weight)
    learned = {"person_periods": rows.height, "ends": int(target.sum()), "accounts": int(accounts.max()) + 1}
    rounded = {name: round(loss, 6) for name, loss in losses.items()}
    return Hazard(columns, chosen, model, linear, _spread(linear, values, weight), rounded, learned)


def _spread(linear: Logistic, values: Floats, weight: Floats) -> Floats:
    """Inverse of the curvature of the penalised log-likelihood; periods of one spell are independent given that it got there."""
    design = linear.basis.design(values)
    chance = sigmoid(design @ linear.beta)
    ridge = np.full(design.shape[1], PENALTIES[0])
    ridge[0] = 1e-9
    curvature = (design.T * (weight * chance * (1 - chance))) @ design + np.diag(ridge)
    found: Floats = np.linalg.inv((curvature + curvature.T) / 2).astype(np.float64)
    return found


def _thinned(rows: pl.DataFrame, seed: int) -> pl.DataFrame:
    if rows.height <= ROWS_MAX:
        return rows
    accounts = rows["account_id"].unique().sort()
    drawn = np.random.default_rng(seed).choice(len(accounts), int(len(accounts) * ROWS_MAX / rows.height), replace=False)
    return rows.join(pl.DataFrame({"account_id": accounts.gather(np.sort(drawn))}), on="account_id", how="semi", maintain_order="left")
