"""Layer 4: the use cases, and the single place where parts are wired together."""

from __future__ import annotations

from onelead.workspace.facade import Workspace, open_workspace, throw_away

__all__ = ["Workspace", "open_workspace", "throw_away"]
