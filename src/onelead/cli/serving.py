"""The command that shows everything on screen. What serves is handed in from above: see ``onelead.app``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onelead.cli.options import DEFAULT_WORKSPACE, WorkspaceOption

if TYPE_CHECKING:
    from collections.abc import Callable

    Serve = Callable[[Path, str | None, int | None, bool | None], None]

HostOption = Annotated[str | None, typer.Option("--host", help="Address of this machine to listen on; default: 127.0.0.1.")]
PortOption = Annotated[int | None, typer.Option("--port", "-p", min=0, max=65535, help="Port; 0 takes a free one; default: 8050.")]
OpenOption = Annotated[bool | None, typer.Option("--open/--no-open", help="Open a browser; default: where there is a display.")]


def register(app: typer.Typer, start: Serve) -> None:
    """Add ``serve`` to the command line; ``start`` gets directory, host, port, and whether to open a browser."""

    @app.command()
    def serve(
        workspace: WorkspaceOption = DEFAULT_WORKSPACE, host: HostOption = None, port: PortOption = None, open_browser: OpenOption = None
    ) -> None:
        """Show the workspace on screen, on this machine.

        Pages for people and the REST API for programs, until Ctrl-C. An empty workspace can be filled there.
        """
        start(workspace, host, port, open_browser)
