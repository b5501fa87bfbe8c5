"""Commands on actions: list, show, accept, snooze, dismiss, done, undo."""

from __future__ import annotations

from typing import Annotated

import typer

from onelead.cli import show
from onelead.cli.options import DEFAULT_WORKSPACE, JsonOption, LimitOption, WorkspaceOption, day, opened
from onelead.core.errors import UsageError

app = typer.Typer(help="The ranked list of actions, and what was done with them.", no_args_is_help=True)
ActionArgument = Annotated[str, typer.Argument(help="Action id; its first characters are enough while they are unique.")]
SHORT = 10


@app.command("list")
def list_actions(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    account: Annotated[str | None, typer.Option("--account", help="Only this account (id, source id or name).")] = None,
    kind: Annotated[str | None, typer.Option("--type", help="Only this type, such as critical_renewal.")] = None,
    state: Annotated[
        str | None, typer.Option("--state", help="open, accepted, snoozed, dismissed, done or all; default: what waits.")
    ] = None,
    limit: LimitOption = 25,
    json_out: JsonOption = False,
) -> None:
    """What to do, best first."""
    from onelead.cli.texts import list_line

    with opened(workspace) as ws:
        every, currency = ws.actions(account=account, type=kind, state=state), ws.currency
    found = every.head(limit)
    if json_out:
        show.as_json(found.to_dicts())
    elif found.is_empty():
        show.text("Nothing waits.")
    else:
        headers = ["rank", "id", "priority", "type", "account", "why", "expected value", "due", "state"]
        show.table(
            headers,
            [list_line(row, SHORT, currency) for row in found.to_dicts()],
            [header in {"rank", "priority", "expected value"} for header in headers],
        )
        if every.height > found.height:
            show.text(f"{found.height} of {every.height:,}; see more with --limit.")


@app.command("show")
def show_action(action: ActionArgument, workspace: WorkspaceOption = DEFAULT_WORKSPACE, json_out: JsonOption = False) -> None:
    """One action with evidence, next steps and opening words."""
    from onelead.cli.texts import action_lines

    with opened(workspace) as ws:
        found, currency = ws.action(action), ws.currency
    if json_out:
        show.as_json(found)
        return
    for line in action_lines(found, currency):
        show.text(line)


@app.command()
def accept(action: ActionArgument, workspace: WorkspaceOption = DEFAULT_WORKSPACE, json_out: JsonOption = False) -> None:
    """Take an action on."""
    with opened(workspace) as ws:
        _report(ws.accept(action), json_out=json_out)


@app.command()
def snooze(
    action: ActionArgument,
    until: Annotated[str, typer.Option("--until", metavar="YYYY-MM-DD", help="Hide it until this date.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json_out: JsonOption = False,
) -> None:
    """Hide an action until a date."""
    until_day = day(until, "--until")
    if until_day is None:  # pragma: no cover - typer asks for the option
        raise UsageError("--until is missing.")
    with opened(workspace) as ws:
        _report(ws.snooze(action, until_day), json_out=json_out)


@app.command()
def dismiss(
    action: ActionArgument,
    why: Annotated[str, typer.Option("--why", help="The reason.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json_out: JsonOption = False,
) -> None:
    """Reject an action, with the reason; it stays away after later loads."""
    with opened(workspace) as ws:
        _report(ws.dismiss(action, why), json_out=json_out)


@app.command()
def done(
    action: ActionArgument,
    outcome: Annotated[str, typer.Option("--outcome", help="won, lost or no_result.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json_out: JsonOption = False,
) -> None:
    """Complete an action with its outcome, which becomes a label for the model."""
    with opened(workspace) as ws:
        _report(ws.done(action, outcome), json_out=json_out)


@app.command()
def undo(action: ActionArgument, workspace: WorkspaceOption = DEFAULT_WORKSPACE, json_out: JsonOption = False) -> None:
    """Take the last thing done to an action back."""
    with opened(workspace) as ws:
        _report(ws.undo(action), json_out=json_out)


def _report(action: dict[str, object], *, json_out: bool) -> None:
    if json_out:
        show.as_json(action)
    else:
        show.text(
            f"{str(action['action_id'])[:SHORT]} is now {action['state']}: {action['title']} ({action['account_name'] or 'workspace'})."
        )
