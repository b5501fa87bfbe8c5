"""Commands on identities: list, same, different, split."""

from __future__ import annotations

from typing import Annotated

import typer

from onelead.cli import show
from onelead.cli.options import DEFAULT_WORKSPACE, JsonOption, LimitOption, WorkspaceOption, opened

app = typer.Typer(help="Which ids and names mean the same customer.", no_args_is_help=True)
Value = Annotated[str, typer.Argument(help="A source id, a name, or an account id.")]
Other = Annotated[str | None, typer.Argument(help="The other source id, name or account id; left out: what the review list proposes.")]
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
def same(left: Value, right: Other = None, workspace: WorkspaceOption = DEFAULT_WORKSPACE) -> None:
    """Both mean one customer. With one value: accept what the review list proposes for it."""
    with opened(workspace) as ws:
        ws.same(left, right)
    show.text(f"Remembered: {left} and {right or 'its candidate'} are the same customer. {TAKES_EFFECT}")


@app.command()
def different(left: Value, right: Other = None, workspace: WorkspaceOption = DEFAULT_WORKSPACE) -> None:
    """They mean different customers. With one value: reject what the review list proposes for it."""
    with opened(workspace) as ws:
        ws.different(left, right)
    show.text(f"Remembered: {left} and {right or 'its candidate'} are different customers. {TAKES_EFFECT}")


@app.command()
def split(value: Value, workspace: WorkspaceOption = DEFAULT_WORKSPACE) -> None:
    """It is a customer of its own."""
    with opened(workspace) as ws:
        ws.split(value)
    show.text(f"Remembered: {value} is a customer of its own. {TAKES_EFFECT}")


@app.command()
def decisions(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json_out: JsonOption = False) -> None:
    """The decisions in force."""
    with opened(workspace) as ws:
        columns = ["decision_id", "decision", "value", "other_value", "decided_by", "decided_at"]
        show.frame(ws.decisions(), json_out=json_out, columns=columns, empty="Nothing was decided yet.")


@app.command()
def undo(decision: Annotated[int, typer.Argument(help="Number of the decision.")], workspace: WorkspaceOption = DEFAULT_WORKSPACE) -> None:
    """Take a decision back."""
    with opened(workspace) as ws:
        ws.undo_decision(decision)
    show.text(f"Decision {decision} is taken back. {TAKES_EFFECT}")
