"""What a source is, what it delivers, and the way from sheets to tables that all sources share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl
from rapidfuzz.fuzz import ratio

from onelead.sources._conform import conform
from onelead.sources._headers import Match, Spec, best_match, normalise
from onelead.sources._quarantine import quarantine_schema
from onelead.sources._raw import RawTable
from onelead.sources._refusal import nearly_a_table
from onelead.sources._values import NULL_WORDS
from onelead.sources._words import counted, listed
from onelead.tables import canonical_tables, newest_export

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from onelead.sources._headers import Row
    from onelead.sources._raw import RawFile, RawSheet

_TOP_ROWS = 40
_NEARLY = 0.5
"""A sheet with half of a table's columns, or half of whose columns are a table's, is a mistake to report, not a sheet to pass over."""
_NEARLY_NAMED = 85.0
"""Likeness (0 to 100) from which on a sheet is called like a table."""
_NEARLY_COLUMNS = 4
"""Fewer columns are none: every list has a country, a customer, or a start date."""


@dataclass(frozen=True)
class Delivery:
    """What one file gave."""

    source_id: str
    layout: str
    file: str
    sha256: str
    tables: dict[str, pl.DataFrame]
    """Canonical table → good rows, exactly the delivered columns and types."""
    quarantine: pl.DataFrame
    """One entry for each broken rule of each bad row."""
    source_rows: dict[str, int]
    """Real rows per table: repeats and bad rows included, blank rows not."""
    bad_rows: dict[str, int]
    mapping: dict[str, dict[str, str]]
    """Table → canonical column → header in the source."""
    as_of: date | None
    """Newest export date in the data, never in the future."""
    notes: list[str]
    """What a person should know: sheets and columns not used, headers matched by likeness, cells that held errors …"""
    files: list[tuple[Path, str]] = field(default_factory=list)
    """The files that this was read from, with their SHA-256."""


@dataclass(frozen=True)
class Found:
    """A sheet that is a table."""

    sheet: RawSheet
    match: Match

    @property
    def nearly(self) -> bool:
        """Whether a sheet that is not accepted was meant as its table."""
        known = len(self.match.columns)
        return known >= _NEARLY_COLUMNS and (self.match.share >= _NEARLY or known >= _NEARLY * len(self.match.spec.columns))


@dataclass(frozen=True)
class Recognition:
    """How well a source fits a file. ``found`` empty: not at all; ``problem`` then says what is nearest."""

    found: list[Found]
    nearly: list[Found]
    notes: list[str]

    @property
    def rank(self) -> tuple[bool, int, float]:
        """What makes one source fit better than another: the columns that it gives a meaning, then their share."""
        columns = sum(len(entry.match.columns) for entry in self.found)
        headers = sum(sum(header is not None for header in entry.match.headers) for entry in self.found)
        return (bool(self.found), columns, columns / headers if headers else 0.0)


@dataclass(frozen=True)
class Source:
    """A kind of file that OneLead reads.

    ``specs`` say how its tables look; ``layout`` names what exactly was found; ``prepare`` may mend a table before it is checked.
    """

    id: str
    label: str
    doc: str
    specs: Callable[[], Sequence[Spec]]
    layout: Callable[[Recognition], str]
    prepare: Callable[[str, pl.DataFrame], pl.DataFrame] = lambda _table, frame: frame

    def recognise(self, raw: RawFile) -> Recognition:
        """Which sheets of ``raw`` are tables of this source, by their columns, not by their names."""
        found: list[Found] = []
        nearly: list[Found] = []
        notes: list[str] = []
        for sheet in raw.sheets:
            match = best_match(top_rows(sheet), self._ordered(sheet, raw)) if sheet.frame.width else None
            if match is None or not match.columns:
                if sheet.frame.width:
                    notes.append(f"Sheet {sheet.name!r} is not a table that OneLead knows; it was not read.")
            elif match.accepted:
                found.append(Found(sheet, match))
            else:
                nearly.append(Found(sheet, match))
        return Recognition(found, nearly, notes)

    def _ordered(self, sheet: RawSheet, raw: RawFile) -> list[Spec]:
        """The specs, that of the table which the sheet or file is named after first: it wins a tie, and nothing else."""
        names = [normalise(sheet.name), normalise(raw.path.stem)]
        return sorted(self.specs(), key=lambda spec: not any(_names(name, normalise(spec.table)) for name in names))

    def deliver(self, raw: RawFile, recognition: Recognition, sha256: str, today: date) -> Delivery:
        """The tables of ``raw``, checked against their contracts.

        A sheet without rows is noted and left out, so that it does not replace what an earlier load knew.

        Raises UnrecognisedSourceError for a sheet that is nearly a table but lacks a column that it needs.
        """
        notes = [*raw.notes, *recognition.notes, *self._near_misses(raw, recognition)]
        parts: dict[str, list[pl.DataFrame]] = {}
        quarantine = [pl.DataFrame(schema=quarantine_schema())]
        rows: dict[str, int] = {}
        bad: dict[str, int] = {}
        mapping: dict[str, dict[str, str]] = {}
        for entry in recognition.found:
            name = entry.match.spec.table
            table, more = raw_table(raw, entry)
            if table.frame.is_empty():
                notes.append(f"Sheet {entry.sheet.name!r} holds no rows.")
                continue
            result = conform(canonical_tables()[name], _prepared(self, name, table))
            if name in parts:
                more.append(f"Sheet {entry.sheet.name!r} holds {name} too; its rows were added.")
            parts.setdefault(name, []).append(result.good)
            quarantine.append(result.quarantine)
            rows[name] = rows.get(name, 0) + result.source_rows
            bad[name] = bad.get(name, 0) + result.bad_rows
            mapping[name] = mapping.get(name, {}) | table.headers
            notes.extend([*more, *result.notes])
        tables = {name: pl.concat(frames) for name, frames in parts.items()}
        return Delivery(
            source_id=self.id,
            layout=self.layout(recognition),
            file=raw.name,
            sha256=sha256,
            tables=tables,
            quarantine=pl.concat(quarantine),
            source_rows=rows,
            bad_rows=bad,
            mapping=mapping,
            as_of=newest_export(tables, today),
            notes=notes,
            files=[(raw.path, sha256)],
        )

    def _near_misses(self, raw: RawFile, recognition: Recognition) -> list[str]:
        """Notes on sheets that share a few headers with a table; an error for one that is the only source of a table but for a column."""
        have = {entry.match.spec.table for entry in recognition.found}
        notes = []
        for entry in recognition.nearly:
            if entry.nearly and entry.match.spec.table not in have:
                raise nearly_a_table(raw, entry)
            notes.append(f"Sheet {entry.sheet.name!r} is not a table that OneLead knows; it was not read.")
        return notes


def _names(name: str, table: str) -> bool:
    """Whether a sheet or file is called like a table, or nearly so: one of them, several, or with a word before it."""
    singular = f"{table[:-3]}y" if table.endswith("ies") else table.removesuffix("s")
    return any(name.endswith(form) for form in (table, singular)) or ratio(name, table) >= _NEARLY_NAMED


def top_rows(sheet: RawSheet) -> list[Row]:
    """The first rows of a sheet, blank cells as None; the column names alone where the sheet has them."""
    if sheet.has_header:
        return [tuple(sheet.frame.columns)]
    return [tuple(cell.strip() or None if cell is not None else None for cell in row) for row in sheet.frame.head(_TOP_ROWS).rows()]


def raw_table(raw: RawFile, entry: Found) -> tuple[RawTable, list[str]]:
    """The rows below the header, blank ones left out, with the spreadsheet's row numbers; and notes."""
    sheet, match = entry.sheet, entry.match
    frame = sheet.frame
    if sheet.has_header:
        rows = pl.int_range(1, frame.height + 1, eager=True)
    else:
        first = match.header_row + 1
        rows = pl.int_range(first + 1, frame.height + 1, eager=True)
        frame = frame.slice(first)
        blank = frame.select(pl.all_horizontal(pl.all().is_null() | (pl.all().str.strip_chars() == ""))).to_series()
        if blank.any():
            frame, rows = frame.filter(~blank), rows.filter(~blank)
    columns = frame.columns
    chosen = match.columns
    named = frame.select(pl.col(columns[position]).alias(name) for name, position in chosen.items())
    headers = {name: str(match.headers[position]) for name, position in chosen.items()}
    extra = _extra(frame, match)
    return RawTable(named, rows, headers, raw.name, sheet.name, extra), _sheet_notes(entry, extra.columns)


