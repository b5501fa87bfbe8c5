"""Layer 4: the use cases, and the single place where parts are wired together.

The names below are loaded when they are first used, so that a command can start to read a file before it imports what will work on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onelead.workspace.facade import Workspace, open_workspace, throw_away

__all__ = ["Workspace", "open_workspace", "throw_away"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from onelead.workspace import facade

    return getattr(facade, name)
