"""Use case: which features of the accounts move together."""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from onelead.core.errors import UnknownNameError
from onelead.features import features

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

METHODS = ("pearson", "spearman")
FEWEST = 3
"""Pairs that a correlation needs; below it is unknown."""
SAMPLE = 100_000
NO_SPREAD = 1e-18
"""A product of two variances below this is that of a constant: what is left of it is rounding."""
Matrix = np.ndarray[Any, np.dtype[np.float64]]


def correlations(view: View, parts: Parts, method: str = "pearson") -> dict[str, Any]:
    """Correlation of every two features over the accounts where both are known.

    pairs: a frame with a, b, label_a, label_b, r (−1 to 1, null where unknown) and n (accounts with both); features: ids in the order
    of the documentation; constant: labels of those that have one value; empty: labels of those without any; accounts: how many there
    are; sampled: how many were used (null: all). Spearman ranks both over the accounts where both are known.

    Raises UnknownNameError for another method.
    """
    del parts
    if method not in METHODS:
        raise UnknownNameError("correlation", method, METHODS)
    labels = {feature.id: feature.label for feature in features()}
    every = view.frame("features")
    frame = every.sample(SAMPLE, seed=0) if every.height > SAMPLE else every
    numeric = frame.select(pl.col(name).cast(pl.Float64) for name, dtype in frame.schema.items() if name in labels and _measured(dtype))
    known = {name: numeric[name].drop_nulls() for name in numeric.columns}
    empty = [name for name, values in known.items() if values.is_empty()]
    constant = [name for name, values in known.items() if not values.is_empty() and values.n_unique() == 1]
    left = [name for name in numeric.columns if name not in {*empty, *constant}]
    values = numeric.select(left)
    r, n = _ranked(values) if method == "spearman" else _pairwise(values)
    pairs = [
        {"a": a, "b": b, "label_a": labels[a], "label_b": labels[b], "r": _known(r[i, j], int(n[i, j])), "n": int(n[i, j])}
        for i, a in enumerate(left)
        for j, b in enumerate(left)
    ]
    schema = {"a": pl.String, "b": pl.String, "label_a": pl.String, "label_b": pl.String, "r": pl.Float64, "n": pl.Int64}
    return {
        "pairs": pl.DataFrame(pairs, schema=schema),
        "features": left,
        "constant": [labels[name] for name in constant],
        "empty": [labels[name] for name in empty],
        "accounts": every.height,
        "sampled": frame.height if frame.height < every.height else None,
    }


def _measured(dtype: pl.DataType) -> bool:
    return dtype.is_numeric() or dtype == pl.Boolean


def _known(value: float, pairs: int) -> float | None:
    return float(value) if pairs >= FEWEST and np.isfinite(value) else None


def _ranked(values: pl.DataFrame) -> tuple[Matrix, Matrix]:
    """Spearman's r of every two columns: Pearson's of their ranks among the rows where both are known, and how many these are.

    Columns that are known in the same rows share these ranks, so that there is one step a pair of such groups, not one a pair of columns.
    """
    r: Matrix = np.full((values.width, values.width), np.nan)
    n: Matrix = np.zeros((values.width, values.width))
    if not values.width:
        return r, n
    known = values.select(pl.all().is_not_null()).to_numpy()
    # sorted once: a rank among some of the rows is then counted, not sorted for again
    places = values.select(pl.all().rank("dense").fill_null(0)).to_numpy().T.astype(np.int64)
    groups: dict[bytes, list[int]] = {}
    for column in range(values.width):
        groups.setdefault(np.packbits(known[:, column]).tobytes(), []).append(column)
    for ours, theirs in combinations_with_replacement(groups.values(), 2):
        columns = ours if ours is theirs else [*ours, *theirs]
        rows = np.flatnonzero(known[:, ours[0]] & known[:, theirs[0]])
        cut = _alike(np.stack([_ranks(places[column][rows]) for column in columns]))[: len(ours), -len(theirs) :]
        for whole, part in ((r, cut), (n, np.full_like(cut, rows.size))):
            whole[np.ix_(ours, theirs)] = part
            whole[np.ix_(theirs, ours)] = part.T
    return r, n


def _ranks(places: np.ndarray[Any, np.dtype[np.int64]]) -> Matrix:
    """Ranks of numbers, those of equal ones averaged."""
    counts = np.bincount(places)
    ranks: Matrix = np.cumsum(counts) - (counts - 1) / 2
    averaged: Matrix = ranks[places]
    return averaged


def _alike(ranks: Matrix) -> Matrix:
    """Pearson's r of every two rows without gaps; NaN for a constant one."""
    # the mean of ranks is known, whatever is equal
    centred = ranks - (ranks.shape[1] + 1) / 2
    products = centred @ centred.T
    spread = np.sqrt(np.diag(products))
    spread[spread == 0] = np.nan
    r: Matrix = np.clip(products / np.outer(spread, spread), -1.0, 1.0)
    return r


def _pairwise(values: pl.DataFrame) -> tuple[Matrix, Matrix]:
    """Pearson's r of every two columns over the rows where both are known, and how many these are: matrix products, no loop."""
    if not values.width:
        return np.empty((0, 0)), np.empty((0, 0))
    x: Matrix = values.select(pl.all().fill_null(float("nan"))).to_numpy().astype(np.float64)
    known = np.isfinite(x)
    x = np.where(known, x - np.nanmean(x, axis=0), 0.0)  # centred, so that squares of large numbers lose no digits
    scale = np.sqrt((x**2).sum(axis=0) / np.maximum(known.sum(axis=0), 1))
    x = x / np.where(scale > 0, scale, 1.0)
    m = known.astype(np.float64)
    n, total, square = m.T @ m, x.T @ m, (x**2).T @ m
    cross = x.T @ x
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = cross - total * total.T / n
        variance = square - total**2 / n
        r = covariance / np.sqrt(variance * variance.T)
    r[variance * variance.T < NO_SPREAD] = np.nan  # constant over the rows that both have
    return np.clip(r, -1.0, 1.0), n
