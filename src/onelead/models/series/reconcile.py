"""Forecasts that add up: regions, products and teams each to the total, moved as little as their certainty asks.

The least change in units of each series' own uncertainty that makes all sums hold: minimum-trace reconciliation with a diagonal
error matrix (Wickramasuriya, Athanasopoulos and Hyndman 2019), written with the sums as constraints, so that several groupings of
one total need no common bottom level.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.core.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from onelead.models.learning.matrix import Floats

    Booleans = NDArray[np.bool_]

VALUES = ("mean", "low_80", "high_80", "low_95", "high_95")
ROUNDS = 50


def reconcile(forecast: pl.DataFrame, sums: Sequence[tuple[str, Sequence[str]]]) -> pl.DataFrame:
    """Make ``mean`` add up for each step; intervals move with it and keep their width.

    Args:
        forecast: ``SeriesForecast.forecast``.
        sums: total and its parts, by series name; one total may be named several times (by region, by product, by team).

    Returns:
        The same rows in the same order. A series that is not in ``sums`` stays as it is. A series whose interval never went below
        zero does not go below zero now.

    Raises:
        UnknownNameError: a name in ``sums`` that has no forecast.
        UsageError: a total that is its own part, a part twice in one sum, or a named series without a row for each step.
    """
    names = list(dict.fromkeys(name for total, parts in sums for name in (total, *parts)))
    matrix = _constraints(names, sums, forecast["series"].unique().to_list())
    rows = forecast.with_row_index("row").filter(pl.col("series").is_in(names))
    steps = rows["step"].unique().sort()
    if rows.height != len(names) * len(steps):
        raise UsageError("Series that must add up need the same steps, one row each.", series=names)
    order = {name: number for number, name in enumerate(names)}
    rows = rows.with_columns(pl.col("series").replace_strict(order, return_dtype=pl.Int64).alias("place")).sort("step", "place")
    shape = (len(steps), len(names))
    old = {name: rows[name].to_numpy().reshape(shape) for name in VALUES}
    positive: Booleans = np.asarray((old["low_95"] >= 0).all(axis=0))
    certain = (old["high_80"] - old["low_80"]) ** 2
    mean = np.array([_project(old["mean"][step], certain[step], matrix, positive) for step in range(shape[0])])
    new = {name: old[name] + mean - old["mean"] for name in VALUES}
    for name in VALUES:
        new[name] = np.where(positive, np.maximum(new[name], 0.0), new[name])
    moved = pl.DataFrame({"row": rows["row"]} | {name: values.ravel() for name, values in new.items()})
    return forecast.with_row_index("row").update(moved, on="row").drop("row")


def _constraints(names: Sequence[str], sums: Sequence[tuple[str, Sequence[str]]], known: list[str]) -> Floats:
    """One row a sum: 1 for the total, −1 for each part; times the values it is zero."""
    matrix = np.zeros((len(sums), len(names)))
    for row, (total, parts) in enumerate(sums):
        if total in parts or len(set(parts)) != len(parts) or not parts:
            raise UsageError(f"{total!r} needs parts that are others, each once.", total=total, parts=list(parts))
        matrix[row, names.index(total)] = 1.0
        for part in parts:
            matrix[row, names.index(part)] = -1.0
    for name in names:
        if name not in known:
            raise UnknownNameError("forecast series", name, known)
    return matrix


def _project(mean: Floats, variance: Floats, matrix: Floats, positive: Booleans) -> Floats:
    """The nearest values that add up. What would go below zero and must not is held at zero, and the rest moves again."""
    floor = 1e-6 * max(float(variance.max()), float(np.abs(mean).max()) ** 2 * 1e-6, 1e-300)
    weights = np.maximum(variance, floor)
    held = np.zeros(len(mean), dtype=bool)
    found = mean
    for _ in range(ROUNDS):
        start = np.where(held, 0.0, mean)
        free = np.where(held, 0.0, weights)
        free = free / free.max() if free.max() > 0 else free
        spread = matrix * free
        found = start - spread.T @ (np.linalg.pinv(spread @ matrix.T) @ (matrix @ start))
        below = positive & ~held & (found < 0)
        if not below.any():
            break
        held |= below
    return found
