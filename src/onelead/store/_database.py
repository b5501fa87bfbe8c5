"""The connection to the operational records: SQLite in the workspace, or PostgreSQL beside the layers."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from onelead.core.errors import BusyError, EngineError, OneLeadError, StorageFullError, WorkspaceError
from onelead.core.urls import masked, scrubbed
from onelead.store._schema import HEAD, REVISIONS, alembic_version, bookkeeping, counters, metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCHEMA = "onelead_records"
BUSY_SECONDS = 15
RECORDS = "records"  # the counter that every write bumps
CREATION_LOCK = 0x4F4C5245  # advisory lock under which a PostgreSQL store is made or upgraded
FULL_WORDS = ("database or disk is full", "No space left on device", "Disk quota exceeded", "could not extend file")


def utc_now() -> datetime:
    """The time of an operational record. Business dates never come from here."""
    return datetime.now(UTC)


class Database:
    """Transactions on the operational records, opened at the newest version."""

    def __init__(self, url: str, clock: Callable[[], datetime] = utc_now) -> None:
        self.url = url
        self.clock = clock
        with self.translating("opening"):
            self.engine = _sqlite(url) if url.startswith("sqlite:") else _postgres(url)
            try:
                self._prepare()
            except BaseException:
                self.engine.dispose()
                raise

    @property
    def embedded(self) -> bool:
        """Whether the records are a file in the workspace."""
        return self.engine.dialect.name == "sqlite"

    @property
    def file(self) -> Path:
        """The file of an embedded store."""
        return Path(self.engine.url.database or "")

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A transaction that sees one state of the records."""
        with self.translating("reading"), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that changes records, all or nothing, and bumps their version."""
        with self.translating("writing"), self.engine.connect() as raw:
            connection = raw.execution_options(onelead_write=True)
            with connection.begin():
                connection.execute(sa.update(counters).where(counters.c.name == RECORDS).values(value=counters.c.value + 1))
                yield connection

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _prepare(self) -> None:
        state = self._state()
        if state == HEAD:
            return
        with self.engine.connect() as raw:
            connection = raw.execution_options(onelead_write=True)
            with connection.begin():
                if not self.embedded:
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(CREATION_LOCK)))
                    connection.execute(sa.schema.CreateSchema(SCHEMA, if_not_exists=True))
                state = self._state(connection)  # another process may have been quicker
                if state is None:
                    metadata.create_all(connection)
                    bookkeeping.create_all(connection)
                    connection.execute(sa.insert(alembic_version).values(version_num=HEAD))
                    connection.execute(sa.insert(counters).values(name=RECORDS, value=0))
                elif state != HEAD:
                    _upgrade(connection, state)

    def _state(self, connection: sa.Connection | None = None) -> str | None:
        """The revision of the store: None if there is none yet, empty if Alembic was there and nothing else."""
        if connection is None:
            with self.engine.connect() as own:
                return self._state(own)
        if self.embedded:
            there = connection.execute(sa.text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")).first()
        else:
            there = connection.execute(
                sa.text("SELECT 1 WHERE to_regclass(:name) IS NOT NULL"), {"name": f"{SCHEMA}.alembic_version"}
            ).first()
        return None if there is None else str(connection.execute(sa.select(alembic_version.c.version_num)).scalar() or "")

    @contextmanager
    def translating(self, doing: str) -> Iterator[None]:
        """Raise the driver's errors as ours."""
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise self._translated(error, doing) from error
        except ModuleNotFoundError as error:
            if error.name != "psycopg":
                raise
            raise EngineError("The PostgreSQL driver is not installed.", hint="Install it: pip install 'onelead[postgres]'.") from error
        except sa.exc.ArgumentError:
            raise WorkspaceError(
                f"{masked(self.url)!r} is no URL of operational records.", hint="Valid: sqlite:///FILE, postgresql://…"
            ) from None

    def _translated(self, error: sa.exc.DBAPIError, doing: str) -> OneLeadError:
        reason = scrubbed((str(error.orig).strip() or type(error.orig).__name__).splitlines()[0], self.url)
        if any(words in str(error.orig) for words in FULL_WORDS) or getattr(error.orig, "sqlstate", "") == "53100":
            return StorageFullError(
                f"No room left on the disk while {doing} the records; nothing was changed.", hint="Free some space and try again."
            )
        if "database is locked" in reason:
            return BusyError(
                f"The records stayed locked for {BUSY_SECONDS} s while {doing} them.", hint="Try again once the other process is done."
            )
        if self.url.startswith("sqlite:"):
            where = Path(self.url.removeprefix("sqlite:///")).name
            return WorkspaceError(
                f"{where}: {reason} while {doing} the records.", hint="Is it a OneLead workspace, and may you write there?"
            )
        return EngineError(
            f"PostgreSQL at {masked(self.url)} refused while {doing} the records: {reason}",
            hint="Is the server running, and are host, port, database, user and password right?",
        )


def _upgrade(connection: sa.Connection, state: str) -> None:
    if state and state not in REVISIONS:
        raise WorkspaceError(
            f"The records are of version {state}, which this OneLead does not know (it knows {REVISIONS[0]} to {HEAD}).",
            hint="They were written by a newer OneLead: update this one.",
            version=state,
        )
    from onelead.store.migrations import upgrade  # Alembic is needed here and nowhere else

    upgrade(connection, HEAD)


def _sqlite(url: str) -> sa.Engine:
    file = url.removeprefix("sqlite:///")  # not parsed as a URL: a path may hold a question mark
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(sa.URL.create("sqlite", database=file), connect_args={"timeout": BUSY_SECONDS})
    sa.event.listen(engine, "connect", _set_up_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, record: object) -> None:  # noqa: ANN401, ARG001 - SQLAlchemy's signature
    connection.isolation_level = None  # the driver's own idea of when a transaction starts is no use: see _begin_sqlite
    for pragma in ("journal_mode = WAL", f"busy_timeout = {BUSY_SECONDS * 1000}", "foreign_keys = ON", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A writer takes its place at once; one that began by reading could not wait for another, only fail.
    writing = connection.get_execution_options().get("onelead_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _postgres(url: str) -> sa.Engine:
    parsed = sa.make_url(url).set(drivername="postgresql+psycopg")
    options = f"-c search_path={SCHEMA} -c timezone=UTC"
    return sa.create_engine(
        parsed,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "application_name": "onelead", "options": options},
    )
