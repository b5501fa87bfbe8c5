"""The server engine: one PostgreSQL schema per layer.

A layer is created, filled and analysed in one transaction, so that a killed writer leaves nothing behind. A reader holds a shared
advisory lock on its two layers for as long as its snapshot is open, and runs each statement in a short read-only transaction of its
own; dropping a layer needs that lock alone and never waits for it: what is being read is left for a later sweep.
"""

from __future__ import annotations

import zlib
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from onelead.core.errors import BusyError, EngineError, LayerGoneError, StorageFullError
from onelead.core.urls import masked, scrubbed
from onelead.engines._base import EngineKind, checked_name, taken
from onelead.engines._copy import TYPE_NAMES, copy_in, copy_out, definitions, select
from onelead.engines._snapshot import LayerSnapshot, StoredTable, found_tables, quoted
from onelead.engines._types import normalised

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import polars as pl
    import psycopg

    from onelead.core.errors import OneLeadError
    from onelead.engines._types import Stored

    Connection = psycopg.Connection[Any]

CAPABILITIES = frozenset({"server"})
PREFIX = "layer_"
LOCK_SPACE = 0x4F4C  # first half of the advisory lock keys of layers
CONNECT_SECONDS = 10
FULL_WORDS = ("No space left on device", "Disk quota exceeded", "File too large")


def _schema(layer: str) -> str:
    return PREFIX + checked_name(layer)


def _lock_key(layer: str) -> int:
    return zlib.crc32(layer.encode()) - 2**31  # signed, as PostgreSQL wants it; two layers of one key only wait for each other


class _Server:
    """Connections to one database, and its errors as ours; the password of the URL is in neither."""

    def __init__(self, url: str, statement_seconds: int) -> None:
        self.url = url
        self.statement_seconds = statement_seconds

    def connect(self, *, reading: bool) -> Connection:
        try:
            import psycopg
        except ImportError as error:
            raise EngineError("The PostgreSQL driver is not installed.", hint="Install it: pip install 'onelead[postgres]'.") from error

        options = ["timezone=UTC", "jit=off", "synchronize_seqscans=off", "datestyle=ISO", "extra_float_digits=1"]
        if reading:
            options += ["default_transaction_read_only=on", f"statement_timeout={self.statement_seconds}s"]
        try:
            return psycopg.connect(
                self.url,
                autocommit=True,
                connect_timeout=CONNECT_SECONDS,
                application_name="onelead",
                options=" ".join(f"-c {option}" for option in options),
            )
        except psycopg.Error as error:
            # "from None": the driver's own text may hold parts of the URL
            raise EngineError(
                f"PostgreSQL at {masked(self.url)} does not answer: {self._reason(error)}",
                hint="Is the server running, and are host, port, database, user and password right?",
            ) from None

    def _reason(self, error: Exception) -> str:
        lines = str(error).strip().splitlines()
        return scrubbed(lines[0] if lines else type(error).__name__, self.url)

    @contextmanager
    def translating(self, doing: str) -> Iterator[None]:
        """Raise the driver's errors as ours."""
        import psycopg

        try:
            yield
        except psycopg.Error as error:
            raise self._translated(error, doing) from error

    def _translated(self, error: psycopg.Error, doing: str) -> OneLeadError:
        import psycopg.errors

        reason = self._reason(error)
        if isinstance(error, psycopg.errors.DiskFull) or any(words in str(error) for words in FULL_WORDS):
            return StorageFullError(
                f"No room left on the database server's disk while {doing}; nothing was changed.",
                hint="Free some space, or prune old snapshots, and try again.",
            )
        if isinstance(error, psycopg.errors.QueryCanceled):
            return EngineError(
                f"PostgreSQL gave up {doing} after {self.statement_seconds} s.", hint="Ask for less, or raise the limit on statements."
            )
        if isinstance(error, psycopg.errors.InsufficientPrivilege):
            return EngineError(
                f"PostgreSQL refused while {doing}: {reason}", hint="The user needs the right to create schemas in the database."
            )
        return EngineError(f"PostgreSQL refused while {doing}: {reason}")


