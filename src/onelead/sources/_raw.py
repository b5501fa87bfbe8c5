"""What the reading process hands back: sheets of raw values, before anybody knows what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class RawSheet:
    """One sheet.

    ``frame`` holds the cells from the sheet's row 1 on, as text, in columns ``c0`` …; where ``has_header`` is true (Parquet) its columns
    have names and types of their own. ``unreadable`` counts cells that hold an error (#N/A …) or a duration and came as null.
    """

    name: str
    frame: pl.DataFrame
    has_header: bool = False
    visible: bool = True
    unreadable: int = 0


@dataclass(frozen=True)
class RawFile:
    """One file: ``name`` as the user gave it, ``kind`` as its content says (xlsx, xlsb, xls, ods, csv, parquet)."""

    path: Path
    name: str
    kind: str
    sheets: list[RawSheet]
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class RawTable:
    """A sheet whose columns have canonical names, its cells as they came.

    ``rows`` are the numbers that the spreadsheet shows. ``headers`` gives the source's header of each column of ``frame``; ``extra`` holds
    the columns that OneLead has no name for, under their headers.
    """

    frame: pl.DataFrame
    rows: pl.Series
    headers: dict[str, str]
    file: str
    sheet: str
    extra: pl.DataFrame = field(default_factory=pl.DataFrame)

    def part(self, first: int, count: int) -> RawTable:
        """``count`` rows from the ``first`` on, counted from 0."""
        extra = self.extra.slice(first, count) if self.extra.width else self.extra
        return RawTable(self.frame.slice(first, count), self.rows.slice(first, count), self.headers, self.file, self.sheet, extra)
