"""Layer 1: the operational records (loads, publications, decisions, outcomes), in SQLAlchemy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.store._accounts import Accounts
from onelead.store._actions import OUTCOMES, Actions
from onelead.store._database import Database, utc_now
from onelead.store._decisions import DECISIONS, Decisions
from onelead.store._loads import Load, Loads
from onelead.store._lock import WriterLock
from onelead.store._memory import Memory
from onelead.store._overrides import Overrides
from onelead.store._publications import Publication, Publications

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path


class Store(Publications, Loads, Accounts, Decisions, Actions, Overrides, Memory, WriterLock):
    """The operational records of one workspace, made or brought up to date on opening.

    Every method is one transaction. Any number of processes and threads may use one store; loads hold ``lock()``.
    Times are aware and UTC. Raises WorkspaceError for records of a newer OneLead, StorageFullError, BusyError, EngineError.
    """

    def __init__(self, url: str, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._db = Database(url, clock)

    def close(self) -> None:
        """Close all connections."""
        self._db.close()


def records_url(engine_url: str | None, directory: Path) -> str:
    """Where the records of a workspace are: beside the layers on a server engine, else a file in ``directory``."""
    if engine_url and engine_url.startswith(("postgresql://", "postgres://")):
        return engine_url
    return f"sqlite:///{directory.absolute() / 'records.db'}"


__all__ = ["DECISIONS", "OUTCOMES", "Load", "Publication", "Store", "records_url"]