class PostgresSnapshot(LayerSnapshot):
    """A publication on the server engine: one connection that holds shared locks on the layers."""

    dialect = "postgres"

    def __init__(self, server: _Server, connection: Connection, base: str, results: str | None) -> None:
        self._server = server
        self._connection = connection
        layers = [base, *([results] if results else [])]
        with server.translating("opening a snapshot"):
            for layer in layers:
                connection.execute("SELECT pg_advisory_lock_shared(%s, %s)", (LOCK_SPACE, _lock_key(layer)))
            schemas = {
                row[0] for row in connection.execute("SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s)", ([*map(_schema, layers)],))
            }
            for layer in layers:
                if _schema(layer) not in schemas:
                    raise LayerGoneError(f"There is no layer {layer!r} (any more).", hint="Open what is current now.", layer=layer)
            rows = connection.execute(
                "SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, NULL) FROM pg_class c "
                "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid "
                "WHERE n.nspname = ANY(%s) AND c.relkind = 'r' AND a.attnum > 0 ORDER BY c.oid, a.attnum",
                ([*map(_schema, layers)],),
            ).fetchall()
        super().__init__(base, results, found_tables(rows, TYPE_NAMES, {_schema(layer): (_schema(layer),) for layer in layers}))

    def _read(self, stored: StoredTable, columns: dict[str, Stored]) -> pl.DataFrame:
        return self._fetch(select(quoted(*stored.place, stored.name), {}, columns), columns)

    def _run(self, statement: str, types: dict[str, Stored]) -> pl.DataFrame:
        return self._fetch(select(f"({statement}) AS q", {}, types), types)

    def _fetch(self, statement: str, types: dict[str, Stored]) -> pl.DataFrame:
        with self._server.translating("reading"), self._connection.cursor() as cursor:
            frame = copy_out(cursor, statement, types)
        return frame.rename(dict(zip(frame.columns, types, strict=True)))

    def _register(self, name: str, frame: pl.DataFrame, types: dict[str, Stored]) -> None:
        with self._server.translating("handing over a table"), self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ WRITE")  # for this temporary table only
            columns = definitions(types, _collation(self._connection))
            cursor.execute(f"CREATE TEMPORARY TABLE {quoted(name)} ({columns})")
            copy_in(cursor, quoted(name), frame)
            cursor.execute(f"ANALYZE {quoted(name)}")

    def close(self) -> None:
        """Close the connection, and with it the locks."""
        self._connection.close()


class PostgresEngine:
    """Layers as schemas of one database, which belongs to one workspace."""

    id = "postgres"
    capabilities = CAPABILITIES

    def __init__(self, server: _Server) -> None:
        self._server = server

    def write(self, layer: str, tables: Mapping[str, pl.DataFrame]) -> None:
        """See Engine.write."""
        schema = _schema(layer)
        with self._writer(f"writing layer {layer}") as connection, connection.transaction(), connection.cursor() as cursor:
            if connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (schema,)).fetchone():
                raise taken(layer)
            collation = _collation(connection)
            cursor.execute(f"CREATE SCHEMA {quoted(schema)}")
            for name, given in tables.items():
                frame, target = normalised(given), quoted(schema, name)
                cursor.execute(f"CREATE TABLE {target} ({definitions(frame.schema, collation)})")
                # FREEZE: the rows are never touched again, so a later vacuum has nothing to rewrite
                copy_in(cursor, target, frame, ", FREEZE")
                cursor.execute(f"ANALYZE {target}")

    @contextmanager
    def _writer(self, doing: str) -> Iterator[Connection]:
        with closing(self._server.connect(reading=False)) as connection, self._server.translating(doing):
            yield connection

    def layers(self) -> set[str]:
        """See Engine.layers."""
        with self._writer("listing layers") as connection:
            return set(_layers(connection))

    def sweep(self, keep: set[str]) -> list[str]:
        """See Engine.sweep. There are no half-written layers; what a reader has open stays for the next sweep."""
        with self._writer("dropping layers") as connection:
            return [layer for layer in _layers(connection) if layer not in keep and _dropped(connection, layer)]

    def drop(self, layer: str) -> None:
        """See Engine.drop."""
        with self._writer(f"dropping layer {layer}") as connection:
            if not _dropped(connection, layer):
                raise BusyError(
                    f"Layer {layer!r} is being read.", hint="It can be dropped once its readers are done; a later sweep does it."
                )

    def open(self, base: str, results: str | None) -> PostgresSnapshot:
        """See Engine.open."""
        connection = self._server.connect(reading=True)
        try:
            return PostgresSnapshot(self._server, connection, base, results)
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        """Nothing is held between calls."""


def _layers(connection: Connection) -> list[str]:
    found = connection.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s) ORDER BY 1", (PREFIX,))
    return [str(row[0]).removeprefix(PREFIX) for row in found]


def _dropped(connection: Connection, layer: str) -> bool:
    """Drop ``layer`` unless somebody reads it."""
    with connection.transaction():
        row = connection.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", (LOCK_SPACE, _lock_key(layer))).fetchone()
        if not row or not row[0]:
            return False
        connection.execute(f"DROP SCHEMA IF EXISTS {quoted(_schema(layer))} CASCADE")
    return True


def _collation(connection: Connection) -> str:
    """The collation that orders by code point and knows the cases of all letters, as DuckDB does; before PostgreSQL 17 the system's."""
    known = ("pg_c_utf8", "C.utf8", "C.UTF-8", "C")
    found = {row[0] for row in connection.execute("SELECT collname FROM pg_collation WHERE collname = ANY(%s)", ([*known],))}
    return next(name for name in known if name in found)


def connect(url: str | None, directory: Path, statement_seconds: int) -> PostgresEngine:  # noqa: ARG001 - nothing is kept in the workspace
    """The engine on the server at ``url``; asks it once whether it answers. Raises EngineError."""
    server = _Server(url or "postgresql://", statement_seconds)
    server.connect(reading=False).close()
    return PostgresEngine(server)


ENGINE = EngineKind(
    id="postgres",
    label="PostgreSQL (server)",
    doc="One schema per layer in a database that belongs to the workspace; the same answers as the embedded engine.",
    schemes=("postgresql", "postgres"),
    capabilities=CAPABILITIES,
    connect=connect,
)
