"""The published snapshot, opened for one question, with the rights of who asks."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import polars as pl

from onelead.core.context import Context
from onelead.core.errors import UnknownNameError, UsageError, WorkspaceError
from onelead.engines import open_current
from onelead.workspace.narrowing import COUNTED

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence
    from datetime import date

    import ibis.expr.types as ir

    from onelead.core.context import Snapshot
    from onelead.core.viewer import Viewer
    from onelead.store import Publication
    from onelead.workspace.narrowing import Own
    from onelead.workspace.wiring import Parts

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound="Callable[..., object]")
PICKED = "picked_values"
"""The table that a kept query joins to pick rows; its values are handed over when it runs."""
EVERYBODYS = ("services", "model_cards")
"""Tables without an account that hold nothing of any account. All others are shown only to those who see every account: source rows
of nobody (quarantine) and totals over all accounts (metric_values), which are computed anew for everybody else."""


@dataclass(frozen=True)
class View:
    """An open snapshot and everything a question needs."""

    snapshot: Snapshot
    publication: Publication
    context: Context
    viewer: Viewer
    kept: Callable[..., Any] | None = None
    """Where the workspace is served: asks a use case over all accounts, the answer kept."""
    narrowed: Callable[[View], Own] | None = None
    """Where the workspace is served: the rows of the accounts that the viewer may see, kept."""

    def of_everyone(
        self, parts: Parts, use_case: Callable[Concatenate[View, Parts, P], pl.DataFrame], /, *args: P.args, **kwargs: P.kwargs
    ) -> pl.DataFrame:
        """The rows of a use case computed over all accounts (once, where the workspace is served), then only those that the viewer may see.

        For work that is heavy and the same for everybody. The frame needs an account_id: rows without one are for those who see all.
        """
        return self.seen(self.once(parts, use_case, *args, **kwargs))

    def once(self, parts: Parts, use_case: Callable[Concatenate[View, Parts, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """The answer of a use case over all accounts, computed once where the workspace is served: what comes of it is for the caller to cut."""
        if self.kept is not None:
            return self.kept(None, use_case, *args, **kwargs)  # type: ignore[no-any-return]  # as the use case answers
        return use_case(self._of_all, parts, *args, **kwargs)

    def elsewhere(
        self, parts: Parts, publication: int, use_case: Callable[Concatenate[View, Parts, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As ``once``, of another publication, on its own date."""
        if self.kept is not None:
            return self.kept(publication, use_case, *args, **kwargs)  # type: ignore[no-any-return]  # as the use case answers
        with view(parts, self._of_all.viewer, publication=publication) as other:
            return use_case(other, parts, *args, **kwargs)

    @property
    def _of_all(self) -> View:
        return replace(self, viewer=replace(self.viewer, account_ids=None, deal_owners=None))

    @property
    def own(self) -> Snapshot:
        """What queries of the viewer's accounts are asked of: a snapshot of their rows where the workspace is served, else the whole one.

        Row rights have to be told to either: tables without an account are there as a whole.
        """
        return (self._own.snapshot if self._own else None) or self.snapshot

    @cached_property
    def _own(self) -> Own | None:
        return None if self.narrowed is None or self.viewer.account_ids is None else self.narrowed(self)

    def seen(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of accounts that the viewer may see."""
        return frame if self.account_filter is None else frame.filter(pl.col("account_id").is_in(self.account_filter))

    @cached_property
    def account_filter(self) -> list[str] | None:
        """Accounts that the viewer may see; None for all. The one place where rights become a filter."""
        ids = self.viewer.account_ids
        return None if ids is None else sorted(ids)

    def frame(self, name: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """A table of the snapshot, only the rows that the viewer may see."""
        if self.account_filter is None:
            return self.snapshot.frame(name, columns)
        if self._own is not None and (stored := self.snapshot.columns().get(name)) and "account_id" in stored:
            return self._own.frame(self.snapshot, name, list(stored if columns is None else columns))
        held = self.snapshot.table(name).columns
        # the account is read along even when it is not asked for: rights are judged by it
        wanted = columns if columns is None or "account_id" not in held else list(dict.fromkeys([*columns, "account_id"]))
        frame = self.snapshot.frame(name, wanted)
        if "account_id" in held:
            frame = frame.filter(pl.col("account_id").is_in(self.account_filter))
        elif name not in EVERYBODYS:
            frame = frame.clear()
        return frame if columns is None else frame.select(columns)

    def picked(
        self, name: str, column: str, values: Sequence[object], also: Callable[[ir.Table], ir.Table] | None = None, key: Hashable = None
    ) -> pl.DataFrame:
        """The rows of a table whose (text) ``column`` has one of ``values`` (None: has none), only those that the viewer may see.

        ``also`` changes the table in the query; what it depends on has to stand in ``key``. The query is kept whatever the values are.
        """
        import ibis  # a second of imports that a page of plain frames does without

        wanted = pl.DataFrame({column: [value for value in values if value is not None]}, schema={column: pl.String})

        # what queries of these accounts read anyway stands in memory; of the rest a few rows are fetched where they are
        place = self.own if self._own is not None and name in COUNTED else self.snapshot

        def build() -> ir.Table:
            table = place.table(name)
            listed = ibis.table({column: "string"}, name=PICKED)
            rows = place.among(name, column, listed) if not unknown else table.filter(table[column].isnull())
            return rows if also is None else also(rows)

        unknown = wanted.is_empty() and len(values) > 0
        if not values and also is None:
            return pl.DataFrame(schema=dict(self.snapshot.columns()[name]))
        found = place.execute(place.expression(("picked", name, column, unknown, key), build), {PICKED: wanted})
        if self.account_filter is None or "account_id" in found.columns:
            return self.seen(found)
        return found if name in EVERYBODYS else found.clear()

    def account_id(self, given: str) -> str:
        """The account that ``given`` means: its id, a source id, its name, or a part of its name that no other account has.

        Raises UnknownNameError, and UsageError where a part of a name fits several.
        """
        accounts = self.frame("accounts", ["account_id", "account_name", "level"])
        if given in accounts["account_id"]:
            return given
        word = given.lower()
        lowered = pl.col("account_name").str.to_lowercase()
        links = self.frame("account_links", ["value", "account_id"])
        for found in (
            accounts.filter(lowered == word),
            links.filter(pl.col("value").str.to_lowercase() == word),
            accounts.filter((pl.col("level") == "account") & lowered.str.contains(word, literal=True)),
        ):
            ids = found["account_id"].unique(maintain_order=True).to_list()
            if len(ids) == 1:
                return str(ids[0])
            if ids and "account_name" in found.columns:
                some = ", ".join(f"{name} ({key})" for key, name in found.select("account_id", "account_name").head(5).iter_rows())
                raise UsageError(f"{given!r} fits {len(ids)} accounts.", hint=f"Name one by its id: {some}.")
        raise UnknownNameError("account", given, accounts.filter(pl.col("level") == "account")["account_name"].to_list())


def of_the_snapshot(use_case: F) -> F:
    """Mark a use case that no operational record touches (who accepted what): its kept answers outlive a change of the records."""
    use_case.of_the_snapshot = True  # type: ignore[attr-defined]  # a mark on the function itself
    return use_case


@contextmanager
def view(parts: Parts, viewer: Viewer, *, as_of: date | None = None, publication: int | None = None) -> Iterator[View]:
    """The published snapshot (or an earlier publication), opened; closed when the block ends.

    Raises WorkspaceError when nothing is loaded yet.
    """
    snapshot, found = _open(parts, publication)
    try:
        yield View(snapshot, found, Context(as_of or found.as_of, parts.settings, found.as_of), viewer)
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
