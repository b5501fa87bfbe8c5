"""Mixed columns to numbers: categories become codes, values that many groups share also become the share of positives they had elsewhere.

A mean of the target that a row itself helped to make would tell the row its own answer. For the rows that are learned from it is
therefore taken over other folds of groups; rows that are only scored get the mean of all (Micci-Barreca 2001 with folds).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from onelead.models.learning.matrix import as_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onelead.models.learning.matrix import Floats, Ints

LEVELS_MOST = 200
"""Categories beyond so many, the rarer ones, are one: nothing reliable is learned from a handful of rows each."""
LEVEL_ROWS = 10
"""Rows that a category needs to be one of its own."""
MEAN_VALUES = 24
"""A column with more different values than this, shared by many groups, also gets the mean of the target."""
MEAN_GROUPS = 5
"""Different groups that a value of such a column has on average, at least: else its mean says nothing of other groups."""
PRIOR_ROWS = 10.0
"""The overall share counts as so many rows in every mean."""
MEAN_FOLDS = 5
NUMBER, CATEGORY = "q", "c"


def learnable(frame: pl.DataFrame) -> list[str]:
    """Columns that can be learned from: numbers, truth values and texts that are not the same in all rows (missing counts as a value)."""
    kinds = {name: kind for name, kind in frame.schema.items() if kind.is_numeric() or kind in (pl.Boolean, pl.String)}
    if not kinds or frame.is_empty():
        return []
    distinct = frame.select(pl.col(list(kinds)).n_unique()).row(0)
    return [name for name, count in zip(kinds, distinct, strict=True) if count > 1]


@dataclass(frozen=True)
class Columns:
    """How a frame becomes a matrix. ``levels``: column → categories in the order of their codes; ``means``: column → value → log-odds.

    Values are keyed by their text, so that the whole is plain JSON.
    """

    names: list[str]
    levels: dict[str, list[str]]
    means: dict[str, dict[str, float]]
    prior: float

    @property
    def sources(self) -> Ints:
        """For each column of the matrix the place of the column of the frame that it comes from."""
        return np.array([*range(len(self.names)), *(self.names.index(name) for name in self.means)], dtype=np.int64)

    @property
    def kinds(self) -> tuple[str, ...]:
        """XGBoost's letter for each column of the matrix."""
        return (*(CATEGORY if name in self.levels else NUMBER for name in self.names), *(NUMBER for _ in self.means))

    def matrix(self, frame: pl.DataFrame) -> Floats:
        """Rows × (columns + means), missing and unheard-of categories as NaN, unheard-of values of means as the overall share."""
        plain = self._plain(frame)
        told = [
            _texts(frame, name).replace_strict(mean, default=self.prior, return_dtype=pl.Float64).to_numpy()
            for name, mean in self.means.items()
        ]
        return np.column_stack([plain, *told]) if told else plain

    def learning_matrix(self, frame: pl.DataFrame, target: Floats, groups: Ints, rng: np.random.Generator) -> Floats:
        """``matrix`` for the rows that are learned from: each mean comes from folds of ``groups`` that the row is not in."""
        fold = (rng.permutation(int(groups.max()) + 1) % MEAN_FOLDS)[groups]
        told = [_means_elsewhere(_texts(frame, name), target, fold) for name in self.means]
        return np.column_stack([self._plain(frame), *told])

    def _plain(self, frame: pl.DataFrame) -> Floats:
        coded = frame.with_columns(
            [
                pl.col(name)
                .cast(pl.String)
                .replace_strict({level: code for code, level in enumerate(levels)}, default=None, return_dtype=pl.Float64)
                for name, levels in self.levels.items()
                if name in frame.columns
            ]
        )
        return np.ascontiguousarray(as_numbers(coded, self.names).fill_null(float("nan")).to_numpy(), dtype=np.float64)

    def dump(self) -> dict[str, object]:
        """Everything, as JSON values."""
        return {"names": self.names, "levels": self.levels, "means": self.means, "prior": self.prior}


def restore_columns(content: Mapping[str, Any]) -> Columns:
    """What ``Columns.dump`` wrote. The means stand in the order of the names, whatever order a JSON file has its keys in."""
    means = {name: content["means"][name] for name in content["names"] if name in content["means"]}
    return Columns(content["names"], content["levels"], means, content["prior"])


def learn_columns(frame: pl.DataFrame, names: Sequence[str], target: Floats, groups: Ints, *, means: bool) -> Columns:
    """Learn the categories of ``names``, and with ``means`` the means of the columns whose values many groups share."""
    levels = {name: _levels(frame[name]) for name in names if frame.schema[name] == pl.String}
    owner = pl.Series("group", groups)
    shared = [name for name in names if _is_shared(frame[name], owner)] if means else []
    nothing = _log_odds(np.zeros(1), np.zeros(1, dtype=np.int64), float(target.mean()))
    return Columns(list(names), levels, {name: _means(_texts(frame, name), target) for name in shared}, float(nothing[0]))


def _levels(values: pl.Series) -> list[str]:
    counts = values.drop_nulls().value_counts(name="rows").sort(["rows", values.name], descending=[True, False])
    known: list[str] = counts.filter(pl.col("rows") >= LEVEL_ROWS).head(LEVELS_MOST)[values.name].to_list()
    return known


def _is_shared(values: pl.Series, owner: pl.Series) -> bool:
    distinct = values.n_unique()
    if distinct <= MEAN_VALUES:
        return False
    return pl.DataFrame([values.alias("value"), owner]).n_unique() >= MEAN_GROUPS * distinct


def _texts(frame: pl.DataFrame, name: str) -> pl.Series:
    if name not in frame.columns:
        return pl.Series(name, [""] * frame.height, dtype=pl.String)
    values = frame[name]
    if values.dtype.is_numeric():
        values = values.cast(pl.Float64)  # so that 5 and 5.0 are one value whatever the column's type
    return values.cast(pl.String).fill_null("")


def _log_odds(positives: Floats, rows: Floats | Ints, overall: float) -> Floats:
    share = np.clip((positives + PRIOR_ROWS * overall) / (rows + PRIOR_ROWS), 1e-4, 1 - 1e-4)
    found: Floats = np.log(share / (1 - share))
    return found


def _means(texts: pl.Series, target: Floats) -> dict[str, float]:
    overall = float(target.mean())
    sums = pl.DataFrame([texts.alias("value"), pl.Series("target", target)]).group_by("value").agg(pl.col("target").sum(), pl.len())
    sums = sums.sort("value")
    odds = _log_odds(sums["target"].to_numpy(), sums["len"].to_numpy(), overall)
    return dict(zip(sums["value"].to_list(), odds.tolist(), strict=True))


def _means_elsewhere(texts: pl.Series, target: Floats, fold: Ints) -> Floats:
    codes = texts.rank("dense").to_numpy().astype(np.int64) - 1
    size = int(codes.max()) + 1
    rows: Ints = np.bincount(codes, minlength=size)
    positives: Floats = np.bincount(codes, target, minlength=size).astype(np.float64)
    found = np.empty(len(target))
    for held in range(MEAN_FOLDS):
        inside = fold == held
        others = float(target[~inside].mean()) if (~inside).any() else float(target.mean())
        left: Ints = rows - np.bincount(codes[inside], minlength=size)
        hits: Floats = positives - np.bincount(codes[inside], target[inside], minlength=size)
        found[inside] = _log_odds(hits, left, others)[codes[inside]]
    return found