def _sheet_notes(entry: Found, extra: Sequence[str]) -> list[str]:
    """What a person should know of a sheet before its cells are looked at."""
    sheet, alike = entry.sheet, entry.match.alike
    notes = [f"Sheet {sheet.name!r} is hidden; it was read."] if not sheet.visible else []
    if sheet.unreadable:
        one = sheet.unreadable == 1
        holds = "holds an error such as #N/A; it counts as empty." if one else "hold an error such as #N/A; they count as empty."
        notes.append(f"Sheet {sheet.name!r}: {counted(sheet.unreadable, 'cell')} {holds}")
    if alike:
        taken = "was taken for what it looks like" if len(alike) == 1 else "were taken for what they look like"
        pairs = ", ".join(f"{header!r} for {usual!r}" for header, usual in alike)
        notes.append(f"Sheet {sheet.name!r}: {counted(len(alike), 'column')} {taken}: {pairs}.")
    if extra:
        kept = f"{counted(len(extra), 'further column')} {'was' if len(extra) == 1 else 'were'} kept"
        notes.append(f"Sheet {sheet.name!r}: {kept}: {listed(extra)}.")
    return notes


def _extra(frame: pl.DataFrame, match: Match) -> pl.DataFrame:
    """The columns without a canonical name that hold anything, under their headers (made unique)."""
    used = set(match.columns.values())
    kept: dict[str, pl.Series] = {}
    for position, column in enumerate(frame.columns):
        if position in used or frame[column].null_count() == frame.height:
            continue
        header = match.headers[position] or f"column {letters(position)}"
        name, number = header, 2
        while name in kept:
            name, number = f"{header} ({number})", number + 1
        kept[name] = frame[column]
    extra = pl.DataFrame(kept)
    texts = [pl.when(~pl.col(name).is_in(list(NULL_WORDS))).then(pl.col(name)) for name, kind in extra.schema.items() if kind == pl.String]
    return extra.with_columns(texts)


def letters(position: int) -> str:
    """The name that a spreadsheet gives a column: 0 → A, 26 → AA."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _prepared(source: Source, name: str, table: RawTable) -> RawTable:
    return RawTable(source.prepare(name, table.frame), table.rows, table.headers, table.file, table.sheet, table.extra)


_SNAKE = re.compile(r"[a-z0-9_]+")


def is_snake(header: str) -> bool:
    """Whether a header is written in snake_case."""
    return _SNAKE.fullmatch(header) is not None
