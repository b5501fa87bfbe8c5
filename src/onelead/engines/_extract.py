"""Some rows of a snapshot in memory, asked like the snapshot itself: what is asked of a few accounts need not read those of all."""

from __future__ import annotations

from contextlib import closing
from threading import RLock
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from onelead.engines._snapshot import LayerSnapshot, StoredTable, quoted
from onelead.engines.duckdb import translated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import ibis

    from onelead.engines._types import Stored

PLACE = ("memory", "main")
"""Catalog and schema of a DuckDB database in memory."""


class Extract(LayerSnapshot):
    """Tables whose rows ``read`` gives by name when they are first asked for. Safe to use from many threads, which take turns.

    Kept expressions and statements serve every extract of the same tables. One thread of the engine's own: rows are few, and a second
    thread costs more than it saves.
    """

    dialect = "duckdb"

    def __init__(
        self, layers: tuple[str, str | None], read: Callable[[str], pl.DataFrame], columns: Mapping[str, Mapping[str, Stored]]
    ) -> None:
        super().__init__(*layers, {name: StoredTable(name, PLACE, held) for name, held in columns.items()})
        self._rows = read
        self._turn = RLock()
        self._opened: duckdb.DuckDBPyConnection | None = None
        self._held: set[str] = set()

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self._opened is None:
            config: dict[str, Any] = {"threads": 1, "autoinstall_known_extensions": False, "autoload_known_extensions": False}
            self._opened = duckdb.connect(":memory:", config=config)
            self._opened.execute("SET TimeZone = 'UTC'")
        return self._opened

    def execute(self, expression: ibis.Table, given: Mapping[str, pl.DataFrame] | None = None) -> pl.DataFrame:
        """See Snapshot.execute."""
        with self._turn:
            return super().execute(expression, given)

    def _read(self, stored: StoredTable, columns: dict[str, Stored]) -> pl.DataFrame:
        return self._rows(stored.name).select(list(columns))

    def _run(self, statement: str, types: dict[str, Stored]) -> pl.DataFrame:  # noqa: ARG002 - DuckDB knows its types
        for name in self._tables:
            if name not in self._held and quoted(*PLACE, name) in statement:
                self._register(name, self._rows(name), {})
                self._held.add(name)
        try:
            return pl.DataFrame(self._connection.sql(statement))
        except (duckdb.Error, pl.exceptions.PolarsError) as error:
            raise translated(error, "reading") from error

    def _register(self, name: str, frame: pl.DataFrame, types: dict[str, Stored]) -> None:  # noqa: ARG002 - the frame has them
        with closing(self._connection.cursor()) as cursor:
            cursor.register("_incoming", frame.__arrow_c_stream__())
            cursor.execute(f"CREATE TABLE {quoted(name)} AS FROM _incoming")
            cursor.unregister("_incoming")

    def close(self) -> None:
        """Give the memory back."""
        with self._turn:
            if self._opened is not None:
                self._opened.close()
            self._opened = None
            self._held.clear()
            self._seen.clear()
