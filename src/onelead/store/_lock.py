"""One writer at a time: a lock that the system takes back when its holder dies, and that says who holds it."""

from __future__ import annotations

import getpass
import json
import os
import socket
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import sqlalchemy as sa

from onelead.core.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.store._database import Database

LOCK_KEY = 0x4F4C5752  # of PostgreSQL's advisory locks; a database belongs to one workspace
NAME_LENGTH = 63  # of what PostgreSQL keeps of an application's name

ATTEMPTS, PAUSE_SECONDS = 5, 0.1  # a server needs a moment to see that the last holder was killed


def _me(purpose: str) -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # no entry for this user id, as in some containers
        user = str(os.getuid()) if hasattr(os, "getuid") else "unknown"
    return f"{purpose} by {user} on {socket.gethostname()}, process {os.getpid()}"


def _busy(holder: str, since: str) -> BusyError:
    return BusyError(
        f"Another process is writing to this workspace: {holder}, since {since}.",
        hint="Wait for it to finish, or end it; what is published can be read meanwhile.",
        holder=holder,
        since=since,
    )


class WriterLock:
    """Mixin of Store: the writer lock."""

    _db: Database

    @contextmanager
    def lock(self, purpose: str = "load") -> Iterator[None]:
        """Be the only writer. Raises BusyError that names the holder and since when, at once.

        The lock ends with the process that holds it, however that ends.
        """
        with self._file_lock(purpose) if self._db.embedded else self._advisory_lock(purpose):
            yield

    @contextmanager
    def _file_lock(self, purpose: str) -> Iterator[None]:
        from filelock import FileLock, Timeout

        file = self._db.file.with_name("writer.lock")
        note = file.with_suffix(".json")  # beside the lock, because taking the lock empties its file
        try:
            lock = FileLock(file, timeout=0, is_singleton=False)
            lock.acquire()
        except Timeout:
            raise _busy(*_read_note(note)) from None
        try:
            note.write_text(json.dumps({"holder": _me(purpose), "since": self._db.clock().isoformat(timespec="seconds")}), encoding="utf-8")
            yield
        finally:
            note.unlink(missing_ok=True)
            lock.release()

    @contextmanager
    def _advisory_lock(self, purpose: str) -> Iterator[None]:
        with self._db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.detach()  # closed at the end and used for nothing else: it bears the holder's name
            with self._db.translating("locking"):
                self._take(connection, purpose)
            try:
                yield
            finally:
                with suppress(sa.exc.DBAPIError):  # a connection that broke holds nothing any more
                    connection.execute(sa.select(sa.func.pg_advisory_unlock(LOCK_KEY)))

    def _take(self, connection: sa.Connection, purpose: str) -> None:
        for _ in range(ATTEMPTS):
            if connection.execute(sa.select(sa.func.pg_try_advisory_lock(LOCK_KEY))).scalar():
                name = f"onelead: {_me(purpose)}"[:NAME_LENGTH]
                connection.execute(sa.select(sa.func.set_config("application_name", name, sa.false())))
                return
            time.sleep(PAUSE_SECONDS)
        raise _busy(*_holder(connection))


def _read_note(note: Path) -> tuple[str, str]:
    try:
        held = json.loads(note.read_text(encoding="utf-8"))
        return str(held["holder"]), str(held["since"])
    except (OSError, ValueError, KeyError):
        return "its name is not known yet", "this moment"  # the holder has just come or is just leaving


def _holder(connection: sa.Connection) -> tuple[str, str]:
    row = connection.execute(
        sa.text(
            "SELECT a.application_name, a.state_change FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
            "WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = :key AND l.objsubid = 1 "
            "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ),
        {"key": LOCK_KEY},
    ).first()
    if row is None or row.state_change is None:
        return "its name is not known", "this moment"
    return str(row.application_name).removeprefix("onelead: "), row.state_change.isoformat(timespec="seconds")
