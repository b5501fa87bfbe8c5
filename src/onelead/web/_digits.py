"""How many digits after the point a column of numbers takes: one number for all its rows, so that the points stand under each other."""

from __future__ import annotations

import polars as pl

from onelead.web._formats import SMALL_PERCENT

MOST = {"number": (1.0, 2), "bar": (1.0, 2), "percent": (100.0, 1), "points": (100.0, 1)}
"""Kind of column → what its values are shown times, and the most digits that they are shown with."""


def digits_of(kind: str, values: pl.Series) -> int | None:
    """The digits after the point of a column's values; None for a kind or a type that has no choice.

    A share is whole from a tenth on, and has one decimal below it: one such value gives the decimal to its whole column.
    """
    if kind not in MOST or not values.dtype.is_numeric():
        return None
    if values.dtype.is_integer():
        return 0
    times, most = MOST[kind]
    known = values.drop_nulls().cast(pl.Float64)
    known = known.filter(known.is_finite())
    if kind == "percent":
        known = known.filter(known.abs() < SMALL_PERCENT)
    shown = known * times
    return next((digits for digits in range(most) if (shown.round(digits) == shown.round(most)).all()), most)
