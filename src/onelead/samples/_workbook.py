"""Writing rows as a workbook whose bytes depend on its content alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | date | None
Row = list[Cell]

_LARGE = 50_000  # cells from which rows go to disk as they are written
_CREATED = datetime(2024, 9, 4, tzinfo=UTC).replace(tzinfo=None)


@dataclass
class Sheet:
    """A sheet: its header, and rows of as many cells. An empty row stays blank but belongs to the sheet's used range."""

    name: str
    header: Sequence[str]
    rows: list[Row] = field(default_factory=list)

    def next_row(self) -> int:
        """The number that the spreadsheet will show for the next row."""
        return len(self.rows) + 2

    def column(self, name: str) -> list[Cell]:
        """The cells of one column, blank rows left out."""
        place = list(self.header).index(name)
        return [row[place] for row in self.rows if row]


def write_workbook(out: Path, sheets: Sequence[Sheet]) -> None:
    """Write ``sheets`` to ``out``; equal sheets give equal bytes."""
    import xlsxwriter

    cells = sum(len(sheet.rows) * len(sheet.header) for sheet in sheets)
    with xlsxwriter.Workbook(str(out), {"constant_memory": cells > _LARGE * 20, "default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"created": _CREATED, "title": "Synthetic data: companies and people are invented"})
        day, blank = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"italic": False})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            for column, name in enumerate(sheet.header):
                page.write_string(0, column, name)
            for number, row in enumerate(sheet.rows, start=1):
                if row:
                    _write_row(page, number, row, day)
                else:
                    page.write_blank(number, 0, None, blank)


def _write_row(page: Worksheet, number: int, row: Row, day: object) -> None:
    for column, value in enumerate(row):
        if isinstance(value, str):
            page.write_string(number, column, value)
        elif isinstance(value, date):
            page.write_datetime(number, column, value, day)
        elif value is not None:
            page.write_number(number, column, value)
