"""Discrete-time hazard: the chance to end within the next 30 days, from what is known, chained into the chance over longer times (Cox 1972, section 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from onelead.models.learning import logistic, measure
from onelead.models.learning.logistic import Logistic, fit_logistic, learn_basis, sigmoid
from onelead.models.learning.matrix import matrix, usable_columns
from onelead.models.learning.recipes import PENALTIES
from onelead.models.survival.spells import PERIOD, TENURE, due, person_periods

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onelead.models.learning.matrix import Floats, Ints
    from onelead.models.survival.spells import Spells

FOLDS = 3
ROWS_MAX = 100_000
"""Person-periods that are learned from; more are thinned by drawing whole accounts."""
DRAWS = 40
NAME = "logistic regression on splines, penalty {:g}"
CHUNK = 20_000
"""Spells whose draws are in memory together."""
NOT_FEATURES = frozenset(
    {
        "spell",
        "subject",
        "account_id",
        "target",
        "weight",
        "period",
        "low",
        "begin",
        "stop",
        "entry",
        "until",
        "ended",
        "term_months",
        "yearly_value",
    }
)


@dataclass(frozen=True)
class HeldOut:
    """What each account cost in the folds that did not learn from it: summed log-loss, and the periods that it was watched."""

    loss: Floats
    weight: Floats

    def saved(self, other: HeldOut) -> dict[str, float]:
        """Log-loss a period that this one saves against ``other`` (of the same spells), with the 95 % range over accounts."""
        draws = measure.account_draws(np.arange(len(self.loss)), measure.REPLICATES, np.random.default_rng(0))
        difference = other.loss - self.loss
        low, high = np.quantile((draws @ difference) / (draws @ self.weight), [0.025, 0.975])
        return {"value": round(float(difference.sum() / self.weight.sum()), 6), "low": round(float(low), 6), "high": round(float(high), 6)}


@dataclass(frozen=True)
class Hazard:
    """A fitted hazard. ``linear`` is the regression whose ``spread`` (covariance of its coefficients) tells how sure it is."""

    columns: list[str]
    name: str
    model: Logistic
    linear: Logistic
    spread: Floats
    losses: dict[str, float]
    learned: dict[str, int]
    held: HeldOut | None = None

    def curves(self, running: pl.DataFrame, periods: int) -> Floats:
        """Spells × (1 + periods): share that survives 0, 1, 2 … periods of 30 days from now; covariates stay as they are now."""
        steps = [np.log1p(-sigmoid(self.model.margin(self.values(running, ahead)))) for ahead in range(periods)]
        return _chained(np.stack(steps, axis=1))

    def deviations(self, running: pl.DataFrame, horizons: Sequence[int], seed: int) -> dict[int, Floats]:
        """Standard deviation of the log-odds of ending within each of ``horizons`` (days), by drawing the regression's coefficients."""
        off = np.random.default_rng(seed).multivariate_normal(np.zeros(len(self.linear.beta)), self.spread, size=DRAWS, method="eigh")
        betas = (self.linear.beta + off).T
        parts = [self._deviations(running.slice(start, CHUNK), horizons, betas) for start in range(0, running.height, CHUNK)]
        return {days: np.concatenate([part[days] for part in parts]) if parts else np.zeros(0) for days in horizons}

    def _deviations(self, running: pl.DataFrame, horizons: Sequence[int], betas: Floats) -> dict[int, Floats]:
        logs = np.zeros((running.height, DRAWS))
        found: dict[int, Floats] = {}
        for ahead in range(max(horizons) // PERIOD + 1):
            step = np.log1p(-sigmoid(self.linear.basis.design(self.values(running, ahead)) @ betas))
            for days in (each for each in horizons if each // PERIOD == ahead):
                gone = np.clip(-np.expm1(logs + (days / PERIOD - ahead) * step), 1e-12, 1 - 1e-12)
                found[days] = np.log(gone / (1 - gone)).std(axis=1)
            logs += step
        return found

    def values(self, running: pl.DataFrame, ahead: int) -> Floats:
        """Features of running spells ``ahead`` periods from now."""
        tenure = pl.col(TENURE) + ahead * PERIOD
        return matrix(running.with_columns(due(tenure), tenure.alias(TENURE)), self.columns)

    def dump(self) -> dict[str, object]:
        """Everything, as JSON values."""
        models = {"model": self.model.dump(), "linear": self.linear.dump(), "spread": self.spread.tolist()}
        return {"columns": self.columns, "name": self.name, **models, "losses": self.losses, "learned": self.learned}


def restore(content: Mapping[str, Any]) -> Hazard:
    """What ``Hazard.dump`` wrote."""
    model, linear, spread = (
        logistic.restore(content["model"]),
        logistic.restore(content["linear"]),
        np.asarray(content["spread"], dtype=np.float64),
    )
    return Hazard(content["columns"], content["name"], model, linear, spread, content["losses"], content["learned"])


def _chained(logs: Floats) -> Floats:
    """Survival from the logarithms of the shares that survive each period."""
    return np.concatenate([np.ones((len(logs), 1)), np.exp(np.cumsum(logs, axis=1))], axis=1)


def leaving(curves: Floats, days: float | Floats) -> Floats:
    """Chance to end within ``days`` (one number, or one a spell; beyond the curves: by their end), from ``Hazard.curves``; inside a period the hazard is even."""
    last = curves.shape[1] - 1
    asked = np.clip(np.broadcast_to(np.asarray(days, dtype=np.float64), len(curves)) / PERIOD, 0.0, last)
    first = np.floor(asked).astype(np.int64)
    row = np.arange(len(curves))
    now, then = curves[row, first], curves[row, np.minimum(first + 1, last)]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(now > 0, then / now, 1.0)
    found: Floats = 1.0 - now * ratio ** (asked - first)
    return found


def fit_hazard(found: Spells, covariates: pl.DataFrame | None, seed: int) -> Hazard | None:
    """Fit on all person-periods; the recipe is chosen by log-loss in folds of whole accounts.

    None when nothing varies, not even tenure, or when there are too few accounts to hold one out.
    """
    rows = _thinned(person_periods(found, covariates), seed)
    columns = [name for name in usable_columns(rows) if name not in NOT_FEATURES]
    if not columns:
        return None
    values, target, weight = matrix(rows, columns), rows["target"].to_numpy(), rows["weight"].to_numpy()
    accounts = rows["account_id"].rank("dense").to_numpy().astype(np.int64) - 1
    fold = np.random.default_rng(seed).integers(0, FOLDS, accounts.max() + 1)[accounts]
    if (fold == fold[0]).all():
        return None
    held = _folded(values, target, weight, fold)
    losses = {penalty: float(each.sum() / weight.sum()) for penalty, each in held.items()}
    chosen = min(losses, key=lambda penalty: losses[penalty])
    linear, model = (fit_logistic(values, target, weight, penalty) for penalty in (PENALTIES[0], chosen))
    learned = {"person_periods": rows.height, "ends": int(target.sum()), "accounts": int(accounts.max()) + 1}
    rounded = {NAME.format(penalty): round(loss, 6) for penalty, loss in losses.items()}
    apart = HeldOut(np.bincount(accounts, held[chosen]).astype(np.float64), np.bincount(accounts, weight).astype(np.float64))
    return Hazard(columns, NAME.format(chosen), model, linear, _spread(linear, values, weight), rounded, learned, apart)


def _folded(values: Floats, target: Floats, weight: Floats, fold: Ints) -> dict[float, Floats]:
    """Penalty → weighted log-loss of each row by a regression that did not learn from its ``fold``, which holds whole accounts."""
    found = {penalty: np.zeros(len(target)) for penalty in PENALTIES}
    for number in range(FOLDS):
        out = fold == number
        basis = learn_basis(values[~out])
        for penalty, losses in found.items():
            model = fit_logistic(values[~out], target[~out], weight[~out], penalty, basis)
            losses[out] = weight[out] * measure.log_losses(target[out], sigmoid(model.margin(values[out])))
    return found


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
