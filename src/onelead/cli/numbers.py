"""Commands that answer: metrics, query, rows, accounts, account, explain, health."""

from __future__ import annotations

from typing import Annotated

import typer

from onelead.cli import show
from onelead.cli.options import DEFAULT_WORKSPACE, AsOfOption, JsonOption, LimitOption, WhereOption, WorkspaceOption, day, opened

MetricArgument = Annotated[str, typer.Argument(help="Id of a metric; `onelead metrics` lists them.")]
AccountArgument = Annotated[str, typer.Argument(help="Account id, source id or name.")]


def register(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    for command in (metrics, query, rows, accounts, account, explain, health):
        app.command()(command)


def metrics(workspace: WorkspaceOption = DEFAULT_WORKSPACE, as_of: AsOfOption = None, json_out: JsonOption = False) -> None:
    """All metrics with their values and definitions."""
    from onelead.cli.texts import value_of

    with opened(workspace) as ws:
        table, currency = ws.metrics(as_of=day(as_of)), ws.currency
    if json_out:
        show.as_json(table.to_dicts())
        return
    lines = [[row["metric"], row["label"], value_of(row, currency), row["definition"]] for row in table.to_dicts()]
    show.table(["metric", "label", "value", "definition"], lines, [False, False, True, False])


def query(
    metric: MetricArgument,
    by: Annotated[
        list[str] | None, typer.Option("--by", help="Column to group by, of the metric's table or of the account. Repeatable.")
    ] = None,
    where: WhereOption = None,
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL instead.")] = False,
    json_out: JsonOption = False,
) -> None:
    """One metric, grouped and filtered."""
    with opened(workspace) as ws:
        if sql:
            show.text(ws.sql(metric, by=by or (), where=where or ()))
            return
        show.frame(ws.query(metric, by=by or (), where=where or (), as_of=day(as_of)), json_out=json_out)


def rows(
    metric: MetricArgument,
    where: WhereOption = None,
    as_of: AsOfOption = None,
    limit: LimitOption = 100,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json_out: JsonOption = False,
) -> None:
    """The rows behind a metric."""
    with opened(workspace) as ws:
        show.frame(
            ws.rows(metric, where=where or (), limit=limit, as_of=day(as_of)), json_out=json_out, empty="No row stands behind this number."
        )


def accounts(workspace: WorkspaceOption = DEFAULT_WORKSPACE, limit: LimitOption = 50, json_out: JsonOption = False) -> None:
    """Accounts with propensity and waiting actions, best first."""
    columns = [
        "account_id",
        "account_name",
        "predicted_propensity",
        "opportunity_propensity_score",
        "actions",
        "top_priority",
        "expected_value",
    ]
    with opened(workspace) as ws:
        show.frame(ws.accounts().head(limit), json_out=json_out, columns=columns, empty="No accounts: no row of the data names a customer.")


def account(name: AccountArgument, workspace: WorkspaceOption = DEFAULT_WORKSPACE, json_out: JsonOption = False) -> None:
    """Everything about one account."""
    from onelead.cli.texts import account_lines

    with opened(workspace) as ws:
        found = ws.account(name)
    if json_out:
        show.as_json(found)
        return
    for line in account_lines(found):
        show.text(line)


def explain(name: AccountArgument, workspace: WorkspaceOption = DEFAULT_WORKSPACE, json_out: JsonOption = False) -> None:
    """Why an account scores as it does, and what to do there."""
    from onelead.cli.texts import explanation_lines

    with opened(workspace) as ws:
        found = ws.explain(name)
    if json_out:
        show.as_json(found)
        return
    for line in explanation_lines(found):
        show.text(line)


def health(
    scorecard: Annotated[str, typer.Option("--scorecard", help="Which scorecard; an unknown name lists them.")] = "install_base",
    limit: LimitOption = 50,
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json_out: JsonOption = False,
) -> None:
    """Health of the accounts, the least healthy first, and what lowers it most."""
    with opened(workspace) as ws:
        found = ws.health(scorecard, day(as_of)).head(limit)
    show.frame(found, json_out=json_out, columns=["account_id", "account_name", "score", "band", "reason"], empty="No accounts.")
