"""Similar profiles by the million: the comparison of ``_peers`` as products of matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

CELLS_AT_ONCE = 4_000_000


def counted(profiles: pl.DataFrame, pool: pl.DataFrame, weights: Mapping[str, float], practices: int, least: float) -> pl.DataFrame:
    """profile, similar and buyers_<bit> of every profile, compared with those of the ``pool``; see ``_peers._counted``.

    ``least`` is the weighted share in common from which profiles are similar.
    """
    mine = {kind: _bits(profiles[f"mask_{kind}"]) for kind in weights}
    theirs = {kind: _bits(pool[f"mask_{kind}"]) for kind in weights}
    worth = pool["pool"].to_numpy().astype(np.float32)[:, None]
    bought = _bits(pool["bought"])[:, :practices]
    # The column of ones counts the similar accounts, the others those of them that bought a practice.
    wanted = np.hstack([np.ones_like(worth), bought, np.zeros((pool.height, practices - bought.shape[1]), dtype=np.float32)]) * worth
    out = np.empty((profiles.height, practices + 1), dtype=np.float64)
    step = max(1, CELLS_AT_ONCE // pool.height)
    for start in range(0, profiles.height, step):
        rows = slice(start, start + step)
        out[rows] = _similar({kind: bits[rows] for kind, bits in mine.items()}, theirs, weights, least) @ wanted
    columns = {"similar": out[:, 0], **{f"buyers_{bit}": out[:, bit + 1] for bit in range(practices)}}
    return pl.DataFrame({"profile": profiles["profile"], **columns}).with_columns(pl.exclude("profile").round(0).cast(pl.Int64))


def _similar(
    mine: Mapping[str, NDArray[np.float32]], theirs: Mapping[str, NDArray[np.float32]], weights: Mapping[str, float], least: float
) -> NDArray[np.float32]:
    """1 where two profiles are similar, else 0."""
    shape = (next(iter(mine.values())).shape[0], next(iter(theirs.values())).shape[0])
    total, compared = np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.float32)
    for kind, weight in weights.items():
        width = max(mine[kind].shape[1], theirs[kind].shape[1])
        one, other = _wide(mine[kind], width), _wide(theirs[kind], width)
        here, there = one.sum(axis=1), other.sum(axis=1)
        common = one @ other.T
        every = here[:, None] + there[None, :] - common
        total += np.float32(weight) * common / np.maximum(every, 1)
        compared += np.float32(weight) * ((here > 0)[:, None] & (there > 0)[None, :])
    return ((total >= np.float32(least) * compared) & (compared > 0)).astype(np.float32)


def _bits(masks: pl.Series) -> NDArray[np.float32]:
    """A column a bit, as far as any mask has one."""
    numbers = masks.to_numpy()
    width = max(1, int(numbers.max(initial=0)).bit_length())
    return ((numbers[:, None] >> np.arange(width, dtype=np.int64)) & 1).astype(np.float32)


def _wide(bits: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    missing = width - bits.shape[1]
    return bits if not missing else np.hstack([bits, np.zeros((bits.shape[0], missing), dtype=np.float32)])
