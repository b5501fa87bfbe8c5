"""Frames to matrices: numbers only, missing stays missing (NaN)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


def one_thread() -> AbstractContextManager[object]:
    """Matrix products on one thread: the same last digit on every machine, and no fight for cores that are busy."""
    from threadpoolctl import threadpool_limits

    found: AbstractContextManager[object] = threadpool_limits(limits=1, user_api="blas")
    return found


def usable_columns(frame: pl.DataFrame) -> list[str]:
    """Columns that a model can learn from: numbers and truth values that are not the same for all (missing counts as a value)."""
    numeric = [
        name for name, dtype in frame.schema.items() if name not in ("account_id", "as_of") and (dtype.is_numeric() or dtype == pl.Boolean)
    ]
    if not numeric or frame.is_empty():
        return []
    distinct = frame.select(pl.col(numeric).n_unique()).row(0)
    return [name for name, count in zip(numeric, distinct, strict=True) if count > 1]


def as_numbers(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """``columns`` as Float64; a column that ``frame`` lacks is all null; infinite and NaN become null."""
    present = [
        pl.col(name).cast(pl.Float64).replace([float("inf"), float("-inf"), float("nan")], None)
        if name in frame.columns
        else pl.lit(None, dtype=pl.Float64).alias(name)
        for name in columns
    ]
    return frame.select(present)


def matrix(frame: pl.DataFrame, columns: Sequence[str]) -> Floats:
    """``columns`` of ``frame`` as a rows × columns matrix, missing as NaN."""
    import numpy as np

    if not columns:
        return np.empty((frame.height, 0))
    return np.ascontiguousarray(as_numbers(frame, columns).fill_null(float("nan")).to_numpy(), dtype=np.float64)


def missing_shares(frame: pl.DataFrame, columns: Sequence[str]) -> list[dict[str, object]]:
    """For the card: each feature with the share of rows in which it is missing."""
    shares = as_numbers(frame, columns).null_count().row(0)
    return [{"feature": name, "missing_share": round(count / max(1, frame.height), 4)} for name, count in zip(columns, shares, strict=True)]
