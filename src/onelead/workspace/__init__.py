"""Layer 4: the use cases, and the single place where parts are wired together.

The names below are loaded when they are first used, so that a command can start to read a file before it imports what will work on it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onelead.workspace.facade import Workspace
    from onelead.workspace.opening import open_workspace, serve_workspace, throw_away
    from onelead.workspace.serving import Serving

__all__ = ["Serving", "Workspace", "open_workspace", "serve_workspace", "throw_away"]
_HOMES = {"Workspace": "facade", "Serving": "serving", "open_workspace": "opening", "serve_workspace": "opening", "throw_away": "opening"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
