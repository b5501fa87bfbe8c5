"""Tables of a snapshot as this version knows them, whatever version wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.tables import canonical_tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from onelead.core.context import Snapshot


def stored_frames(snapshot: Snapshot) -> Callable[[str], pl.DataFrame]:
    """Tables by name with all stored columns, each read once.

    What a snapshot made by an older version does not hold is there all the same, empty.
    """
    held, found = snapshot.columns(), dict[str, pl.DataFrame]()

    def frame(name: str) -> pl.DataFrame:
        if name not in found:
            empty = canonical_tables()[name].empty()
            stored = snapshot.frame(name, list(held[name])) if name in held else empty
            lacking = [pl.lit(None, kind).alias(column) for column, kind in empty.schema.items() if column not in stored.columns]
            found[name] = stored.with_columns(lacking)
        return found[name]

    return frame
