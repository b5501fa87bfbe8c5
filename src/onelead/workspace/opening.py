"""Open a workspace, for good or to be thrown away."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from onelead.core.viewer import LOCAL_ADMIN, Viewer
from onelead.workspace.facade import Workspace
from onelead.workspace.serving import Serving
from onelead.workspace.wiring import open_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def open_workspace(
    directory: str | Path,
    *,
    engine: str | None = None,
    create: bool = True,
    viewer: Viewer = LOCAL_ADMIN,
    on_step: Callable[[str], None] | None = None,
) -> Workspace:
    """Open the workspace in ``directory``; see ``open_parts`` for the arguments and errors."""
    return Workspace(open_parts(Path(directory), engine=engine, create=create), viewer, on_step)


def serve_workspace(directory: str | Path, *, engine: str | None = None) -> Serving:
    """Open the workspace in ``directory`` (made when it is not there) for many questions at once."""
    return Serving(open_parts(Path(directory), engine=engine))


@contextmanager
def throw_away(on_step: Callable[[str], None] | None = None) -> Iterator[Workspace]:
    """A workspace that is gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="onelead-", ignore_cleanup_errors=True) as name,
        open_workspace(Path(name) / "workspace", on_step=on_step) as opened,
    ):
        yield opened
