"""Columns of published tables, read once: a layer never changes, so what was read of it never grows old.

``Answers`` keep what use cases made of them; here stand the rows themselves, and which of them belong to which account, so that a
question about some accounts costs as much as their rows and not as much as the whole table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.core.places import Places
from onelead.workspace.answers import Answers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Mapping, Sequence

    import ibis

    from onelead.core.context import Snapshot

FRAME_BYTES = 1024 * 2**20
WHOLE_SHARE = 16
"""A table asked for with all its columns is kept up to this part of the room: those of the actions hold a page of text for each row."""
OWNER = "account_id"


class Columns:
    """Columns of the tables of snapshots, the least recently used dropped when they take too much room. Do not change a frame in place."""

    def __init__(self, limit: int = FRAME_BYTES) -> None:
        self._kept = Answers(limit)
        self._whole = limit // WHOLE_SHARE

    def frame(self, snapshot: Snapshot, name: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """As ``snapshot.frame``; what is not kept yet is read."""
        held = columns if columns is not None else [*snapshot.columns().get(name, ())] or snapshot.frame(name).columns
        place = (snapshot.base_id, snapshot.results_id, name)
        kept = {column: series for column in held for known, series in [self._kept.get((*place, column))] if known}
        missing = [column for column in held if column not in kept]
        if missing:
            read = snapshot.frame(name, missing)
            if columns is not None or read.estimated_size() <= self._whole:
                for column in missing:
                    self._kept.put((*place, column), read[column])
            kept |= {column: read[column] for column in missing}
        return pl.DataFrame([kept[column] for column in held])

    def rows_of(self, snapshot: Snapshot, name: str, accounts: Collection[str]) -> pl.Series:
        """Places of the rows of some accounts in a table that has them, in the order of the table."""
        place = (snapshot.base_id, snapshot.results_id, name, None)
        return self._kept.get_or(place, lambda: Places(self.frame(snapshot, name, [OWNER])[OWNER])).of(accounts)


class KeptSnapshot:
    """A snapshot whose frames are kept: see core.context.Snapshot."""

    def __init__(self, snapshot: Snapshot, columns: Columns) -> None:
        self.inner = snapshot
        self._columns = columns

    @property
    def base_id(self) -> str:
        """Name of the base layer."""
        return self.inner.base_id

    @property
    def results_id(self) -> str | None:
        """Name of the results layer."""
        return self.inner.results_id

    def tables(self) -> list[str]:
        """Names of the tables of both layers, sorted."""
        return self.inner.tables()

    def columns(self) -> Mapping[str, Mapping[str, pl.DataType | type[pl.DataType]]]:
        """Columns with their types of every table."""
        return self.inner.columns()

    def table(self, name: str) -> ibis.Table:
        """A table as an Ibis expression. Raises UnknownNameError."""
        return self.inner.table(name)

    def among(self, name: str, column: str, listed: ibis.Table) -> ibis.Table:
        """The rows of a table whose ``column`` has a value of the column of that name in ``listed``. Raises UnknownNameError."""
        return self.inner.among(name, column, listed)

    def frame(self, name: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """A table (or some of its columns) as a Polars frame, not to be changed in place. Raises UnknownNameError."""
        return self._columns.frame(self.inner, name, columns)

    def expression(self, key: Hashable, build: Callable[[], ibis.Table]) -> ibis.Table:
        """What ``build`` makes of this snapshot's tables; kept under ``key``."""
        return self.inner.expression(key, build)

    def execute(self, expression: ibis.Table, given: Mapping[str, pl.DataFrame] | None = None) -> pl.DataFrame:
        """The rows of a table expression as a Polars frame."""
        return self.inner.execute(expression, given)

    def sql(self, expression: ibis.Table) -> str:
        """The SQL that ``execute`` runs."""
        return self.inner.sql(expression)

    def close(self) -> None:
        """Give the connection back; what was read stays kept."""
        self.inner.close()
