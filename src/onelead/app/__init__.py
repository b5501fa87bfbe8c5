"""Layer 6: puts the doors together. ``create_app`` is the server's application, ``main`` the command line with ``serve``.

The command line is a door and may not know the server, which is above it; so the console script starts here, and hands the command line
a function to serve with. The command itself (its options and texts) stands with the other commands in ``cli``. Nothing heavy
is imported before ``serve`` is really called, so ``onelead --help`` stays as quick as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI

    from onelead.workspace import Serving


def create_app(where: Path | str | Serving, *, host: str = "127.0.0.1") -> FastAPI:
    """The application that serves a workspace: pages, API, static files, probes, guards.

    Args:
        where: directory of the workspace (made when it is not there; closed when the application ends), or one that is served already
            (closing it stays with the caller).
        host: the address that it will be bound to, which requests may name beside the loopback names.

    Raises:
        WorkspaceError: the directory holds something else, or the workspace cannot be used.
    """
    from onelead.app._create import create

    return create(where, host)


def main() -> None:
    """Run the command line, with ``serve``."""
    from onelead.cli import serving
    from onelead.cli.main import app
    from onelead.cli.main import main as run

    serving.register(app, _serve)
    run()


def _serve(directory: Path, host: str | None, port: int | None, open_browser: bool | None) -> None:  # noqa: FBT001 - as the command has it
    from onelead.app._server import serve

    serve(directory, host, port, open_browser=open_browser)
