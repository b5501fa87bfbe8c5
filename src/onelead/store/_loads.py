"""Loads: what was taken in, from which files, and how it went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from onelead.core.errors import UnknownNameError
from onelead.store._frames import new_id
from onelead.store._schema import loads, publications

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from onelead.store._database import Database

STATES = ("loading", "published", "refused", "failed")


@dataclass(frozen=True)
class Load:
    """One load. ``files`` are name, sha256 and what else the caller notes; ``rows`` counts per table; ``created_at`` is UTC."""

    id: int
    content_key: str
    state: str
    source_id: str
    layout: str
    files: list[dict[str, Any]]
    rows: dict[str, int]
    quality: dict[str, Any]
    created_at: datetime
    created_by: str
    reason: str | None


class Loads:
    """Mixin of Store: loads."""

    _db: Database

    def add_load(
        self,
        key: str,
        *,
        source_id: str,
        layout: str,
        files: Sequence[Mapping[str, Any]],
        rows: Mapping[str, int],
        quality: Mapping[str, Any],
        by: str = "local",
    ) -> int:
        """Note that a load has begun; ``publish(load_id=…)`` completes it, ``end_load`` ends it otherwise. Returns its id."""
        values = {"content_key": key, "source_id": source_id, "layout": layout, "created_by": by, "state": "loading"}
        details = {"files": [dict(file) for file in files], "rows": dict(rows), "quality": dict(quality)}
        with self._db.write() as connection:
            return new_id(connection, sa.insert(loads).values(**values, **details, created_at=self._db.clock()).returning(loads.c.id))

    def end_load(self, load_id: int, *, state: str, reason: str) -> None:
        """Note that a load was "refused" or "failed", and why. A published one stays published."""
        if state not in STATES[2:]:
            raise UnknownNameError("state of a load", state, STATES[2:])
        with self._db.write() as connection:
            unfinished = loads.c.state == "loading"
            connection.execute(sa.update(loads).where(loads.c.id == load_id, unfinished).values(state=state, reason=reason))

    def loads(self) -> list[Load]:
        """All loads, newest first."""
        with self._db.read() as connection:
            return [Load(**row._asdict()) for row in connection.execute(sa.select(loads).order_by(loads.c.id.desc()))]

    def load_of(self, publication_id: int) -> Load | None:
        """The load that made a publication's base; a refresh has that of the base it was computed from."""
        with self._db.read() as connection:
            base = sa.select(publications.c.base).where(publications.c.id == publication_id).scalar_subquery()
            return _load_of_base(connection, base)


def _load_of_base(connection: sa.Connection, base: sa.ScalarSelect[Any]) -> Load | None:
    first = sa.select(sa.func.min(publications.c.load_id)).where(publications.c.base == base).scalar_subquery()
    row = connection.execute(sa.select(loads).where(loads.c.id == first)).first()
    return None if row is None else Load(**row._asdict())
