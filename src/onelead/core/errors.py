"""The one error tree. Errors are built from fields and say what came, what is valid and what to do.

Expected errors carry a stable ``code`` (for programs), an HTTP ``status`` (for the API) and an ``exit_code`` (for the shell).
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def nearest(word: str, valid: Iterable[str], *, count: int = 3) -> list[str]:
    """The entries of ``valid`` that look most like ``word``, best first (case does not count)."""
    by_folded = {entry.casefold(): entry for entry in valid}
    found = difflib.get_close_matches(word.casefold(), by_folded, n=count, cutoff=0.5)
    return [by_folded[name] for name in found]


class OneLeadError(Exception):
    """Root of every expected error. Doors show ``message`` and ``hint``; nobody sees a traceback."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str | None = None, **fields: object) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.fields = fields

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message


class UnknownNameError(OneLeadError):
    """A metric, table, column, account … that does not exist; names the nearest ones that do."""

    code = "unknown_name"
    status = 404
    exit_code = 2

    def __init__(self, kind: str, name: str, valid: Sequence[str]) -> None:
        close = nearest(name, valid)
        if close:
            hint = f"Did you mean {' or '.join(repr(entry) for entry in close)}?"
        elif len(valid) <= 20:  # noqa: PLR2004 - a list that still fits a terminal
            hint = f"Valid: {', '.join(sorted(valid)) or 'none yet'}."
        else:
            hint = f"There are {len(valid)} of them; list them to choose one."
        super().__init__(f"There is no {kind} {name!r}.", hint=hint, kind=kind, name=name, nearest=close)


class UsageError(OneLeadError):
    """A call that cannot be carried out as it stands (an option out of range, a missing argument)."""

    code = "usage"
    status = 422
    exit_code = 2


class ConflictError(OneLeadError):
    """Somebody else was faster: what was asked for no longer fits the state that it is in."""

    code = "conflict"
    status = 409
    exit_code = 2


class SettingsError(OneLeadError):
    """A setting that is unknown, of the wrong type or out of range."""

    code = "settings"
    exit_code = 2


class SourceError(OneLeadError):
    """A file that cannot be read. ``file`` is the name as the user gave it."""

    code = "source"
    status = 422
    exit_code = 3

    def __init__(self, file: str, message: str, *, hint: str | None = None, **fields: object) -> None:
        super().__init__(f"{file}: {message}", hint=hint, file=file, **fields)


class UnrecognisedSourceError(SourceError):
    """A readable file in which no known layout was found; names the missing sheet or column and the nearest match."""

    code = "unrecognised_source"


class PasswordError(SourceError):
    """The workbook is encrypted and the password is missing or wrong."""

    code = "password"


class SourceLimitError(SourceError):
    """Reading a file passed a limit of time, memory or unpacked size."""

    code = "source_limit"
    status = 413


class QualityError(OneLeadError):
    """Too many rows of a table break its contract, so the load was refused; nothing was changed."""

    code = "quality"
    status = 422
    exit_code = 4


class WorkspaceError(OneLeadError):
    """The workspace is missing, of another version, or cannot be used."""

    code = "workspace"
    exit_code = 5


class BusyError(WorkspaceError):
    """Another process is loading into this workspace."""

    code = "busy"
    status = 409


class CancelledError(WorkspaceError):
    """A person ended the work before it was done; what was published before is untouched."""

    code = "cancelled"
    status = 409


class StorageFullError(WorkspaceError):
    """No room left on the disk; what was published before is untouched."""

    code = "storage_full"
    status = 507


class EngineError(OneLeadError):
    """The database engine is not there, or refused."""

    code = "engine"
    status = 503
    exit_code = 6


class LayerGoneError(EngineError):
    """A layer that does not exist, or was dropped between asking for it and opening it: ask what is current and try again."""

    code = "layer_gone"
    status = 404


class PluginError(OneLeadError):
    """A plug-in file without its object, or two plug-ins of one name."""

    code = "plugin"
    status = 500


class TemplateError(OneLeadError):
    """A template with a placeholder that stays unfilled or is unknown. Such a text is never sent."""

    code = "template"
    status = 422


class ForbiddenError(OneLeadError):
    """The viewer may not see or do this."""

    code = "forbidden"
    status = 403
