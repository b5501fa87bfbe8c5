"""The embedded engine: one DuckDB file per layer, opened read-only by any number of processes.

A layer is written under a temporary name beside its place, forced to the disk, and renamed to a name that never was in use: who
sees the file sees all of it. Dropping unlinks the file; a reader that has it open keeps reading it.
"""

from __future__ import annotations

import itertools
import os
import shutil
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from onelead.core.errors import EngineError, LayerGoneError, StorageFullError
from onelead.engines._base import EngineKind, checked_name, taken
from onelead.engines._snapshot import LayerSnapshot, StoredTable, found_tables, quoted
from onelead.engines._types import TIMESTAMP, TIMESTAMP_UTC, normalised

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import ibis

    from onelead.core.errors import OneLeadError
    from onelead.engines._types import Stored

CAPABILITIES = frozenset({"embedded", "drops_under_readers"})
MEMORY_SHARE = 0.5
MEMORY_MB = 2048
THREADS = 8
TYPE_NAMES: dict[str, Stored] = {
    "VARCHAR": pl.String,
    "BIGINT": pl.Int64,
    "DOUBLE": pl.Float64,
    "BOOLEAN": pl.Boolean,
    "DATE": pl.Date,
    "TIMESTAMP": TIMESTAMP,
    "TIMESTAMP WITH TIME ZONE": TIMESTAMP_UTC,
}
FULL = tuple(os.strerror(number) for number in (28, 122, 27))  # ENOSPC, EDQUOT, EFBIG: DuckDB hands on the words only
_spills = itertools.count()


def _create(connection: duckdb.DuckDBPyConnection, kind: str, name: str, frame: pl.DataFrame) -> None:
    # The bare stream, which can be read once: given an object, DuckDB first imports pandas and pyarrow (a second) to see what it is.
    connection.register("_incoming", frame.__arrow_c_stream__())
    connection.execute(f"CREATE {kind} {quoted(name)} AS FROM _incoming")
    connection.unregister("_incoming")


