"""Commands that bring data in and results out: sample, load, refresh, run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onelead.cli import show
from onelead.cli.options import (
    DEFAULT_WORKSPACE,
    AsOfOption,
    BadRowsOption,
    EngineOption,
    JsonOption,
    PasswordOption,
    WorkspaceOption,
    day,
    opened,
    password_from,
)

if TYPE_CHECKING:
    from onelead.workspace.loading import Preview

FilesArgument = Annotated[list[Path], typer.Argument(help="Workbooks, or canonical tables as Parquet or CSV.")]


def register(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    for command in (sample, load, refresh, run):
        app.command()(command)


def sample(
    name: Annotated[str, typer.Argument(help="august, consolidated, enterprise, identity, outcomes, scale; an unknown name lists them.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="File (or directory) to write.")],
    seed: Annotated[int, typer.Option("--seed", help="Another seed, other data.")] = 1,
    scale: Annotated[int | None, typer.Option("--scale", min=1, help="Multiply the rows; enterprise: how many companies (500).")] = None,
    st_id: Annotated[bool, typer.Option("--st-id", help="august: with the column ST ID on projects and credits.")] = False,
    accounts: Annotated[int | None, typer.Option("--accounts", min=1, help="identity, outcomes: how many accounts.")] = None,
    assets: Annotated[int | None, typer.Option("--assets", min=1, help="scale: how many assets.")] = None,
    no_signal: Annotated[bool, typer.Option("--no-signal", help="outcomes, enterprise: draw the outcomes at random.")] = False,
    json_out: JsonOption = False,
) -> None:
    """Write synthetic data with a planted truth beside it."""
    from onelead.workspace.sampling import write_sample

    options: dict[str, bool | int | None] = {"st_id": st_id or None, "accounts": accounts, "assets": assets, "no_signal": no_signal or None}
    with show.progress(quiet=json_out) as on_step:
        on_step(f"writing {name}")
        written = write_sample(name, out, seed=seed, scale=scale, **{key: value for key, value in options.items() if value is not None})
    if json_out:
        show.as_json({"files": [str(file) for file in written.files], "truth": str(written.truth)})
        return
    shown = ", ".join(str(file) for file in written.files) if len(written.files) == 1 else f"{len(written.files)} files in {out}"
    show.text(f"Wrote {shown}; the planted truth is in {written.truth}")


def load(
    files: FilesArgument,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before publishing.")] = False,
    as_of: AsOfOption = None,
    accept_bad_rows: BadRowsOption = False,
    engine: EngineOption = None,
    password_file: PasswordOption = None,
    json_out: JsonOption = False,
) -> None:
    """Load files into a new snapshot and publish it. Loading the same again changes nothing."""
    from onelead.workspace.ahead import reading_ahead

    asked = password_from(password_file)
    ask = None if yes or json_out or not sys.stdin.isatty() else _confirm
    with show.progress(quiet=json_out or ask is not None) as on_step, reading_ahead(files, workspace, asked) as begun:
        from onelead.workspace import open_workspace

        with open_workspace(workspace, engine=engine, on_step=on_step) as ws:
            report = ws.load(*files, as_of=day(as_of), accept_bad_rows=accept_bad_rows, password=asked, confirm=ask, begun=begun)
    if json_out:
        show.as_json(
            {
                "changed": report.changed,
                "snapshot": report.publication.id,
                "as_of": report.publication.as_of,
                "rows": report.source_rows,
                "quarantined": report.quarantined,
                "notes": report.notes,
            }
        )
        return
    for line in report.notes:
        show.text(f"Note: {line}")
    if report.changed:
        rows = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in report.source_rows.items())
        show.text(f"Read {rows}; as of {report.publication.as_of}, snapshot {report.publication.id}.")
        if report.quarantined:
            show.text(f"{report.quarantined:,} problems in quarantine: onelead quarantine --workspace {workspace}")
        show.text(f"Next: onelead actions list --workspace {workspace}")


def _confirm(preview: Preview) -> bool:
    for file, layout in zip(preview.files, preview.layouts, strict=True):
        show.text(f"{file}: {layout.replace('_', ' ')} layout")
    rows = [
        [name, f"{count:,}", f"{preview.bad_rows.get(name, 0):,}", f"{preview.rows_now.get(name, 0):,}"]
        for name, count in preview.source_rows.items()
    ]
    show.table(["table", "rows", "bad rows", "published now"], rows, [False, True, True, True])
    for line in preview.notes:
        show.text(f"Note: {line}")
    return typer.confirm("Publish this?", default=True)


def refresh(workspace: WorkspaceOption = DEFAULT_WORKSPACE, as_of: AsOfOption = None, json_out: JsonOption = False) -> None:
    """Compute everything again after a decision, an outcome or a changed setting."""
    with opened(workspace) as ws:
        before = ws.snapshots()["snapshot"].to_list()
        publication = ws.refresh(day(as_of))
    changed = publication.id not in before
    if json_out:
        show.as_json({"changed": changed, "snapshot": publication.id, "as_of": publication.as_of})
    else:
        show.text(f"{'Published' if changed else 'Nothing changed:'} snapshot {publication.id} as of {publication.as_of}.")


def run(
    files: FilesArgument,
    out: Annotated[Path, typer.Option("--out", "-o", help="Directory for the result files.")],
    workspace: Annotated[
        Path | None, typer.Option("--workspace", "-w", help="Keep the snapshot in this workspace; default: a throw-away one.")
    ] = None,
    as_of: AsOfOption = None,
    accept_bad_rows: BadRowsOption = False,
    engine: EngineOption = None,
    password_file: PasswordOption = None,
    json_out: JsonOption = False,
) -> None:
    """Load files and write the predictions, the top opportunities, the recommendations and a summary."""
    from onelead.workspace.start import start

    with show.progress(quiet=json_out) as on_step:
        summary = start(
            files,
            out,
            workspace=workspace,
            engine=engine,
            as_of=day(as_of),
            accept_bad_rows=accept_bad_rows,
            password=password_from(password_file),
            on_step=on_step,
        )
    if json_out:
        show.as_json(summary)
        return
    _print_summary(summary, out)


def _print_summary(summary: dict[str, object], out: Path) -> None:
    from onelead.cli.texts import headline

    for line in headline(summary):
        show.text(line)
    show.text(f"Files: {out} (customer_predictions.csv, top_opportunities.csv, consultant_recommendations.csv, summary.json)")
