"""Why a readable file is refused: no table in it, one that lacks a column, or none that has a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.errors import SourceError, UnrecognisedSourceError
from onelead.sources._headers import nearest_header
from onelead.sources._words import counted, listed
from onelead.tables import canonical_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from onelead.sources._headers import Spec
    from onelead.sources._raw import RawFile
    from onelead.sources._source import Found

_EXAMPLES = 6
_MOST_TOLD = 5
"""Tables that an error names with the columns that identify them; of the others it names the label."""


def unrecognised(raw: RawFile, nearest: Found | None, specs: Iterable[Spec]) -> UnrecognisedSourceError:
    """The error for a file in which no table was found.

    ``nearest`` is the sheet that comes nearest to a table: the error is about it where it nearly is one, else it is a hint. ``specs`` are
    the tables that the file could have held.
    """
    if nearest is not None and nearest.nearly:
        return nearly_a_table(raw, nearest)
    names = [sheet.name for sheet in raw.sheets]
    if all(sheet.frame.is_empty() for sheet in raw.sheets):
        hint = "Export it again, or name the file that holds the rows."
        return UnrecognisedSourceError(raw.name, "it holds no rows.", hint=hint, sheets=names)
    first: dict[str, Spec] = {}
    for spec in specs:
        first.setdefault(spec.table, spec)
    told = list(first.values())
    known = ", ".join(
        f"{_label(spec.table)} ({', '.join(repr(spec.usual(column)) for column in spec.required)})" for spec in told[:_MOST_TOLD]
    )
    others = ", ".join(_label(spec.table) for spec in told[_MOST_TOLD:])
    hint = f"Known tables and the columns that identify them: {known}." + (f" Also known, by their ids: {others}." if others else "")
    return UnrecognisedSourceError(
        raw.name,
        f"no OneLead table was found in it; looked at {_sheets(names)}.",
        hint=f"{hint} {_likeness(nearest)}" if nearest is not None else hint,
        sheets=names,
    )


def _likeness(nearest: Found) -> str:
    match = nearest.match
    headers = [str(match.headers[position]) for position in match.columns.values()]
    lack = f"but no {match.spec.usual(match.missing[0])!r}" if match.missing else f"but {match.spec.minimum} are needed"
    found = counted(len(headers), "column")
    return f"Nearest: sheet {nearest.sheet.name!r} has {found} of {_label(match.spec.table)} ({listed(headers)}), {lack}."


def nearly_a_table(raw: RawFile, entry: Found) -> UnrecognisedSourceError:
    """The error for a sheet that is a table but for a column: names the column and the header that is nearest to it."""
    match = entry.match
    label, found = _label(match.spec.table), len(match.columns)
    if not match.missing:
        examples = ", ".join(repr(match.spec.usual(name)) for name in list(match.spec.columns)[:_EXAMPLES])
        return UnrecognisedSourceError(
            raw.name,
            f"sheet {entry.sheet.name!r} looks most like {label!r}, but has only {found} of its columns.",
            hint=f"At least {match.spec.minimum} are needed, such as {examples}.",
            sheet=entry.sheet.name,
            table=match.spec.table,
        )
    column = match.missing[0]
    near = nearest_header(match, column)
    hint = f"The nearest is {near!r}; rename it if that is the one." if near else "Add the column, or rename the one that holds it."
    agree = f"{counted(found, 'column')} {'matches' if found == 1 else 'match'}"
    return UnrecognisedSourceError(
        raw.name,
        f"sheet {entry.sheet.name!r} looks like {label!r} ({agree}), but has no column {match.spec.usual(column)!r}.",
        hint=hint,
        sheet=entry.sheet.name,
        table=match.spec.table,
        column=match.spec.usual(column),
        nearest=near,
    )


def without_rows(file: str) -> SourceError:
    """The error for a load whose tables are headers and nothing below."""
    hint = "Export it again with its rows, or leave it out; what was loaded before stays."
    return SourceError(file, "it holds no rows: there are headers only.", hint=hint)


def _label(table: str) -> str:
    return canonical_tables()[table].label


def _sheets(names: Sequence[str]) -> str:
    return f"{'sheet' if len(names) == 1 else 'sheets'} {listed(names)}"
