"""Where the rows of each value of a column are, so that those of a few values are found without a look at all."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Collection

FEW_ROWS = 20_000
"""Up to so many rows a look at each is as fast as looking them up."""


class Places:
    """Of a column of text: the places of rows by value. Rows without a value have none."""

    def __init__(self, values: pl.Series) -> None:
        self._values = values.alias("value")

    @property
    def nbytes(self) -> int:
        """Roughly what it takes in memory."""
        return 0 if self._values.len() <= FEW_ROWS else 2 * int(self._values.estimated_size())

    @cached_property
    def _index(self) -> pl.DataFrame:
        return self._values.to_frame().with_row_index("row").drop_nulls("value").group_by("value").agg("row")

    def of(self, wanted: Collection[str]) -> pl.Series:
        """Places of the rows with a wanted value, in the order of the rows."""
        test = pl.col("value").is_in(list(wanted))
        if self._values.len() <= FEW_ROWS:
            return self._values.to_frame().select(pl.arg_where(test)).to_series()
        return self._index.filter(test)["row"].explode(empty_as_null=False).sort()
