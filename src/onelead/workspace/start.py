"""Use case: a run from start to end, in a workspace or in a throw-away one. Imports little before the file is being read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.errors import UsageError
from onelead.workspace.ahead import reading_ahead

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path


def start(
    files: Sequence[Path],
    out: Path,
    *,
    workspace: Path | None = None,
    engine: str | None = None,
    as_of: date | None = None,
    accept_bad_rows: bool = False,
    password: Callable[[], str | None] | None = None,
    on_step: Callable[[str], None] | None = None,
) -> dict[str, object]:
    """Load ``files`` into ``workspace``, or into a throw-away one, and write the four files into ``out``; returns the summary."""
    if engine is not None and workspace is None:
        raise UsageError(
            "A server engine needs a workspace of its own.", hint="Name one with --workspace; without --engine a throw-away one is used."
        )
    with reading_ahead(files, workspace, password) as begun:
        from onelead.workspace.opening import open_workspace, throw_away

        opened = throw_away(on_step) if workspace is None else open_workspace(workspace, engine=engine, on_step=on_step)
        with opened as ws:
            return ws.run(*files, out=out, as_of=as_of, accept_bad_rows=accept_bad_rows, password=password, begun=begun)
