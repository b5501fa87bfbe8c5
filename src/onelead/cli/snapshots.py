"""Commands on snapshots: list, diff, rollback, prune."""

from __future__ import annotations

from typing import Annotated

import typer

from onelead.cli import show
from onelead.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, opened

app = typer.Typer(help="What was published, and going back.", no_args_is_help=True)
Snapshot = Annotated[str, typer.Argument(help="Snapshot number; `onelead snapshots list` shows them.")]


@app.command("list")
def list_snapshots(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json_out: JsonOption = False) -> None:
    """Published snapshots, newest first."""
    with opened(workspace) as ws:
        show.frame(
            ws.snapshots(),
            json_out=json_out,
            columns=["snapshot", "current", "as_of", "created_at", "note"],
            empty="Nothing is loaded yet.",
        )


@app.command()
def diff(before: Snapshot, after: Snapshot, workspace: WorkspaceOption = DEFAULT_WORKSPACE, json_out: JsonOption = False) -> None:
    """What differs between two snapshots."""
    with opened(workspace) as ws:
        found = ws.diff(before, after)
    if json_out:
        show.as_json({name: frame.to_dicts() for name, frame in found.items()})
        return
    for name, frame in found.items():
        show.text(name.capitalize())
        show.frame(frame, json_out=False, empty="No difference.")
        show.text()


@app.command()
def rollback(snapshot: Snapshot, workspace: WorkspaceOption = DEFAULT_WORKSPACE) -> None:
    """Let everybody see an earlier snapshot again."""
    with opened(workspace) as ws:
        publication = ws.rollback(snapshot)
    show.text(f"Readers now see snapshot {publication.id} as of {publication.as_of}.")


@app.command()
def prune(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    keep: Annotated[int | None, typer.Option("--keep", min=1, help="How many of the newest to keep; default: the setting.")] = None,
) -> None:
    """Drop old snapshots."""
    with opened(workspace) as ws:
        dropped = ws.prune(keep)
    show.text(f"Dropped {len(dropped)} layers." if dropped else "Nothing to drop.")
