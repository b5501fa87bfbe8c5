"""A chance of winning that is quick to learn: for past dates, where the win chance of today's model did not exist, and without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.models.bookings.pools import incidence
from onelead.models.bookings.record import CATEGORIES
from onelead.models.learning.logistic import Logistic, fit_logistic

if TYPE_CHECKING:
    from onelead.models.learning.matrix import Floats

PRIOR = 20.0
"""Moments that the overall share counts as in the share of one level of a category."""
PENALTY = 3.0
NUMBERS = ("due", "value", "age", "stage_days", "pushes")


@dataclass(frozen=True)
class Chance:
    """A regression on how a deal stands. ``levels``: column → level → log-odds of its share of wins, shrunk to all."""

    levels: dict[str, dict[str, float]]
    overall: float
    fitted: Logistic

    def log_odds(self, rows: pl.DataFrame) -> Floats:
        """Log-odds of each row of ``standing``."""
        return self.fitted.margin(_matrix(rows, self.levels, self.overall))


def fit_chance(moments: pl.DataFrame) -> Chance:
    """Learn from past moments (columns of ``standing``, time, ended, won).

    Moments whose deal is open still stand aside; those of ended deals weigh what ``incidence`` gives them, so that quick ends do not speak
    for all.
    """
    weight = incidence(moments["time"].to_numpy(), moments["ended"].to_numpy())
    ended = moments.with_columns(pl.Series("weight", weight)).filter(pl.col("ended") > 0)
    target = ended["won"].cast(pl.Float64).to_numpy()
    weight = ended["weight"].to_numpy() * ended.height / ended["weight"].sum()
    ended = ended.with_columns(pl.Series("weight", weight), pl.Series("hit", target))
    share = float(weight @ target / weight.sum())
    levels = {name: _levels(ended, name, share) for name in CATEGORIES}
    overall = _logit(share)
    return Chance(levels, overall, fit_logistic(_matrix(ended, levels, overall), target, weight, PENALTY))


def _levels(ended: pl.DataFrame, name: str, share: float) -> dict[str, float]:
    counted = ended.drop_nulls(name).group_by(name).agg((pl.col("hit") * pl.col("weight")).sum().alias("wins"), pl.col("weight").sum())
    return {str(level): _logit((wins + PRIOR * share) / (weight + PRIOR)) for level, wins, weight in counted.iter_rows()}


def _matrix(rows: pl.DataFrame, levels: dict[str, dict[str, float]], overall: float) -> Floats:
    numbers = [pl.col(name).cast(pl.Float64).fill_null(float("nan")) for name in NUMBERS]
    coded = [
        pl.col(name).replace_strict(levels[name], default=overall, return_dtype=pl.Float64) if levels[name] else pl.lit(overall).alias(name)
        for name in CATEGORIES
    ]
    logged = [
        pl.col("value").cast(pl.Float64).log1p().fill_null(float("nan")) if name == "value" else entry
        for name, entry in zip(NUMBERS, numbers, strict=True)
    ]
    return rows.select(*logged, *coded).to_numpy()


def _logit(share: float) -> float:
    kept = min(max(share, 1e-4), 1 - 1e-4)
    return float(np.log(kept / (1 - kept)))
