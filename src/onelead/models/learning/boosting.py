"""Boosted trees: XGBoost's own Booster, nothing of its scikit-learn face.

``import xgboost`` imports scikit-learn (and pandas with it) when they are installed, for classes that are not used here:
3.0 s and 160 MB instead of 0.6 s and 35 MB. XGBoost works without them by design, so in OneLead's own process they are
hidden for the time of that import. In somebody else's process, or once they are loaded anyway, the import is a plain one.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from onelead.core.process import is_own_process

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

    from onelead.models.learning.matrix import Floats

THREADS = 1
"""Fixed, so that a result does not depend on the machine. Two threads save a third on idle cores and cost ten times on busy ones."""

EXACT_CONTRIBUTIONS_MAX = 2_000
"""Above so many accounts the contributions of the deep three-class trees are the fast approximation (path-wise)."""


@cache
def xgboost() -> ModuleType:
    """The library, imported lean where that harms nobody."""
    lean = is_own_process() and "sklearn" not in sys.modules and "xgboost" not in sys.modules
    if lean:
        sys.modules["sklearn"] = None  # type: ignore[assignment]  # the documented way to make an import fail
    try:
        import xgboost as library
    finally:
        if lean:
            del sys.modules["sklearn"]
    return library


@dataclass(frozen=True)
class Boosted:
    """Fitted trees. ``margin`` and ``contributions`` are log-odds (of each class, for several). ``kinds``: see ``train``."""

    booster: Any
    classes: int
    kinds: tuple[str, ...] | None = None

    def margin(self, values: Floats) -> Floats:
        """Log-odds: one per row, or rows × classes."""
        found: Floats = self.booster.predict(_dmatrix(values, kinds=self.kinds), output_margin=True).astype("float64")
        return found

    def probabilities(self, values: Floats) -> Floats:
        """Probability of each class (several classes only)."""
        found: Floats = self.booster.predict(_dmatrix(values, kinds=self.kinds)).astype("float64")
        found /= found.sum(axis=1, keepdims=True)
        return found

    def contributions(self, values: Floats, klass: int = 0, exact_most: int | None = None) -> tuple[Floats, float]:
        """Rows × features pushes on the log-odds (of one class) and the baseline; they sum to the margin.

        They are exact up to ``exact_most`` rows (None: always for one class), else the fast approximation (path-wise).
        """
        most = EXACT_CONTRIBUTIONS_MAX if exact_most is None and self.classes > 1 else exact_most
        approximate = most is not None and len(values) > most
        found = self.booster.predict(_dmatrix(values, kinds=self.kinds), pred_contribs=True, approx_contribs=approximate, strict_shape=True)
        of_class: Floats = found[:, klass, :].astype("float64")
        return of_class[:, :-1], float(of_class[:, -1].mean()) if len(of_class) else 0.0

    def dump(self) -> str:
        """The trees in XGBoost's own JSON."""
        text: str = self.booster.save_raw(raw_format="json").decode()
        return text


def _dmatrix(values: Floats, target: Floats | None = None, weight: Floats | None = None, kinds: Sequence[str] | None = None) -> object:
    named = {} if kinds is None else {"feature_types": list(kinds), "enable_categorical": True}
    return xgboost().DMatrix(values, label=target, weight=weight, nthread=THREADS, **named)


def restore(text: str, classes: int, kinds: Sequence[str] | None = None) -> Boosted:
    """Trees from ``Boosted.dump``."""
    booster = xgboost().Booster({"nthread": THREADS, "verbosity": 0})
    booster.load_model(bytearray(text.encode()))
    return Boosted(booster, classes, None if kinds is None else tuple(kinds))


FIXED: dict[str, object] = {"tree_method": "hist", "nthread": THREADS, "verbosity": 0}


def train(
    values: Floats,
    target: Floats,
    weight: Floats | None,
    parameters: Mapping[str, object],
    *,
    rounds: int,
    seed: int,
    classes: int = 1,
    kinds: Sequence[str] | None = None,
) -> Boosted:
    """Learn ``rounds`` of trees. ``target``: 0/1, or the class number for several classes.

    ``kinds``: for each column "q" (a number) or "c" (codes of categories); None is numbers only.
    """
    objective: dict[str, object] = (
        {"objective": "binary:logistic"} if classes == 1 else {"objective": "multi:softprob", "num_class": classes}
    )
    booster = xgboost().train({**objective, **parameters, **FIXED, "seed": seed}, _dmatrix(values, target, weight, kinds), rounds)
    return Boosted(booster, classes, None if kinds is None else tuple(kinds))


def held_losses(
    learn: tuple[Floats, Floats],
    held: tuple[Floats, Floats],
    parameters: Mapping[str, object],
    *,
    rounds: int,
    patience: int,
    seed: int,
    kinds: Sequence[str],
) -> list[float]:
    """Mean log-loss on ``held`` (values, target) after 1, 2, … trees that learn from ``learn``; stops ``patience`` after the best."""
    losses: dict[str, dict[str, list[float]]] = {}
    xgboost().train(
        {"objective": "binary:logistic", "eval_metric": "logloss", **parameters, **FIXED, "seed": seed},
        _dmatrix(*learn, kinds=kinds),
        rounds,
        evals=[(_dmatrix(*held, kinds=kinds), "held")],
        evals_result=losses,
        early_stopping_rounds=patience,
        verbose_eval=False,
    )
    return losses["held"]["logloss"]
