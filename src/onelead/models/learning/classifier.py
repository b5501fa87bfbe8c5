"""Calibrated chances of a yes/no outcome from mixed columns: an average of boosted trees whose shape inner folds of groups choose.

What it does and why: categories are split as sets, not as numbers; numbers get many bins, because amounts cluster on prices; values that
many groups share also bring the share of positives they had elsewhere; several sets of trees are averaged, which takes out some of the
chance in each; and slope and shift of the log-odds are learned on rows that none of the trees saw.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from onelead.models.learning import boosting
from onelead.models.learning.columns import Columns, learn_columns, restore_columns
from onelead.models.learning.logistic import fit_sigmoid, sigmoid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl
    from numpy.typing import NDArray

    from onelead.models.learning.boosting import Boosted
    from onelead.models.learning.matrix import Floats, Ints

COMMON: dict[str, object] = {"eta": 0.07, "subsample": 0.8, "colsample_bytree": 0.6, "max_bin": 1024}
SHAPES: dict[str, dict[str, object]] = {
    "shallow trees": {"max_depth": 3, "min_child_weight": 10, "lambda": 5.0},
    "middling trees": {"max_depth": 6, "min_child_weight": 5},
    "deep trees": {"max_depth": 8, "min_child_weight": 5},
}
ROUNDS_MOST = 400
PATIENCE = 30
EXACT_MOST = 300
"""Rows whose contributions are exact; of more they are the fast path-wise ones, which sum to the same log-odds."""
INNER_FOLDS = 3
BAGS = 4
CALIBRATION_PARTS = 6
"""One group in so many is kept for the calibration where the caller names no rows for it."""


@dataclass(frozen=True)
class Choice:
    """One candidate and how it did on rows of inner folds that it had not seen: mean log-loss at its best number of ``rounds``."""

    shape: str
    means: bool
    rounds: int
    loss: float

    @property
    def name(self) -> str:
        """For the card."""
        return f"{self.shape}{' with means of shared values' if self.means else ''}"


@dataclass(frozen=True)
class Classifier:
    """The fitted average. ``margin`` is on the log-odds and calibrated."""

    columns: Columns
    bags: Sequence[Boosted]
    slope: float
    shift: float

    def margin(self, frame: pl.DataFrame) -> Floats:
        """Calibrated log-odds of each row of ``frame``; a column that it lacks counts as missing."""
        return self.slope * self._raw(frame) + self.shift

    def chance(self, frame: pl.DataFrame) -> Floats:
        """Calibrated chance of each row, 0 to 1."""
        return sigmoid(self.margin(frame))

    def contributions(self, frame: pl.DataFrame) -> tuple[Floats, float]:
        """Rows × ``columns.names`` pushes on the calibrated log-odds, and the baseline; they sum to ``margin``."""
        values, sources = self.columns.matrix(frame), self.columns.sources
        pushes, baseline = np.zeros((frame.height, len(self.columns.names))), 0.0
        for bag in self.bags:
            of_bag, base = bag.contributions(values, exact_most=EXACT_MOST)
            np.add.at(pushes.T, sources, of_bag.T)
            baseline += base
        weight = self.slope / len(self.bags)
        return weight * pushes, weight * baseline + self.shift

    def _raw(self, frame: pl.DataFrame) -> Floats:
        values = self.columns.matrix(frame)
        total: Floats = np.sum([bag.margin(values) for bag in self.bags], axis=0)
        return total / len(self.bags)

    def dump(self) -> dict[str, object]:
        """Everything, as JSON values."""
        return {"columns": self.columns.dump(), "bags": [bag.dump() for bag in self.bags], "slope": self.slope, "shift": self.shift}


def restore_classifier(content: Mapping[str, Any]) -> Classifier:
    """What ``Classifier.dump`` wrote."""
    columns = restore_columns(content["columns"])
    bags = [boosting.restore(text, 1, columns.kinds) for text in content["bags"]]
    return Classifier(columns, bags, float(content["slope"]), float(content["shift"]))


def fit_classifier(
    frame: pl.DataFrame,
    names: Sequence[str],
    target: Floats,
    groups: Ints,
    *,
    seed: int,
    calibrate: NDArray[np.bool_] | None = None,
    chosen: Choice | None = None,
) -> tuple[Classifier, list[Choice]]:
    """Choose, fit and calibrate; the choices come best first.

    Args:
        frame: One row an example, with the columns ``names`` (numbers, truth values, texts; null is missing).
        names: What to learn from.
        target: 0 or 1 for each row.
        groups: Codes from 0; rows of one group are never on both sides of a fold.
        seed: Makes the result repeatable.
        calibrate: Rows to calibrate on, that nothing else learns from (a later slice); None takes every sixth group.
        chosen: What an earlier search chose; None searches.
    """
    rng = np.random.default_rng(seed)
    if calibrate is None:
        calibrate = (rng.permutation(int(groups.max()) + 1) % CALIBRATION_PARTS == 0)[groups]
    learn = np.flatnonzero(~calibrate)
    choices = [chosen] if chosen else choose(frame[learn], names, target[learn], groups[learn], seed)
    model = fit_bags(frame[learn], names, target[learn], groups[learn], choices[0], seed)
    asked = frame.filter(calibrate)
    slope, shift = fit_sigmoid(model.margin(asked), target[calibrate], np.ones(asked.height))
    return Classifier(model.columns, model.bags, slope, shift), choices


def fit_bags(frame: pl.DataFrame, names: Sequence[str], target: Floats, groups: Ints, choice: Choice, seed: int) -> Classifier:
    """The average of ``BAGS`` sets of trees, not yet calibrated. Each draws its own rows, columns and folds for the means."""
    return _average(frame, names, target, groups, choice, seed, BAGS)


def fit_single(frame: pl.DataFrame, names: Sequence[str], target: Floats, groups: Ints, choice: Choice, seed: int) -> Classifier:
    """One set of trees, as it is: what averaging and calibration are measured against."""
    return _average(frame, names, target, groups, choice, seed, 1)


def _average(
    frame: pl.DataFrame, names: Sequence[str], target: Floats, groups: Ints, choice: Choice, seed: int, bags_wanted: int
) -> Classifier:
    columns = learn_columns(frame, names, target, groups, means=choice.means)
    rng = np.random.default_rng(seed)
    bags = []
    for place in range(bags_wanted):
        values = columns.learning_matrix(frame, target, groups, rng)
        shape = {**COMMON, **SHAPES[choice.shape]}
        bags.append(boosting.train(values, target, None, shape, rounds=choice.rounds, seed=seed * BAGS + place, kinds=columns.kinds))
    return Classifier(columns, bags, 1.0, 0.0)


def choose(frame: pl.DataFrame, names: Sequence[str], target: Floats, groups: Ints, seed: int) -> list[Choice]:
    """All candidates are measured on one inner fold, the two best on all of them; those first, by their mean log-loss."""
    rng = np.random.default_rng(seed)
    fold = (rng.permutation(int(groups.max()) + 1) % INNER_FOLDS)[groups]
    tried = [(shape, means) for means in (False, True) for shape in SHAPES]
    shared = learn_columns(frame, names, target, groups, means=True).means
    if not shared:
        tried = [(shape, False) for shape in SHAPES]
    paths = {each: [_path(frame, names, target, groups, fold == 0, each, seed)] for each in tried}
    best = sorted(tried, key=lambda each: min(paths[each][0]))
    for each in best[:2]:
        paths[each] += [_path(frame, names, target, groups, fold == held, each, seed) for held in range(1, INNER_FOLDS)]
    finalists = sorted((_choice(each, paths[each]) for each in best[:2]), key=lambda choice: choice.loss)
    return [*finalists, *(_choice(each, paths[each]) for each in best[2:])]


def _choice(tried: tuple[str, bool], paths: list[list[float]]) -> Choice:
    """At the number of rounds whose mean loss is least; a path that stopped early stays where its last loss was."""
    longest = max(len(path) for path in paths)
    mean = np.mean([[*path, *[path[-1]] * (longest - len(path))] for path in paths], axis=0)
    return Choice(*tried, rounds=int(mean.argmin()) + 1, loss=round(float(mean.min()), 6))


def _path(
    frame: pl.DataFrame, names: Sequence[str], target: Floats, groups: Ints, held: NDArray[np.bool_], tried: tuple[str, bool], seed: int
) -> list[float]:
    shape, means = tried
    learn, ask = frame.filter(~held), frame.filter(held)
    columns = learn_columns(learn, names, target[~held], groups[~held], means=means)
    values = columns.learning_matrix(learn, target[~held], groups[~held], np.random.default_rng(seed))
    return boosting.held_losses(
        (values, target[~held]),
        (columns.matrix(ask), target[held]),
        {**COMMON, **SHAPES[shape]},
        rounds=ROUNDS_MOST,
        patience=PATIENCE,
        seed=seed,
        kinds=columns.kinds,
    )
