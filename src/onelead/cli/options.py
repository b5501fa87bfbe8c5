"""Options that several commands share."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onelead.cli.show import quiet_progress
from onelead.core.errors import PasswordError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from onelead.workspace import Workspace

WorkspaceOption = Annotated[Path, typer.Option("--workspace", "-w", envvar="ONELEAD_WORKSPACE", help="Directory of the workspace.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="Business date to compute for; default: newest export date in the data.")
]
WhereOption = Annotated[
    list[str] | None, typer.Option("--where", help="Condition such as 'product_category=WLAN HW' (also != < <= > >=). Repeatable.")
]
EngineOption = Annotated[
    str | None,
    typer.Option(
        "--engine", envvar="ONELEAD_ENGINE", help="URL of a PostgreSQL database for a new workspace; default: DuckDB inside the workspace."
    ),
]
PasswordOption = Annotated[
    Path | None, typer.Option("--password-file", help="File whose first line is the password of an encrypted workbook.")
]
BadRowsOption = Annotated[
    bool, typer.Option("--accept-bad-rows", help="Load the good rows although more rows are bad than the setting allows.")
]
LimitOption = Annotated[int, typer.Option("--limit", "-n", min=1, help="At most this many rows.")]

DEFAULT_WORKSPACE = Path("onelead-workspace")


def day(text: str | None, option: str = "--as-of") -> date | None:
    """An ISO date from an option. Raises UsageError."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} {text!r} is not a date.", hint="Write it as YYYY-MM-DD, such as 2024-09-04.") from None


def opened(directory: Path) -> Workspace:
    """The existing workspace in ``directory``."""
    from onelead.workspace import open_workspace

    return open_workspace(directory, create=False)


def password_from(file: Path | None) -> Callable[[], str | None]:
    """Where a password comes from when one is needed: the file, else the person at the terminal, else nowhere."""

    def ask() -> str | None:
        if file is not None:
            try:
                return file.read_text(encoding="utf-8").split("\n", 1)[0].rstrip("\r")
            except OSError as error:
                raise PasswordError(str(file), f"the password file cannot be read ({error.strerror}).") from error
        if sys.stdin.isatty() and sys.stderr.isatty():
            with quiet_progress():
                return str(typer.prompt("Password of the workbook", hide_input=True, err=True))
        return None

    return ask
