"""Commands on identities: list, same, different, split."""

from __future__ import annotations

from typing import Annotated

import typer

from onelead.cli import show
from onelead.cli.options import DEFAULT_WORKSPACE, JsonOption, LimitOption, WorkspaceOption, opened

app = typer.Typer(help="Which ids and names mean the same customer.", no_args_is_help=True)
Value = Annotated[str, typer.Argument(help="A source id, a name, or an account id.")]
TAKES_EFFECT = "It takes effect with `onelead refresh` or the next load."


@app.command("list")
def list_links(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    status: Annotated[str, typer.Option("--status", help="review, auto, decided, rejected or all.")] = "review",
    limit: LimitOption = 50,
    json_out: JsonOption = False,
) -> None:
    """Links between source ids or names and accounts; by default those that wait for a decision."""
    columns = ["kind", "value", "account_name", "candidate_name", "confidence", "evidence", "rows"]
    with opened(workspace) as ws:
        show.frame(ws.identities(status).head(limit), json_out=json_out, columns=columns, empty="Nothing waits for a decision.")


@app.command()
def same(left: Value, right: Value, workspace: WorkspaceOption = DEFAULT_WORKSPACE) -> None:
    """Both mean one customer."""
    with opened(workspace) as ws:
        ws.same(left, right)
    show.text(f"Remembered: {left} and {right} are the same customer. {TAKES_EFFECT}")


@app.command()
def different(left: Value, right: Value, workspace: WorkspaceOption = DEFAULT_WORKSPACE) -> None:
    """They mean different customers."""
    with opened(workspace) as ws:
        ws.different(left, right)
    show.text(f"Remembered: {left} and {right} are different customers. {TAKES_EFFECT}")


@app.command()
def split(value: Value, workspace: WorkspaceOption = DEFAULT_WORKSPACE) -> None:
    """It is a customer of its own."""
    with opened(workspace) as ws:
        ws.split(value)
    show.text(f"Remembered: {value} is a customer of its own. {TAKES_EFFECT}")
