"""Tables of a snapshot as this version knows them, whatever version wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.tables import canonical_tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from onelead.core.context import Snapshot
    from onelead.workspace.viewing import View


def stored_frames(snapshot: Snapshot) -> Callable[[str], pl.DataFrame]:
    """Tables by name with all stored columns, each read once.

    What a snapshot made by an older version does not hold is there all the same, empty.
    """
    held, found = snapshot.columns(), dict[str, pl.DataFrame]()

    def frame(name: str) -> pl.DataFrame:
        if name not in found:
            found[name] = completed(name, snapshot.frame(name, list(held[name]))) if name in held else canonical_tables()[name].empty()
        return found[name]

    return frame


def completed(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of a table with the columns, null, that they lack of those that it has today."""
    schema = canonical_tables()[name].stored
    return rows.with_columns(pl.lit(None, kind).alias(column) for column, kind in schema.items() if column not in rows.columns)


def models_said(view: View, table: str, *models: str) -> pl.DataFrame:
    """The rows of these models in a table of results, in today's columns; none where the snapshot has none, or is looked at on another date."""
    empty = canonical_tables()[table].empty()
    if table not in view.snapshot.tables() or view.context.as_of != view.publication.as_of:
        return empty
    stored = view.snapshot.table(table)
    rows = completed(table, view.snapshot.execute(stored.filter(stored.model.isin(list(models)))))
    if "horizon_days" in rows.columns:  # predictions of before looked as far as their model does
        rows = rows.with_columns(pl.col("horizon_days").fill_null(0))
    return view.seen(rows.select(empty.columns))
