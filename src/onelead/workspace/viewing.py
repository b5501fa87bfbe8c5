"""The published snapshot, opened for one question, with the rights of who asks."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from onelead.core.context import Context
from onelead.core.errors import UnknownNameError, WorkspaceError
from onelead.engines import open_current

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from onelead.core.context import Snapshot
    from onelead.core.viewer import Viewer
    from onelead.store import Publication
    from onelead.workspace.wiring import Parts

NOBODYS = ("quarantine",)
"""Tables of source rows that belong to no account: shown only to those who see every account."""


@dataclass(frozen=True)
class View:
    """An open snapshot and everything a question needs."""

    snapshot: Snapshot
    publication: Publication
    context: Context
    viewer: Viewer

    @property
    def account_filter(self) -> list[str] | None:
        """Accounts that the viewer may see; None for all. The one place where rights become a filter."""
        ids = self.viewer.account_ids
        return None if ids is None else sorted(ids)

    def frame(self, name: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """A table of the snapshot, only the rows that the viewer may see."""
        frame = self.snapshot.frame(name)
        if self.account_filter is not None and "account_id" in frame.columns:
            frame = frame.filter(pl.col("account_id").is_in(self.account_filter))
        elif self.account_filter is not None and name in NOBODYS:
            frame = frame.clear()
        return frame if columns is None else frame.select(columns)

    def account_id(self, given: str) -> str:
        """The account that ``given`` means: an id, an alias of one, a source id, or a name. Raises UnknownNameError."""
        accounts = self.frame("accounts", ["account_id", "account_name"])
        if given in accounts["account_id"]:
            return given
        folded = pl.col("account_name").str.to_lowercase() == given.lower()
        named = accounts.filter(folded)["account_id"].to_list()
        if len(named) == 1:
            return str(named[0])
        links = self.frame("account_links", ["value", "account_id"]).filter(pl.col("value").str.to_lowercase() == given.lower())
        linked = links["account_id"].unique().to_list()
        if len(linked) == 1:
            return str(linked[0])
        raise UnknownNameError("account", given, [*accounts["account_id"].to_list(), *accounts["account_name"].to_list()])


@contextmanager
def view(parts: Parts, viewer: Viewer, *, as_of: date | None = None, publication: int | None = None) -> Iterator[View]:
    """The published snapshot (or an earlier publication), opened; closed when the block ends.

    Raises WorkspaceError when nothing is loaded yet.
    """
    snapshot, found = _open(parts, publication)
    try:
        yield View(snapshot, found, Context(as_of or found.as_of, parts.settings), viewer)
    finally:
        snapshot.close()


def _open(parts: Parts, wanted: int | None) -> tuple[Snapshot, Publication]:
    if wanted is None:
        opened = open_current(parts.store.current, parts.engine)
        if opened is None:
            raise WorkspaceError("Nothing is loaded yet.", hint="Load a workbook first: onelead load FILE.")
        return opened
    found = next((publication for publication in parts.store.publications() if publication.id == wanted), None)
    if found is None:
        raise UnknownNameError("snapshot", str(wanted), [str(publication.id) for publication in parts.store.publications()])
    return parts.engine.open(found.base, found.results), found
