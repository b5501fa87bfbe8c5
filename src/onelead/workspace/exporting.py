"""Tables as the bytes of a file to take away: CSV, or an XLSX sheet with its types kept; safe to open in a spreadsheet."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UnknownNameError, UsageError
from onelead.workspace.tables_out import csv_bytes, safe_cells

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

CELL_TEXT = 32_767
"""Characters that a spreadsheet cell holds; a longer text is cut there, and says so."""
CUT = " … (cut)"
FIRST_YEAR = 1900
"""Spreadsheets know no earlier date; such a one is written as text."""
MEASURED_ROWS = 200
NARROW, WIDE = 8, 48


@dataclass(frozen=True)
class Kind:
    """A kind of file: its media type and how many rows it may have."""

    media_type: str
    max_rows: int


KINDS = {
    "csv": Kind("text/csv; charset=utf-8", 1_000_000),
    "xlsx": Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 100_000),
}


def export(frame: pl.DataFrame, kind: str, title: str) -> bytes:
    """``frame`` as a file of ``kind`` ("csv" or "xlsx"); ``title`` names the sheet.

    Dates stay dates and numbers numbers, null stays empty; a text that a spreadsheet would run as a formula gets an apostrophe before
    it, in both kinds (a sheet may be saved as CSV later). Moments are UTC. Lists and structures become JSON text.

    Raises UnknownNameError for another kind and UsageError for more rows than the kind may have.
    """
    allowed = checked_kind(kind).max_rows
    if frame.height > allowed:
        raise UsageError(
            f"{title}: {frame.height:,} rows are more than the {allowed:,} that a {kind.upper()} file may have.",
            hint="Narrow the rows with a filter" + (", or take CSV." if kind == "xlsx" and frame.height <= KINDS["csv"].max_rows else "."),
            rows=frame.height,
            limit=allowed,
        )
    plain = _plain(frame)
    return csv_bytes(plain) if kind == "csv" else _xlsx(safe_cells(plain), title)


def checked_kind(kind: str) -> Kind:
    """What is known of a kind of file. Raises UnknownNameError."""
    if kind not in KINDS:
        raise UnknownNameError("kind of file", kind, list(KINDS))
    return KINDS[kind]


def file_name(title: str, as_of: date, kind: str) -> str:
    """The name of an exported file, in plain characters: ``onelead-installed-base-2025-08-15.csv``."""
    checked_kind(kind)
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-") or "table"
    return f"onelead-{slug}-{as_of:%Y-%m-%d}.{kind}"


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with text, numbers, booleans, dates and UTC moments only."""
    changes: list[pl.Expr | pl.Series] = []
    for name, dtype in frame.schema.items():
        column = pl.col(name)
        if isinstance(dtype, pl.List | pl.Array | pl.Struct):
            texts = [None if value is None else json.dumps(value, default=str, ensure_ascii=False) for value in frame[name].to_list()]
            changes.append(pl.Series(name, texts, pl.String))
        elif isinstance(dtype, pl.Datetime):
            changes.append((column.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if dtype.time_zone else column).alias(name))
        elif dtype.is_float():
            changes.append(pl.when(column.is_finite()).then(column).alias(name))
        elif dtype in {pl.Categorical, pl.Duration, pl.Time} or isinstance(dtype, pl.Enum | pl.Decimal):
            changes.append(column.cast(pl.Float64 if isinstance(dtype, pl.Decimal) else pl.String))
    return frame.with_columns(changes)


def _xlsx(frame: pl.DataFrame, title: str) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    # row by row, in memory: text cells hold text and nothing else
    options = {
        "in_memory": True,
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        formats = {
            pl.Date: book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
            pl.Datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"}),
        }
        heading = book.add_format({"bold": True, "bottom": 1})
        sheet = book.add_worksheet(sheet_name(title))
        sheet.freeze_panes(1, 0)
        writers = []
        for place, (name, dtype) in enumerate(frame.schema.items()):
            sheet.set_column(place, place, _width(frame[name]))
            writers.append(_writer(sheet, dtype, formats))
        for place, name in enumerate(frame.columns):
            sheet.write_string(0, place, name[:CELL_TEXT], heading)
        for row, values in enumerate(frame.iter_rows(), start=1):
            for place, value in enumerate(values):
                if value is not None:
                    writers[place](row, place, value)
        if frame.width:
            sheet.autofilter(0, 0, max(frame.height, 1), frame.width - 1)
            sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{frame.height + 1}"})
    return out.getvalue()


def _writer(sheet: Any, dtype: pl.DataType, formats: dict[Any, Any]) -> Callable[[int, int, Any], object]:  # noqa: ANN401 - xlsxwriter has no types
    """How a value of a column is written into a cell."""
    writer: Callable[[int, int, Any], object]
    if dtype == pl.Boolean:
        writer = sheet.write_boolean
    elif dtype.is_numeric():
        writer = sheet.write_number
    elif dtype == pl.Date or isinstance(dtype, pl.Datetime):
        style = formats[pl.Date if dtype == pl.Date else pl.Datetime]
        writer = partial(_write_day, sheet, style)
    else:
        writer = partial(_write_text, sheet)
    return writer


def _write_text(sheet: Any, row: int, column: int, value: object) -> None:  # noqa: ANN401 - xlsxwriter has no types
    sheet.write_string(row, column, _fitting(str(value)))


def _write_day(sheet: Any, style: Any, row: int, column: int, value: date | datetime) -> None:  # noqa: ANN401 - xlsxwriter has no types
    if value.year < FIRST_YEAR:
        sheet.write_string(row, column, value.isoformat())
    else:
        sheet.write_datetime(row, column, value, style)


def _fitting(text: str) -> str:
    return text if len(text) <= CELL_TEXT else text[: CELL_TEXT - len(CUT)] + CUT


def sheet_name(title: str) -> str:
    r"""``title`` as a sheet may be called: at most 31 characters, none of ``[]:*?/\``, no apostrophe at an end."""
    return re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title)[:31].strip(" '") or "Table"


def _width(column: pl.Series) -> int:
    texts = column.head(MEASURED_ROWS).cast(pl.String, strict=False).drop_nulls()
    return min(max(NARROW, len(column.name) + 3, *(len(text) + 1 for text in texts), NARROW), WIDE)
