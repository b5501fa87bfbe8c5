"""Use cases: named views: a page with its filters, kept under a name for everybody of the workspace."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypedDict

from onelead.core.errors import ForbiddenError, UnknownNameError, UsageError

if TYPE_CHECKING:
    from onelead.core.viewer import Viewer
    from onelead.workspace.wiring import Parts

NAMESPACE = "views"
MAX_VIEWS = 500
MAX_NAME = 80
MAX_PATH = 200
MAX_QUERY = 4_000
_PATH = re.compile(r"/(?!/)[A-Za-z0-9._~/%-]*")


class SavedView(TypedDict):
    """A page under a name. ``query`` is the address after the question mark; ``created`` is UTC, in ISO form."""

    id: str
    name: str
    path: str
    query: str
    owner: str
    created: str


def saved_views(parts: Parts) -> list[SavedView]:
    """All of them, by name."""
    found: list[SavedView] = list(parts.store.recall_all(NAMESPACE).values())
    return sorted(found, key=lambda view: (view["name"].casefold(), view["id"]))


def saved_view(parts: Parts, view_id: str) -> SavedView:
    """One of them. Raises UnknownNameError."""
    found: SavedView | None = parts.store.recall(NAMESPACE, view_id)
    if found is None:
        raise UnknownNameError("saved view", view_id, [view["id"] for view in saved_views(parts)])
    return found


def save_view(parts: Parts, viewer: Viewer, name: str, path: str, query: str = "") -> SavedView:
    """Keep a page under a new name.

    Raises UsageError for a name that is taken (case does not count), empty or too long, for a path that is none of this server, and when
    there are too many views.
    """
    known = saved_views(parts)
    if len(known) >= MAX_VIEWS:
        raise UsageError(f"There are {len(known)} saved views; that is the limit.", hint="Delete one that nobody needs.")
    view: SavedView = {
        "id": secrets.token_hex(6),
        "name": _free_name(name, known),
        "path": _path(path),
        "query": _query(query),
        "owner": viewer.user,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    parts.store.remember(NAMESPACE, view["id"], view)
    return view


def change_view(
    parts: Parts, viewer: Viewer, view_id: str, *, name: str | None = None, path: str | None = None, query: str | None = None
) -> SavedView:
    """Rename a view or point it elsewhere; what is None stays. Raises as ``save_view``, and ForbiddenError for somebody else's."""
    view = _own(parts, viewer, view_id)
    others = [other for other in saved_views(parts) if other["id"] != view_id]
    changed: SavedView = {
        **view,
        "name": view["name"] if name is None else _free_name(name, others),
        "path": view["path"] if path is None else _path(path),
        "query": view["query"] if query is None else _query(query),
    }
    parts.store.remember(NAMESPACE, view_id, changed)
    return changed


def delete_view(parts: Parts, viewer: Viewer, view_id: str) -> None:
    """Forget a view. Raises UnknownNameError, and ForbiddenError for somebody else's (an administrator may)."""
    parts.store.forget(NAMESPACE, _own(parts, viewer, view_id)["id"])


def _own(parts: Parts, viewer: Viewer, view_id: str) -> SavedView:
    view = saved_view(parts, view_id)
    if view["owner"] != viewer.user and "admin" not in viewer.roles:
        raise ForbiddenError(f"{viewer.user} may not change a view of {view['owner']}.", hint="Save a view of your own.")
    return view


def _free_name(name: str, known: list[SavedView]) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > MAX_NAME or not plain.isprintable():
        raise UsageError(f"{name[:MAX_NAME]!r} cannot name a view.", hint=f"Give it 1 to {MAX_NAME} printable characters.")
    if plain.casefold() in {view["name"].casefold() for view in known}:
        raise UsageError(f"There is a view {plain!r} already.", hint="Choose another name, or change that view.")
    return plain


def _path(path: str) -> str:
    if len(path) > MAX_PATH or not _PATH.fullmatch(path):
        raise UsageError(
            f"{path[:MAX_PATH]!r} is no page.",
            hint=f"Give the path of a page, such as /explore, with at most {MAX_PATH} plain characters; filters go into the query.",
        )
    return path


def _query(query: str) -> str:
    plain = query.removeprefix("?")
    if len(plain) > MAX_QUERY or not plain.isascii() or not plain.isprintable():
        raise UsageError("The query of a view cannot be kept.", hint=f"Give it URL-encoded, at most {MAX_QUERY} characters.")
    return plain
