"""A workspace that answers many questions at once: snapshots stay open, answers are kept under the key of all that they depend on.

An answer is a function of the publication, the as-of date, the viewer's rights, the settings, the operational records and the
question; these make its key, so that nothing ever has to be invalidated.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from onelead.core.context import Context
from onelead.core.errors import EngineError, OneLeadError, UnknownNameError, WorkspaceError
from onelead.core.settings import load_settings
from onelead.core.viewer import LOCAL_ADMIN, Viewer
from onelead.engines import open_current
from onelead.workspace.answers import Answers
from onelead.workspace.asking import whitespace_cells
from onelead.workspace.facade import Workspace
from onelead.workspace.keeping import Columns, KeptSnapshot
from onelead.workspace.narrowing import Own
from onelead.workspace.viewing import View

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator
    from datetime import date

    import polars as pl

    from onelead.core.context import Snapshot
    from onelead.store import Publication
    from onelead.workspace.wiring import Parts

P = ParamSpec("P")
R = TypeVar("R")

IDLE_SNAPSHOTS = 4
SNAPSHOT_USES = 500
"""After so many questions a snapshot is closed: what queries left in its connection (lists of accounts) goes with it."""
NARROWED_BYTES = 384 * 2**20
"""Room for the rows of accounts that filters leave."""
OPEN_PLACES = 3
"""How many snapshots stay open at once: the current one and those that were asked last."""
EDITED = ("scorecards", "templates")
"""Directories of a workspace whose files people edit."""


@dataclass(frozen=True)
class Stamp:
    """All that an answer depends on beside the question and who asks: equal stamps, equal answers."""

    publication: int
    as_of: date
    settings: str
    records: int

    @property
    def text(self) -> str:
        """The stamp as a short text, for an ETag."""
        return f"{self.publication}-{self.as_of:%Y%m%d}-{self.settings}-{self.records}"


class Serving:
    """One workspace, asked by many threads. ``workspace(viewer)`` is the door to everything that changes something."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._answers = Answers()
        self._columns = Columns()
        self._narrowed = Answers(NARROWED_BYTES)
        self._idle: dict[tuple[str, str], list[tuple[Snapshot, int]]] = {}
        self._lock = threading.Lock()
        self._published: dict[int, Publication] = {}
        self._settings_seen = self._settings_mark()

    @property
    def answers(self) -> Answers:
        """The kept answers."""
        return self._answers

    @property
    def parts(self) -> Parts:
        """The wired parts, with the settings as they are now in the workspace's file."""
        mark = self._settings_mark()
        if mark != self._settings_seen:
            with self._lock:
                self._parts = replace(self._parts, settings=load_settings(self._parts.directory / "settings.toml"))
                self._settings_seen = mark
        return self._parts

    def _settings_mark(self) -> tuple[int, int] | None:
        try:
            found = (self._parts.directory / "settings.toml").stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    def workspace(self, viewer: Viewer = LOCAL_ADMIN, on_step: Callable[[str], None] | None = None) -> Workspace:
        """The workspace as ``viewer`` may use it. Do not close it: it shares the parts."""
        return Workspace(self.parts, viewer, on_step)

    def stamp(self, *, as_of: date | None = None, snapshot: int | None = None) -> Stamp | None:
        """What answers depend on now; None while nothing is loaded. Raises UnknownNameError for a snapshot that is not there."""
        parts = self.parts
        found = parts.store.current() if snapshot is None else self._publication(snapshot)
        if found is None:
            return None
        return Stamp(found.id, as_of or found.as_of, f"{parts.settings.version}{self._edited()}", parts.store.version())

    def _edited(self) -> str:
        """A mark of the workspace's own scorecards and templates, which count as soon as they are edited; empty where it has none."""
        files = [entry for folder in EDITED for entry in sorted((self._parts.directory / folder).glob("*")) if entry.is_file()]
        marks = [(str(entry), entry.stat().st_mtime_ns, entry.stat().st_size) for entry in files]
        return f"-{sha256(repr(marks).encode()).hexdigest()[:8]}" if marks else ""

    def _publication(self, wanted: int) -> Publication:
        known = self.parts.store.publications()
        found = next((publication for publication in known if publication.id == wanted), None)
        if found is None:
            raise UnknownNameError("snapshot", str(wanted), [str(publication.id) for publication in known])
        return found

    def ask(
        self,
        viewer: Viewer,
        use_case: Callable[Concatenate[View, Parts, P], R],
        /,
        stamp: Stamp,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """The answer of a use case; kept, so give it back unchanged. ``stamp`` says for which snapshot and date."""
        name = f"{use_case.__module__}.{use_case.__qualname__}"
        rests_on = replace(stamp, records=0) if getattr(use_case, "of_the_snapshot", False) else stamp
        key = (name, rests_on, viewer, _frozen(args), _frozen(kwargs))

        def compute() -> R:
            with self.view(viewer, stamp) as shown:
                return use_case(shown, self.parts, *args, **kwargs)

        return self._answers.get_or(key, compute)

    @contextmanager
    def view(self, viewer: Viewer, stamp: Stamp) -> Iterator[View]:
        """The snapshot of ``stamp``, opened (or open still), with the rights of ``viewer``."""
        # a publication never changes: the record of it is read once, not for every answer
        publication = self._published.get(stamp.publication) or self._publication(stamp.publication)
        self._published[stamp.publication] = publication
        with self._opened(publication) as snapshot:
            yield View(
                snapshot,
                publication,
                Context(stamp.as_of, self.parts.settings, publication.as_of),
                viewer,
                partial(self._of_everyone, viewer, stamp),
                partial(self._own, stamp),
            )

    @contextmanager
    def _opened(self, publication: Publication) -> Iterator[Snapshot]:
        place = (publication.base, publication.results)
        with self._lock:
            idle = self._idle.get(place)
            snapshot, uses = idle.pop() if idle else (None, 0)
        snapshot = snapshot or KeptSnapshot(self._open(publication), self._columns)
        sound = True
        try:
            yield snapshot
        except BaseException as error:
            # a name that is not there says nothing against the connection; anything else may
            sound = isinstance(error, OneLeadError) and not isinstance(error, EngineError)
            raise
        finally:
            self._give_back(place, snapshot, uses + 1 if sound else SNAPSHOT_USES)

    def _own(self, stamp: Stamp, view: View) -> Own:
        """The rows of the accounts that ``view`` may see."""
        accounts = view.viewer.account_ids or frozenset()

        def reading(ask: Callable[[Snapshot], pl.DataFrame]) -> pl.DataFrame:
            with self._opened(view.publication) as snapshot:
                return ask(snapshot)

        def compute() -> Own:
            everybody = replace(view.viewer, account_ids=None, deal_owners=None)
            cells = partial(self.ask, everybody, whitespace_cells, stamp)
            return Own(view.snapshot, accounts, self._columns, reading, cells)

        return self._narrowed.get_or((replace(stamp, records=0), accounts), compute)

    def _of_everyone(
        self, viewer: Viewer, stamp: Stamp, publication: int | None, use_case: Callable[..., object], *args: object, **kwargs: object
    ) -> object:
        there = stamp if publication is None else self.stamp(snapshot=publication) or stamp
        return self.ask(replace(viewer, account_ids=None, deal_owners=None), use_case, there, *args, **kwargs)

    def _open(self, publication: Publication) -> Snapshot:
        current = self.parts.store.current()
        if current is not None and current.id == publication.id:
            opened = open_current(self.parts.store.current, self.parts.engine)
            if opened is None:
                raise WorkspaceError("Nothing is loaded yet.", hint="Load a workbook first.")
            snapshot, found = opened
            if found.id == publication.id:
                return snapshot
            snapshot.close()
        return self.parts.engine.open(publication.base, publication.results)

    def _give_back(self, place: tuple[str, str], snapshot: Snapshot, uses: int) -> None:
        closing: list[Snapshot] = []
        with self._lock:
            kept = self._idle.pop(place, [])
            if uses < SNAPSHOT_USES and len(kept) < IDLE_SNAPSHOTS:
                kept.append((snapshot, uses))
            else:
                closing.append(snapshot)
            self._idle[place] = kept  # the place asked last stands last
            while len(self._idle) > OPEN_PLACES:
                closing += [gone for gone, _ in self._idle.pop(next(iter(self._idle)))]
        for gone in closing:
            gone.close()

    def close(self) -> None:
        """Close what is open."""
        with self._lock:
            idle = [snapshot for found in self._idle.values() for snapshot, _ in found]
            self._idle.clear()
        for snapshot in idle:
            snapshot.close()
        self._parts.close()


def _frozen(value: object) -> Hashable:
    """A hashable image of an argument."""
    if isinstance(value, dict):
        return tuple(sorted((str(name), _frozen(entry)) for name, entry in value.items()))
    if isinstance(value, list | tuple):
        return tuple(_frozen(entry) for entry in value)
    if isinstance(value, set | frozenset):
        return tuple(sorted(map(str, value)))
    return value  # whatever else a question holds is text, a number, a date or None
