"""What each role may do: the one place where that is decided. What it may see is the viewer's account filter (``viewing``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.errors import ForbiddenError

if TYPE_CHECKING:
    from onelead.core.viewer import Viewer

WORK_ON_ACTIONS = "work on actions"
LOAD = "load data"
DECIDE_IDENTITIES = "decide on identities"
MANAGE_SNAPSHOTS = "roll back and prune snapshots"
CHANGE_SETTINGS = "change settings"

_FIELD = frozenset({WORK_ON_ACTIONS})
_OPERATIONS = frozenset({WORK_ON_ACTIONS, LOAD, DECIDE_IDENTITIES, MANAGE_SNAPSHOTS, CHANGE_SETTINGS})
PERMISSIONS: dict[str, frozenset[str]] = {
    "executive": frozenset(),
    "vp": _FIELD,
    "manager": _FIELD,
    "rep": _FIELD,
    "consultant": _FIELD,
    "csm": _FIELD | {LOAD},
    "sales_operations": _OPERATIONS,
    "admin": _OPERATIONS,
}


def allowed(viewer: Viewer, permission: str) -> bool:
    """Whether one of the viewer's roles may do it."""
    return any(permission in PERMISSIONS.get(role, ()) for role in viewer.roles)


def require(viewer: Viewer, permission: str) -> None:
    """Raise ForbiddenError unless one of the viewer's roles may do it."""
    if not allowed(viewer, permission):
        raise ForbiddenError(f"{viewer.user} may not {permission}.", hint="Ask an administrator of this workspace for a role that may.")
