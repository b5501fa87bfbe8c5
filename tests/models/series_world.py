"""Small frames of series for the tests."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def months(series: Mapping[str, Sequence[float | None]], *, start: date = date(2020, 1, 1)) -> pl.DataFrame:
    """One row per series and month, all beginning at ``start``."""
    rows = []
    for name, values in series.items():
        for step, value in enumerate(values):
            place = start.year * 12 + start.month - 1 + step
            rows.append((name, date(place // 12, place % 12 + 1, 15), value))
    return pl.DataFrame(rows, schema={"series": pl.String, "period": pl.Date, "value": pl.Float64}, orient="row")


def wavy(length: int, *, seed: int = 1, level: float = 100.0) -> list[float]:
    """Level, slope, a yearly wave and noise."""
    steps = np.arange(length)
    noise = np.random.default_rng(seed).normal(size=length)
    found: list[float] = (level * (1 + 0.01 * steps + 0.2 * np.sin(2 * np.pi * steps / 12) + 0.03 * noise)).tolist()
    return found