def translated(error: Exception, doing: str) -> OneLeadError:
    """DuckDB's or the system's error as one of ours."""
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    if any(words in str(error) for words in FULL):
        return StorageFullError(
            f"No room left on the disk while {doing}; nothing was changed.", hint="Free some space, or prune old snapshots, and try again."
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return EngineError(f"Not enough memory while {doing}: {reason}", hint="Close other programs, or ask for fewer columns or rows.")
    return EngineError(f"DuckDB refused while {doing}: {reason}")


def _config() -> dict[str, Any]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    config: dict[str, Any] = {
        "threads": min(cores, THREADS),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with suppress(ValueError, OSError):
        total_mb = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e6
        config["memory_limit"] = f"{int(min(MEMORY_MB, total_mb * MEMORY_SHARE))}MB"
    return config


class DuckDBSnapshot(LayerSnapshot):
    """A publication on the embedded engine: an in-memory connection with the layers attached read-only."""

    dialect = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection, base: str, results: str | None) -> None:
        self._connection = connection
        places = {"base": ("base", "main"), **({"results": ("results", "main")} if results else {})}
        rows = connection.execute(
            "SELECT database_name, table_name, column_name, data_type FROM duckdb_columns() "
            "WHERE database_name IN ('base', 'results') AND NOT internal ORDER BY table_oid, column_index"
        ).fetchall()
        super().__init__(base, results, found_tables(rows, TYPE_NAMES, places))

    def among(self, name: str, column: str, listed: ibis.Table) -> ibis.Table:
        """See Snapshot.among. First the places of the rows by the one column, then the rows: a join would unpack every column of all."""
        table = self.table(name)
        places = table.select(table[column], _place=table.rowid()).semi_join(listed, column)
        return table.filter(table.rowid().isin(places["_place"]))

    def _read(self, stored: StoredTable, columns: dict[str, Stored]) -> pl.DataFrame:
        return self._run(f"SELECT {', '.join(map(quoted, columns))} FROM {quoted(*stored.place, stored.name)}", columns)  # noqa: S608 - quoted

    def _run(self, statement: str, types: dict[str, Stored]) -> pl.DataFrame:  # noqa: ARG002 - DuckDB knows its types
        try:
            return pl.DataFrame(self._connection.sql(statement))
        except (duckdb.Error, pl.exceptions.PolarsError) as error:
            raise translated(error, "reading") from error

    def _register(self, name: str, frame: pl.DataFrame, types: dict[str, Stored]) -> None:  # noqa: ARG002 - the frame has them
        _create(self._connection, "TEMP TABLE", name, frame)

    def close(self) -> None:
        """Close the connection and remove what it spilled to disk."""
        self._connection.close()


class DuckDBEngine:
    """Layers as files in ``DIR/layers``."""

    id = "duckdb"
    capabilities = CAPABILITIES

    def __init__(self, directory: Path) -> None:
        self._directory = directory / "layers"

    def _file(self, layer: str) -> Path:
        return self._directory / f"{layer}.duckdb"

    def _connect(self, database: str) -> duckdb.DuckDBPyConnection:
        # a directory of its own for each connection: two that share one overwrite each other's files
        spill = self._directory / f".spill-{os.getpid()}-{next(_spills)}"
        return duckdb.connect(database, config={**_config(), "temp_directory": str(spill)})

    def write(self, layer: str, tables: Mapping[str, pl.DataFrame]) -> None:
        """See Engine.write."""
        final = self._file(checked_name(layer))
        if final.exists():
            raise taken(layer)
        part = self._directory / f".{layer}.part"
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._remove(part)
            self._fill(part, tables)
            _force(part)
            part.rename(final)
            _force(self._directory)
        except (duckdb.Error, OSError) as error:
            raise translated(error, f"writing layer {layer}") from error
        finally:
            with suppress(OSError):  # what cannot be removed now, the next sweep removes
                self._remove(part)

    def _fill(self, part: Path, tables: Mapping[str, pl.DataFrame]) -> None:
        with closing(self._connect(str(part))) as connection:
            for name, frame in tables.items():
                _create(connection, "TABLE", name, normalised(frame))
            connection.execute("CHECKPOINT")

    def _remove(self, part: Path) -> None:
        part.unlink(missing_ok=True)
        part.with_name(part.name + ".wal").unlink(missing_ok=True)

    def layers(self) -> set[str]:
        """See Engine.layers."""
        return {file.stem for file in self._directory.glob("[a-z]*.duckdb")}

    def sweep(self, keep: set[str]) -> list[str]:
        """See Engine.sweep. Leftovers are half-written files and the spill directories of processes that are gone."""
        dropped = []
        for entry in sorted(self._directory.iterdir()) if self._directory.exists() else []:
            if entry.suffix == ".duckdb" and entry.stem in keep:
                continue
            try:
                if entry.name.startswith(".spill-"):
                    if _alive(entry.name.split("-")[1]):
                        continue
                    shutil.rmtree(entry)
                else:
                    entry.unlink(missing_ok=True)
            except OSError as error:
                raise translated(error, f"removing {entry.name}") from error
            dropped.append(entry.stem if entry.suffix == ".duckdb" else entry.name)
        return dropped

    def drop(self, layer: str) -> None:
        """See Engine.drop."""
        try:
            self._file(checked_name(layer)).unlink(missing_ok=True)
        except OSError as error:
            raise translated(error, f"dropping layer {layer}") from error

    def open(self, base: str, results: str | None) -> DuckDBSnapshot:
        """See Engine.open."""
        connection = self._connect(":memory:")
        try:
            for alias, layer in (("base", base), ("results", results)):
                if layer is not None:
                    file = str(self._file(checked_name(layer))).replace("'", "''")
                    connection.execute(f"ATTACH '{file}' AS {alias} (READ_ONLY)")
            connection.execute("SET TimeZone = 'UTC'")
            return DuckDBSnapshot(connection, base, results)
        except duckdb.Error as error:
            connection.close()
            gone = [layer for layer in (base, results) if layer is not None and not self._file(layer).exists()]
            if gone:
                raise LayerGoneError(
                    f"There is no layer {gone[0]!r} (any more).", hint="Open what is current now.", layer=gone[0]
                ) from error
            raise translated(error, f"opening layers {base} and {results}") from error

    def close(self) -> None:
        """Nothing is held between calls."""


def _alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def _force(path: Path) -> None:
    """Make a file, or the names in a directory, safe against a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def connect(url: str | None, directory: Path, statement_seconds: int) -> DuckDBEngine:  # noqa: ARG001 - other engines need them
    """The embedded engine of the workspace in ``directory``."""
    return DuckDBEngine(directory)


ENGINE = EngineKind(
    id="duckdb",
    label="DuckDB (embedded)",
    doc="One file per layer in the workspace; nothing to install, nothing to run.",
    schemes=("duckdb",),
    capabilities=CAPABILITIES,
    connect=connect,
)
