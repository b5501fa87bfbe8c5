"""Delimited text in the reading process: encoding, delimiter, and rows of unequal length. Imports Polars when it reads."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onelead.core.errors import SourceError, SourceLimitError

if TYPE_CHECKING:
    from collections.abc import Iterable

_DELIMITERS = ",;\t|"
_SAMPLE_BYTES = 1 << 16
_MAX_COLUMNS = 16_384
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_text(file: Path, head: bytes, target: Path, name: str, limits: dict[str, int]) -> dict[str, Any]:
    """Read delimited text into an Arrow file of text columns ``c0`` …, without taking any row for the header.

    Raises SourceError for what is no delimited text and SourceLimitError for too many rows or columns.
    """
    _refuse_markup(head, name)
    encoding = _encoding(head, name)
    try:
        text, source = _as_utf8(file, encoding)
    except UnicodeDecodeError as error:
        raise SourceError(name, f"the text is not valid {encoding}.", hint="Save it as UTF-8.") from error
    sample = text[:_SAMPLE_BYTES]
    if len(text) > len(sample):
        sample = sample[: sample.rfind("\n") + 1] or sample
    if not sample.strip():
        raise SourceError(name, "the file is empty.", hint="Export it again.")
    delimiter = _delimiter(sample)
    frame = _read_frame(source, sample, delimiter, name, limits)
    if frame.height > limits["rows"]:
        raise SourceLimitError(
            name, f"it has {frame.height:,} rows; the limit is {limits['rows']:,}.", hint="Split the file, or raise load.max_rows."
        )
    frame.write_ipc(target)
    return {"name": Path(name).stem, "header": False, "visible": True, "file": target.name, "unreadable": 0}


def _refuse_markup(head: bytes, name: str) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:400].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<body")):
        raise SourceError(
            name,
            "this is a web page, not a workbook, whatever its name says.",
            hint="Open it in a spreadsheet program and save it as .xlsx.",
        )
    if start.startswith((b"<?xml", b"<workbook")):
        raise SourceError(name, "this is an XML document, not a workbook.", hint="Open it in a spreadsheet program and save it as .xlsx.")
    if start.startswith((b"{", b"[{")):
        raise SourceError(name, "this looks like JSON, not a table.", hint="Save it as .csv or .parquet.")


def _encoding(head: bytes, name: str) -> str:
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding
    if b"\x00" in head:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if max(even, odd) > len(head) // 5 and min(even, odd) <= len(head) // 50:
            return "utf-16-be" if even > odd else "utf-16-le"
        raise SourceError(
            name,
            "the format is not known: neither a workbook, nor Parquet, nor text.",
            hint="Deliver .xlsx, .xls, .xlsb, .ods, .csv or .parquet.",
        )
    return "utf-8"


def _as_utf8(file: Path, encoding: str) -> tuple[str, Path | bytes]:
    """The beginning as text, and what Polars is to read: the file itself where it is UTF-8 already, else its bytes as UTF-8."""
    if encoding == "utf-8":
        with file.open("rb") as stream:
            beginning = stream.read(4 * _SAMPLE_BYTES)
        try:
            return codecs.getincrementaldecoder("utf-8")().decode(beginning), file
        except UnicodeDecodeError:
            encoding = "cp1252"
    data = file.read_bytes()
    # Five bytes mean nothing in cp1252; they are shown as replaced, not made a reason to refuse a file.
    text = data.decode(encoding, errors="replace" if encoding == "cp1252" else "strict")
    return text, text.encode("utf-8", errors="replace")


def _rows(sample: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))
    except csv.Error:
        return [line.split(delimiter) for line in sample.splitlines()]


def _delimiter(sample: str) -> str:
    """The delimiter that cuts the sample into most cells on rows of one width."""
    first = sample.split("\n", 1)[0].strip()
    if first.lower().startswith("sep=") and len(first) == len("sep=,"):
        return first[-1]

    def quality(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in _rows(sample, delimiter)[:200] if row]
        common = max(set(widths), key=widths.count) if widths else 1
        wide = max((width for width in set(widths) if widths.count(width) > len(widths) // 4), default=common)
        return (widths.count(wide) if wide > 1 else 0, wide)

    return max(_DELIMITERS, key=quality)


def _read_frame(source: Path | bytes, sample: str, delimiter: str, name: str, limits: dict[str, int]) -> Any:  # noqa: ANN401
    """Polars where every row fits the widest of the sample; else the slower reader of the standard library, which loses no cell."""
    import polars as pl

    width = max((len(row) for row in _rows(sample, delimiter)), default=1)
    _check_width(name, width)
    top = next((row for row in _rows(sample, delimiter) if row), [])
    if len(top) == width:
        try:
            frame = pl.read_csv(source, has_header=False, infer_schema=False, separator=delimiter, n_rows=limits["rows"] + 1)
        except (pl.exceptions.ComputeError, pl.exceptions.SchemaError):
            pass  # longer rows further down, broken quotes, or bytes that are not UTF-8: the slower reader copes
        else:
            return frame.rename({old: f"c{index}" for index, old in enumerate(frame.columns)})
    return _ragged(source, delimiter, name, limits)


def _check_width(name: str, width: int) -> None:
    if width > _MAX_COLUMNS:
        raise SourceLimitError(name, f"a row has {width:,} columns; the limit is {_MAX_COLUMNS:,}.", hint="Leave out what is not needed.")


def _ragged(source: Path | bytes, delimiter: str, name: str, limits: dict[str, int]) -> Any:  # noqa: ANN401
    import polars as pl

    data = source if isinstance(source, bytes) else source.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    csv.field_size_limit(1 << 24)
    columns: list[list[str | None]] = []
    height = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            height += 1
            if height > limits["rows"]:
                break
            _append(columns, row, height, name)
    except csv.Error as error:
        raise SourceError(name, f"row {height + 1} cannot be read ({error}).", hint="Save it again as .csv or .xlsx.") from error
    return pl.DataFrame(
        {
            f"c{index}": pl.Series(column, dtype=pl.String).extend_constant(None, height - len(column))
            for index, column in enumerate(columns)
        }
    )


def _append(columns: list[list[str | None]], row: Iterable[str], height: int, name: str) -> None:
    """Put the cells of the ``height``-th row under their columns; columns are only as long as their last filled row."""
    for index, cell in enumerate(row):
        if index == len(columns):
            _check_width(name, index + 1)
            columns.append([])
        if cell:
            column = columns[index]
            column.extend([None] * (height - 1 - len(column)))
            column.append(cell)
