"""One request of a reader: who asks, for which date and snapshot, under which filters; and links that keep them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from onelead.core.errors import UsageError
from onelead.web._formats import Formats
from onelead.workspace.asking import owned_by
from onelead.workspace.selecting import narrowed_viewer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from onelead.core.viewer import Viewer
    from onelead.web._page import Page
    from onelead.workspace.facade import Workspace
    from onelead.workspace.serving import Serving, Stamp
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

P = ParamSpec("P")
R = TypeVar("R")

SHARED = ("as_of", "snapshot", "account", "owner", "where")
"""Parameters that travel with links between pages."""
ME = "me"
TEAM = "team"


@dataclass(frozen=True)
class Person:
    """Who the reader is, as they said (there is no sign-in yet): a role of PRODUCT, a name of the data, their team."""

    role: str = ""
    name: str = ""
    team: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ask:
    """The request. Call it with a use case to get its (kept) answer under the page's filters; do not change the answer in place."""

    serving: Serving
    everyone: Viewer
    """The reader's rights, before the filters of the page."""
    stamp: Stamp | None
    path: str
    params: Mapping[str, tuple[str, ...]]
    fmt: Formats = field(default_factory=Formats)
    person: Person = field(default_factory=Person)
    page: Page | None = None

    def __call__(self, use_case: Callable[Concatenate[View, Parts, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """The answer of a use case over the accounts that the page's filters leave."""
        return self.serving.ask(self.viewer, use_case, self.known_stamp, *args, **kwargs)

    def overall(self, use_case: Callable[Concatenate[View, Parts, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """The answer of a use case over all that the reader may see, whatever the filters."""
        return self.serving.ask(self.everyone, use_case, self.known_stamp, *args, **kwargs)

    def deals(self, use_case: Callable[Concatenate[View, Parts, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """As a call, and of deals only those that the chosen owners own: "mine" are not all deals of the accounts I own one of.

        Deals without an account are their owner's too, as far as the reader's rights go.
        """
        viewer = self.viewer
        if any(self.params.get("owner", ())):
            whole = viewer if any(any(self.params.get(name, ())) for name in ("account", "where")) else self.everyone
            viewer = replace(whole, deal_owners=frozenset(self.owners))
        return self.serving.ask(viewer, use_case, self.known_stamp, *args, **kwargs)

    def deals_link(self, metric: str, *where: str) -> str:
        """``rows_link`` to the deals of the chosen owners."""
        if not any(self.params.get("owner", ())):
            return self.rows_link(metric, *where)
        return self.link("/rows", metric=metric, rows=(*where, *owned_by(self.owners)), owner=None)

    @property
    def known_stamp(self) -> Stamp:
        """The stamp, where something is loaded."""
        if self.stamp is None:
            raise UsageError("Nothing is loaded yet.", hint="Load a file first.")
        return self.stamp

    @property
    def as_of(self) -> date:
        """The business date that numbers are for."""
        return self.known_stamp.as_of

    @property
    def workspace(self) -> Workspace:
        """The door to what changes something; see ``Serving.workspace``."""
        return self.serving.workspace(self.everyone)

    # Filters -----------------------------------------------------------------------------------------------------------

    def one(self, name: str) -> str | None:
        """The value of a filter; its default where the URL has none, None where there is neither."""
        values = self.many(name)
        return values[0] if values else None

    def many(self, name: str) -> tuple[str, ...]:
        """All values of a filter."""
        given = tuple(value for value in self.params.get(name, ()) if value)
        if given:
            return given
        declared = next((found for found in self.page.filters if found.name == name), None) if self.page else None
        return (declared.default,) if declared and declared.default else ()

    def number(self, name: str) -> float | None:
        """The value of a filter as a number. Raises UsageError for what is none."""
        text = self.one(name)
        try:
            return None if text is None else float(text.replace(",", "."))
        except ValueError:
            raise UsageError(f"{name} is {text!r}, which is no number.", hint="Write a number, such as 0.6.") from None

    def day(self, name: str) -> date | None:
        """The value of a filter as a date. Raises UsageError for what is none."""
        text = self.one(name)
        try:
            return None if text is None else date.fromisoformat(text)
        except ValueError:
            raise UsageError(f"{name} is {text!r}, which is no date.", hint="Write a date as 2024-09-04.") from None

    @cached_property
    def owners(self) -> tuple[str, ...]:
        """Names that the owner filter means: "me" and "team" are the reader and their team."""
        names: list[str] = []
        for value in self.params.get("owner", ()):
            names += [self.person.name] if value == ME else [*self.person.team] if value == TEAM else [value]
        return tuple(dict.fromkeys(name for name in names if name))

    @cached_property
    def narrowed(self) -> bool:
        """Whether an account filter is set."""
        return any(value for name in ("account", "owner", "where") for value in self.params.get(name, ()))

    @cached_property
    def viewer(self) -> Viewer:
        """The reader, narrowed to the accounts that the account filters leave: so no use case has to know of them."""
        if not self.narrowed or self.stamp is None:
            return self.everyone
        mine = self.params.get("owner", ())
        return self.serving.ask(
            self.everyone,
            narrowed_viewer,
            self.stamp,
            accounts=tuple(self.params.get("account", ())),
            # a reader without a name who asks for "mine" has no accounts, not all of them
            owners=self.owners or (("",) if mine else ()),
            conditions=tuple(self.params.get("where", ())),
        )

    @property
    def filtered(self) -> bool:
        """Whether any filter narrows the view."""
        own = {found.name for found in self.page.filters} if self.page else set()
        return any(value for name in (*own, "account", "owner", "where") for value in self.params.get(name, ()))

    @property
    def cleared(self) -> str:
        """This page without its filters; the as-of date stays."""
        own = {found.name: None for found in self.page.filters} if self.page else {}
        return self.here(**own, account=None, owner=None, where=None)

    # The frame ---------------------------------------------------------------------------------------------------------

    @property
    def workspace_name(self) -> str:
        """What stands under the mark: the workspace's directory."""
        return self.serving.parts.directory.resolve().name

    @property
    def initials(self) -> str:
        """Two letters for the reader."""
        words = (self.person.name or self.person.role or "Everyone").replace("_", " ").split()
        return "".join(word[0] for word in words[:2]).upper()

    @cached_property
    def snapshots(self) -> list[Any]:
        """The newest publications, for the snapshot filter."""
        return self.serving.parts.store.publications()[:12]

    # Links -------------------------------------------------------------------------------------------------------------

    def link(self, path: str, **params: object) -> str:
        """A link to another page that keeps as-of date, snapshot and account filters. A value of None or "" leaves a parameter out."""
        kept = {name: values for name, values in self.params.items() if name in SHARED}
        return _address(path, kept, params)

    def here(self, **params: object) -> str:
        """This page with some parameters changed (None leaves one out); pages of tables start again unless given."""
        kept = {name: values for name, values in self.params.items() if not name.startswith("page.") or name in params}
        return _address(self.path, kept, params)

    def rows_link(self, metric: str, *where: str) -> str:
        """The page with the rows behind a metric, under conditions such as "product_category=WLAN HW"."""
        return self.link("/rows", metric=metric, rows=where)

    def section(self, block_id: str, **params: object) -> str:
        """The address of one block of this page on its own, with some parameters changed."""
        query = self.here(**params).partition("?")[2]
        place = f"/s/{self.page.id if self.page else ''}/{block_id}"
        return f"{place}?{query}" if query else place

    def export(self, block_id: str, kind: str) -> str:
        """The address of what a block shows as a file of ``kind``."""
        return self.section(block_id).replace("/s/", "/export/", 1).replace(f"/{block_id}", f"/{block_id}.{kind}", 1)

    def account_link(self, account_id: str | None) -> str | None:
        """Customer 360 of an account."""
        return None if account_id is None else self.link("/customer-360", id=account_id, account=None, owner=None, where=None)


def _address(path: str, kept: Mapping[str, tuple[str, ...]], changed: Mapping[str, object]) -> str:
    merged: dict[str, tuple[str, ...]] = dict(kept)
    for raw, value in changed.items():
        name = raw.replace("__", ".")
        if value is None or value in ("", ()):
            merged.pop(name, None)
        elif isinstance(value, tuple | list):
            merged[name] = tuple(str(entry) for entry in value)
        else:
            merged[name] = (str(value),)
    query = "&".join(_written(name, value) for name, values in merged.items() for value in values)
    return f"{path}?{query}" if query else path


@lru_cache(maxsize=16_384)
def _written(name: str, value: str) -> str:
    """A parameter as it stands in an address: a page writes the same ones into a hundred links."""
    return urlencode([(name, value)])
