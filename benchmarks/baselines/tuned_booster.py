"""A carefully tuned booster to stand beside: scikit-learn's histogram boosting, its shape chosen by inner folds of groups.

The same effort as our own search: every candidate on one inner fold, the two best on all three, then one fit on all rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sklearn.ensemble import HistGradientBoostingClassifier

CANDIDATES = (
    {"learning_rate": 0.1, "max_iter": 300, "max_leaf_nodes": 15},
    {"learning_rate": 0.1, "max_iter": 300, "max_leaf_nodes": 31},
    {"learning_rate": 0.1, "max_iter": 150, "max_leaf_nodes": 63},
    {"learning_rate": 0.05, "max_iter": 500, "max_leaf_nodes": 31},
    {"learning_rate": 0.05, "max_iter": 500, "max_leaf_nodes": 31, "l2_regularization": 10.0, "max_features": 0.6},
    {"learning_rate": 0.05, "max_iter": 300, "max_leaf_nodes": 63, "l2_regularization": 10.0, "max_features": 0.6},
)
INNER_FOLDS = 3


def _fit(values: np.ndarray, target: np.ndarray, categorical: Sequence[int], candidate: dict[str, Any]) -> HistGradientBoostingClassifier:
    from sklearn.ensemble import HistGradientBoostingClassifier

    booster = HistGradientBoostingClassifier(categorical_features=list(categorical), early_stopping=False, random_state=0, **candidate)
    return booster.fit(values, target)


def _loss(model: HistGradientBoostingClassifier, values: np.ndarray, target: np.ndarray) -> float:
    from sklearn.metrics import log_loss

    return float(log_loss(target, model.predict_proba(values)[:, 1]))


def chances(learn: tuple[np.ndarray, np.ndarray, np.ndarray], ask: np.ndarray, categorical: Sequence[int]) -> np.ndarray:
    """Chances of the rows ``ask`` by the best candidate, learned from (values, target, groups)."""
    values, target, groups = learn
    fold = (np.random.default_rng(0).permutation(int(groups.max()) + 1) % INNER_FOLDS)[groups]

    def loss(place: int, held: int) -> float:
        model = _fit(values[fold != held], target[fold != held], categorical, CANDIDATES[place])
        return _loss(model, values[fold == held], target[fold == held])

    first = {place: loss(place, 0) for place in range(len(CANDIDATES))}
    finalists = sorted(first, key=lambda place: first[place])[:2]
    best = min(finalists, key=lambda place: first[place] + sum(loss(place, held) for held in range(1, INNER_FOLDS)))
    found: np.ndarray = _fit(values, target, categorical, CANDIDATES[best]).predict_proba(ask)[:, 1]
    return found
