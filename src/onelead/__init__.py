"""OneLead: one ranked, explained list of actions from the data a B2B vendor already has.

Example:
    >>> import onelead
    >>> with onelead.open("workspace") as ws:  # doctest: +SKIP
    ...     ws.load("export.xlsx")
    ...     print(ws.actions(limit=10))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace import Workspace

__all__ = ["__version__", "open"]
__version__ = "0.1.0"


def open(directory: str | Path, *, engine: str | None = None, create: bool = True) -> Workspace:  # noqa: A001 - reads as onelead.open
    """Open the workspace in ``directory``, made if it is not there (unless ``create`` is false).

    Args:
        directory: Home of the workspace.
        engine: URL of a PostgreSQL database for a new workspace; None is DuckDB inside the directory.
        create: Whether to make a workspace that is not there yet.

    Raises:
        WorkspaceError: not a workspace, of a newer format, or made with another engine.
    """
    from onelead.workspace import open_workspace

    return open_workspace(directory, engine=engine, create=create)
