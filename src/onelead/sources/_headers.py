"""Which columns of a sheet are which: by their headers, exactly, by synonym, or by likeness, and where the header row is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LIKENESS = 90.0
"""Least likeness (0 to 100, insertions and deletions) of two headers that are taken for each other; a note says so."""
_SHORTEST_ALIKE = 6
_CERTAIN = 0.5
"""A row of which this share of headers is known is the header row; rows below it are not looked at."""
_LIKENESS_ROWS = 10
_SEARCHED_ROWS = 40
_SEARCHED_CELLS = 200_000
_LONGEST_HEADER = 200
_KINDS = ("id", "ids", "name", "date", "sort", "type", "code", "flag", "bucket")
"""Last words that make two headers different things however alike they are (customer id, customer name)."""

Row = tuple[str | None, ...]


@cache
def normalise(header: str) -> str:
    """``header`` without case, accents, spaces and punctuation: "Opportunity NAme" and "opportunity_name" are one."""
    decomposed = unicodedata.normalize("NFKD", header[:_LONGEST_HEADER]).casefold()
    return "".join(letter for letter in decomposed if letter.isalnum())


@dataclass(frozen=True)
class Spec:
    """How a canonical table looks in a layout.

    ``columns`` gives for each canonical column the headers that mean it, the usual one first. A sheet is this table when it has all of
    ``required`` and at least ``minimum`` columns. ``literal`` specs are what programs write: their names hold as they stand, case aside.
    """

    table: str
    columns: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    minimum: int
    literal: bool = False

    def key(self, header: str) -> str:
        """What two headers have in common that mean the same to this spec."""
        return header.strip().casefold() if self.literal else normalise(header)

    @cached_property
    def known(self) -> dict[str, tuple[str, int]]:
        """Normalised header → canonical column, and how far down its list the header stands."""
        found: dict[str, tuple[str, int]] = {}
        for column, headers in self.columns.items():
            for rank, header in enumerate(headers):
                found.setdefault(self.key(header), (column, rank))
        return found

    def usual(self, column: str) -> str:
        """The header that ``column`` usually has."""
        return self.columns[column][0]


@dataclass(frozen=True)
class Match:
    """A sheet read as a table: the header row (from 0), and the position of each canonical column."""

    spec: Spec
    header_row: int
    headers: Row
    columns: dict[str, int]
    alike: list[tuple[str, str]] = field(default_factory=list)
    """Headers that were taken for a usual one because they look like it."""

    @property
    def missing(self) -> list[str]:
        """Canonical columns without which the sheet is not this table."""
        return [column for column in self.spec.required if column not in self.columns]

    @property
    def accepted(self) -> bool:
        """Whether the sheet is this table."""
        return not self.missing and len(self.columns) >= self.spec.minimum

    @property
    def share(self) -> float:
        """Share of the sheet's headers that have a meaning in this table."""
        filled = sum(header is not None for header in self.headers)
        return len(self.columns) / filled if filled else 0.0

    @property
    def rank(self) -> tuple[bool, int, float]:
        """What makes one match better than another."""
        return (self.accepted, len(self.columns), self.share)


def best_match(rows: Sequence[Row], specs: Sequence[Spec]) -> Match | None:
    """The table and header row that fit the top of a sheet best; None where no header is known.

    ``rows`` are the sheet's first rows. Likeness is tried only where exact headers and synonyms do not make a table, or leave columns open.
    """
    if not rows:
        return None
    searched = rows[: max(1, min(_SEARCHED_ROWS, _SEARCHED_CELLS // max(1, len(rows[0]))))]
    exact: list[Match] = []
    for number, row in enumerate(searched):
        here = [_exact(spec, number, row) for spec in specs]
        exact.extend(here)
        best = max(here, key=_rank)
        if best.accepted and best.share >= _CERTAIN:
            return with_likeness(best)
    best = max(exact, key=_rank)
    if best.accepted:
        return with_likeness(best)
    texts = [match for match in exact if sum(header is not None for header in match.headers) > 1]
    alike = [with_likeness(match) for match in texts[: _LIKENESS_ROWS * len(specs)]]
    return max([*alike, best], key=_rank)


def _rank(match: Match) -> tuple[bool, int, float, int]:
    """By fit, then the upper row."""
    return (*match.rank, -match.header_row)


def _exact(spec: Spec, number: int, row: Row) -> Match:
    taken: dict[str, tuple[int, int]] = {}
    for position, header in enumerate(row):
        if header is None or (hit := spec.known.get(spec.key(header))) is None:
            continue
        column, rank = hit
        if column not in taken or rank < taken[column][0]:
            taken[column] = (rank, position)
    return Match(spec, number, row, {column: position for column, (_, position) in taken.items()})


def with_likeness(match: Match) -> Match:
    """``match`` with its open columns filled from headers that look almost like theirs."""
    if match.spec.literal:
        return match
    from rapidfuzz import fuzz, process

    used = set(match.columns.values())
    free = {position: normalise(header) for position, header in enumerate(match.headers) if header is not None and position not in used}
    free = {position: text for position, text in free.items() if len(text) >= _SHORTEST_ALIKE and text not in match.spec.known}
    found: list[tuple[float, str, int]] = []
    for text, (column, _) in match.spec.known.items() if free else ():
        if column in match.columns or len(text) < _SHORTEST_ALIKE:
            continue
        for other, score, position in process.extract(text, free, scorer=fuzz.ratio, score_cutoff=LIKENESS, limit=3):
            if _comparable(text, other):
                found.append((score, column, position))
    columns, alike = dict(match.columns), list(match.alike)
    for _, column, position in sorted(found, key=lambda entry: (-entry[0], entry[2])):
        if column not in columns and position not in columns.values():
            columns[column] = position
            alike.append((str(match.headers[position]), match.spec.usual(column)))
    return Match(match.spec, match.header_row, match.headers, columns, sorted(alike, key=lambda pair: match.headers.index(pair[0])))


def _comparable(one: str, other: str) -> bool:
    """Digits must agree, and so must the last word where it says what kind of thing the column holds; contacts are no contracts."""
    if ("contact" in one) != ("contact" in other) or re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    return all(one.endswith(kind) == other.endswith(kind) for kind in _KINDS)


def nearest_header(match: Match, column: str) -> str | None:
    """The unused header of the sheet that looks most like what ``column`` is usually called."""
    from rapidfuzz import fuzz, process

    used = set(match.columns.values())
    free = {position: normalise(header) for position, header in enumerate(match.headers) if header is not None and position not in used}
    hits = [process.extractOne(normalise(header), free, scorer=fuzz.ratio, score_cutoff=50.0) for header in match.spec.columns[column]]
    best = max((hit for hit in hits if hit is not None), key=lambda hit: hit[1], default=None)
    return None if best is None else match.headers[best[2]]
