"""Commands that look after a workspace: quality, quarantine, changes, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from onelead.cli import show
from onelead.cli.options import DEFAULT_WORKSPACE, JsonOption, LimitOption, WorkspaceOption, opened

LOOK_AT_ME = 1


def register(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    for command in (quality, quarantine, changes, doctor):
        app.command()(command)


def quality(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    columns: Annotated[bool, typer.Option("--columns", help="Every column, not only the tables.")] = False,
    json_out: JsonOption = False,
) -> None:
    """How complete the data are: a grade for each table, and the share of filled cells."""
    with opened(workspace) as ws:
        found = ws.quality()
    if json_out:
        show.as_json(found.to_dicts())
        return
    from onelead.core.units import Unit, written

    rows = [row for row in found.to_dicts() if columns or row["column"] is None]
    lines = [
        [row["table"], row["column"] or "(all)", f"{row['rows']:,}", written(row["completeness"], Unit.RATIO), row["grade"] or ""]
        for row in rows
    ]
    show.table(["table", "column", "rows", "complete", "grade"], lines, [False, False, True, True, False])


def quarantine(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write all of it to this CSV file.")] = None,
    limit: LimitOption = 50,
    json_out: JsonOption = False,
) -> None:
    """Rows that broke their table's contract, with the reason."""
    with opened(workspace) as ws:
        found = ws.quarantine()
    if out is not None:
        from onelead.workspace.tables_out import write_csv

        write_csv(found, out)
        show.text(f"Wrote {found.height:,} problems to {out}")
        return
    columns = ["table", "source_file", "source_sheet", "source_row", "source_column", "value", "reason"]
    show.frame(found.head(limit), json_out=json_out, columns=columns, empty="The quarantine is empty.")


def changes(workspace: WorkspaceOption = DEFAULT_WORKSPACE, limit: LimitOption = 50, json_out: JsonOption = False) -> None:
    """What changed in assets and opportunities from load to load, newest first."""
    with opened(workspace) as ws:
        found = ws.changes().reverse().head(limit)
    show.frame(
        found,
        json_out=json_out,
        columns=["as_of", "table", "key", "change", "column", "before", "after", "account_id"],
        empty="No change yet: changes show from the second load on.",
    )


def doctor(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json_out: JsonOption = False) -> None:
    """Check the workspace; exit code 1 when something is wrong."""
    with opened(workspace) as ws:
        findings = ws.doctor()
    if json_out:
        show.as_json([{"check": f.check, "level": f.level, "message": f.message, "hint": f.hint} for f in findings])
    else:
        show.table(["check", "level", "message", "what to do"], [[f.check, f.level, f.message, f.hint] for f in findings])
    if any(finding.level == "problem" for finding in findings):
        raise typer.Exit(LOOK_AT_ME)
