"""The command line. Heavy modules are imported by the command that needs them, so that ``--help`` answers at once."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from onelead import __version__
from onelead.cli import actions, care, data, identities, models, numbers, snapshots
from onelead.core.errors import OneLeadError
from onelead.core.process import mark_own_process

INTERRUPTED = 130

app = typer.Typer(
    name="onelead",
    help="OneLead: from the spreadsheets and CRM exports you have to one ranked, explained list of actions.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: loading the drawn one takes longer than everything else that --help does
)
for part in (data, numbers, care):
    part.register(app)
app.add_typer(actions.app, name="actions")
app.add_typer(identities.app, name="identities")
app.add_typer(models.app, name="models")
app.add_typer(snapshots.app, name="snapshots")


def _version(value: bool) -> None:
    if value:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False) -> None:
    """OneLead: from the spreadsheets and CRM exports you have to one ranked, explained list of actions."""


def main() -> None:
    """Run the command line; expected errors become one message and an exit code, never a traceback."""
    mark_own_process()
    try:
        app()
    except OneLeadError as error:
        sys.stderr.write(f"Error: {error.message}\n")
        if error.hint:
            sys.stderr.write(f"{error.hint}\n")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("Stopped; the published snapshot is as it was.\n")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader of a pipe went away: nothing to say, and nobody to say it to.
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    main()
