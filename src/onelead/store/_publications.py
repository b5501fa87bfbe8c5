"""Layers, publications, and the pointer to the one that readers see."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from onelead.core.errors import UnknownNameError, UsageError
from onelead.store._accounts import write_known
from onelead.store._frames import new_id
from onelead.store._schema import counters, layers, loads, pointer, publications

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    import polars as pl

    from onelead.store._database import Database

KINDS = ("base", "results")
BUILDING, COMPLETE, DROPPED = "building", "complete", "dropped"
CURRENT = "current"


@dataclass(frozen=True)
class Publication:
    """A base and its results, made visible together. ``created_at`` is UTC."""

    id: int
    base: str
    results: str
    load_id: int | None
    as_of: date
    settings_version: str
    note: str
    created_at: datetime
    is_current: bool
    parent_id: int | None = None
    """The publication that readers saw when this one was made; None for the first."""


class Publications:
    """Mixin of Store: layers and publications."""

    _db: Database

    def new_layer(self, kind: str) -> str:
        """A name for a layer to be written, never used before and never used again. ``kind`` is "base" or "results"."""
        if kind not in KINDS:
            raise UnknownNameError("kind of layer", kind, KINDS)
        now = self._db.clock()
        with self._db.write() as connection:
            number = _next(connection, "layers")
            layer = f"{kind}_{number:06d}_{secrets.token_hex(3)}"  # the token: a store put back from a copy counts from there again
            connection.execute(sa.insert(layers).values(id=layer, kind=kind, state=BUILDING, created_at=now, changed_at=now))
        return layer

    def publish(
        self,
        base: str,
        results: str,
        *,
        as_of: date,
        settings_version: str,
        load_id: int | None = None,
        note: str = "",
        known: pl.DataFrame | None = None,
    ) -> Publication:
        """Make two complete layers visible, in one transaction: publication, pointer, load, and account directory (``known``).

        Raises UsageError for a layer that is unknown, of the wrong kind, or dropped.
        """
        now = self._db.clock()
        with self._db.write() as connection:
            for layer, kind in ((base, "base"), (results, "results")):
                state = connection.execute(sa.select(layers.c.state).where(layers.c.id == layer, layers.c.kind == kind)).scalar()
                if state not in {BUILDING, COMPLETE}:
                    raise UsageError(
                        f"There is no {kind} layer {layer!r} to publish.", hint="Ask for a new layer, write it, then publish it."
                    )
                connection.execute(sa.update(layers).where(layers.c.id == layer).values(state=COMPLETE, changed_at=now))
            values = {
                "base": base,
                "results": results,
                "load_id": load_id,
                "as_of": as_of,
                "settings_version": settings_version,
                "note": note,
                "parent_id": connection.execute(sa.select(pointer.c.publication_id).where(pointer.c.name == CURRENT)).scalar(),
            }
            identity = new_id(connection, sa.insert(publications).values(created_at=now, **values).returning(publications.c.id))
            if load_id is not None:
                connection.execute(sa.update(loads).where(loads.c.id == load_id).values(state="published"))
            if known is not None:
                write_known(connection, known)
            _point(connection, identity, now)
            return _publication(connection.execute(_selected().where(publications.c.id == identity)).one())

    def current(self) -> Publication | None:
        """What readers see now; None before the first publication."""
        with self._db.read() as connection:
            row = connection.execute(_selected().where(pointer.c.publication_id == publications.c.id)).first()
        return None if row is None else _publication(row)

    def publications(self) -> list[Publication]:
        """All that can be read, newest first."""
        with self._db.read() as connection:
            rows = connection.execute(_selected().order_by(publications.c.id.desc())).all()
        return [_publication(row) for row in rows]

    def led_to(self, publication_id: int) -> list[Publication]:
        """What can be read of the publications that led to one, newest first, itself included.

        Those that were taken back are not among them: after 2 was published and readers were sent back to 1, a third one comes from 1.
        """
        with self._db.read() as connection:
            parents = {row.id: row.parent_id for row in connection.execute(sa.select(publications.c.id, publications.c.parent_id))}
            rows = connection.execute(_selected().order_by(publications.c.id.desc())).all()
        line: set[int] = set()
        number: int | None = publication_id
        while number is not None and number not in line:
            line.add(number)
            number = parents.get(number)
        return [_publication(row) for row in rows if row.id in line]

    def point_to(self, publication_id: int) -> Publication:
        """Let readers see an earlier (or later) publication. Raises UnknownNameError for one that is not there or was pruned."""
        with self._db.write() as connection:
            row = connection.execute(_selected().where(publications.c.id == publication_id)).first()
            if row is None:
                valid = connection.execute(sa.select(publications.c.id).where(publications.c.pruned_at.is_(None))).scalars()
                raise UnknownNameError("snapshot", str(publication_id), [str(entry) for entry in valid])
            _point(connection, publication_id, self._db.clock())
            return _publication(connection.execute(_selected().where(publications.c.id == publication_id)).one())

    def prune(self, keep: int) -> list[str]:
        """Forget all but the newest ``keep`` publications and the current one; returns the layers that nothing needs any more.

        The caller drops them (``engine.sweep(store.live_layers())``); if it dies before, its next sweep does.
        """
        if keep < 1:
            raise UsageError("At least one snapshot is kept.", hint="Keep 1 or more.")
        now = self._db.clock()
        with self._db.write() as connection:
            newest = connection.execute(_selected().order_by(publications.c.id.desc())).all()
            old = [row.id for index, row in enumerate(newest) if index >= keep and not row.is_current]
            if old:
                connection.execute(sa.update(publications).where(publications.c.id.in_(old)).values(pruned_at=now))
            unused = sa.select(layers.c.id).where(layers.c.state == COMPLETE, layers.c.id.not_in(_needed()))
            return _drop(connection, connection.execute(unused.order_by(layers.c.id)).scalars().all(), now)

    def live_layers(self) -> set[str]:
        """The layers of all publications that can be read: what a sweep must keep."""
        with self._db.read() as connection:
            return set(connection.execute(_needed()).scalars())

    def forget_unfinished(self) -> list[str]:
        """Give up loads and layers that a killed process left unfinished; for the holder of the writer lock only. Returns the layers."""
        now = self._db.clock()
        with self._db.write() as connection:
            connection.execute(sa.update(loads).where(loads.c.state == "loading").values(state="failed", reason="The process ended."))
            building = connection.execute(sa.select(layers.c.id).where(layers.c.state == BUILDING).order_by(layers.c.id)).scalars()
            return _drop(connection, building.all(), now)


def _needed() -> sa.CompoundSelect[Any]:
    readable = publications.c.pruned_at.is_(None)
    return sa.union(sa.select(publications.c.base).where(readable), sa.select(publications.c.results).where(readable))


def _selected() -> sa.Select[Any]:
    current = sa.select(pointer.c.publication_id).where(pointer.c.name == CURRENT).scalar_subquery()
    return sa.select(publications, (publications.c.id == current).label("is_current")).where(publications.c.pruned_at.is_(None))


def _publication(row: sa.Row[Any]) -> Publication:
    fields = row._asdict()
    del fields["pruned_at"]
    return Publication(**{**fields, "is_current": bool(fields["is_current"])})


def _point(connection: sa.Connection, publication_id: int, now: datetime) -> None:
    moved = connection.execute(sa.update(pointer).where(pointer.c.name == CURRENT).values(publication_id=publication_id, moved_at=now))
    if not moved.rowcount:
        connection.execute(sa.insert(pointer).values(name=CURRENT, publication_id=publication_id, moved_at=now))


def _drop(connection: sa.Connection, names: Sequence[str], now: datetime) -> list[str]:
    if names:
        connection.execute(sa.update(layers).where(layers.c.id.in_(names)).values(state=DROPPED, changed_at=now))
    return list(names)


def _next(connection: sa.Connection, name: str) -> int:
    bumped = connection.execute(sa.update(counters).where(counters.c.name == name).values(value=counters.c.value + 1))
    if not bumped.rowcount:
        connection.execute(sa.insert(counters).values(name=name, value=1))
    return int(connection.execute(sa.select(counters.c.value).where(counters.c.name == name)).scalar_one())
