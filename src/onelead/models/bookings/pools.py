"""When deals that were won closed: past moments of them, pooled by stage and by how far off the stated close date was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.models.deals.states import ID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.models.learning.matrix import Floats, Ints

DUE = (-1, 7, 21, 42, 70, 105)
"""Upper ends (days to the stated close date) of the pools of moments; later dates, and none, are pools of their own."""
POOL_LEAST = 25
"""Won moments that a pool needs; a smaller one falls back to all stages with such a date, then to everything."""
ANY = -1
ENTRY = ("weight", "code", "time", "due", "ratio")
RATIO_MOST = 5.0
"""How far an amount is taken to change until the win at most; beyond it stand slips of the pen."""


def incidence(time: Floats, ended: Floats) -> Floats:
    """The share of all that each ended one stands for, where some are still watched (Aalen and Johansen 1978): survival before ÷ at risk.

    ``time``: days to the end, or watched so far; ``ended``: 1 or 0. Summed over those won within t days this is the share won by then.
    """
    order = np.argsort(time, kind="stable")
    values, first, counts = np.unique(time[order], return_index=True, return_counts=True)
    if not len(values):
        return np.zeros(0)
    at_risk = len(time) - first
    before = np.concatenate([[1.0], np.cumprod(1.0 - np.add.reduceat(ended[order], first) / at_risk)[:-1]])
    weight = np.empty(len(time))
    weight[order] = np.repeat(before / at_risk, counts)
    found: Floats = weight * ended
    return found


def buckets(due: Floats) -> Ints:
    """The pool of days to the stated close date; NaN (no date) is the last."""
    found: Ints = np.where(np.isnan(due), len(DUE) + 1, np.searchsorted(np.asarray(DUE, dtype=np.float64), due))
    return found


@dataclass(frozen=True)
class Pools:
    """Won moments of the past; pool p holds the entries ``start[p]`` to ``stop[p]``.

    Of each entry: ``weight`` (see ``incidence``), ``deal`` (a code below ``deals``, for drawing deals anew), ``days`` to the win, ``due`` then
    (NaN: no date), ``ratio`` of the amount won to the amount then.
    """

    keys: dict[tuple[str, int], int]
    start: Ints
    stop: Ints
    weight: Floats
    deal: Ints
    days: Floats
    due: Floats
    ratio: Floats
    deals: int

    def of(self, stages: Sequence[str | None], due: Floats) -> Ints:
        """The pool of each open deal."""
        known = [((stage or "", bucket), ("", bucket), ("", ANY)) for stage, bucket in zip(stages, buckets(due).tolist(), strict=True)]
        return np.array([next(self.keys[key] for key in ways if key in self.keys) for ways in known], dtype=np.int64)


def make_pools(moments: pl.DataFrame) -> Pools:
    """Pools of past moments: opportunity_id, stage, due, time (days to the end, or watched so far), ended, won, value, final."""
    rows = moments.with_columns(
        pl.Series("bucket", buckets(moments["due"].cast(pl.Float64).fill_null(float("nan")).to_numpy())),
        pl.col("stage").fill_null(""),
        pl.col(ID).rank("dense").cast(pl.Int64).alias("code") - 1,
        (pl.col("final") / pl.col("value")).clip(0.0, RATIO_MOST).fill_nan(None).fill_null(1.0).alias("ratio"),
    )
    parts = {("", ANY): rows}
    parts |= {("", int(str(bucket))): part for (bucket,), part in rows.group_by("bucket", maintain_order=True)}
    parts |= {
        (str(stage), int(str(bucket))): part for (stage, bucket), part in rows.group_by("stage", "bucket", maintain_order=True) if stage
    }
    kept = {key: _won(part) for key, part in parts.items()}
    kept = {key: part for key, part in kept.items() if part.height >= POOL_LEAST or key == ("", ANY)}
    stops = np.cumsum([part.height for part in kept.values()])
    entries = pl.concat(list(kept.values()))
    weight, code, days, due, ratio = (entries[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for name in ENTRY)
    return Pools(
        {key: place for place, key in enumerate(kept)},
        np.concatenate([[0], stops[:-1]]).astype(np.int64),
        stops.astype(np.int64),
        weight,
        code.astype(np.int64),
        days,
        due,
        ratio,
        rows["code"].n_unique(),
    )


def _won(part: pl.DataFrame) -> pl.DataFrame:
    weight = incidence(part["time"].to_numpy(), part["ended"].to_numpy())
    rows = part.with_columns(pl.Series("weight", weight)).filter(pl.col("won").fill_null(value=False))
    return rows.select(ENTRY)
