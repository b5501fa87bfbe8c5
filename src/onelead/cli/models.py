"""Commands on models: their cards, their kept versions, and putting one back."""

from __future__ import annotations

from typing import Annotated

import typer

from onelead.cli import show
from onelead.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, opened

app = typer.Typer(help="What models learned and how good they are; their versions, and going back to one.", invoke_without_command=True)
Model = Annotated[str, typer.Argument(help="Model, such as churn_risk; `onelead models versions` shows them.")]


@app.callback()
def models(context: typer.Context, workspace: WorkspaceOption = DEFAULT_WORKSPACE, json_out: JsonOption = False) -> None:
    """Model cards: what each model learned from, and how good it is beside a naive baseline. --json gives the whole card."""
    if context.invoked_subcommand is None:
        list_cards(workspace, json_out)


@app.command("list")
def list_cards(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json_out: JsonOption = False) -> None:
    """Model cards: what each model learned from, and how good it is beside a naive baseline. --json gives the whole card."""
    with opened(workspace) as ws:
        cards = ws.model_cards()
    if json_out:
        show.as_json(cards)
        return
    for card in cards:
        show.text(f"{card['model']} (labels: {card['label_source']})")
        show.text(f"  {card['summary']}")


@app.command()
def versions(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json_out: JsonOption = False) -> None:
    """Kept versions of the fitted models, newest first: which is in use, and whether a person put it back."""
    with opened(workspace) as ws:
        show.frame(ws.fitted_models.versions(), json_out=json_out, empty="No model learned from outcomes yet, so none is kept.")


@app.command("put-back")
def put_back(
    model: Model,
    version: Annotated[int, typer.Argument(min=1, help="Number of a kept version.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Use an earlier version from the next refresh on, whatever is learned, until it is released."""
    with opened(workspace) as ws:
        ws.fitted_models.put_back(model, version)
    show.text(f"From the next refresh on {model} is version {version}, until it is released. Refresh with: onelead refresh")


@app.command()
def release(model: Model, workspace: WorkspaceOption = DEFAULT_WORKSPACE) -> None:
    """Let better versions take the place of one that was put back."""
    with opened(workspace) as ws:
        ws.fitted_models.release(model)
    show.text(f"From the next refresh on a better version may take the place of the one of {model} that is in use.")
