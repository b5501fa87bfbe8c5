"""Tables as files, safe to open in a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

SIGN = r"[=+\-@＝＋－＠]"
"""What a formula begins with."""
BLANK = r"[\s\x00-\x1f\x7f\u200b-\u200f\u2060\ufeff]"
"""What a spreadsheet may pass over before it."""
DANGEROUS = rf"^(?:[\t\r\n]|{BLANK}*{SIGN})"
"""A text that begins so is run as a formula by spreadsheet programs."""
INSIDE = rf"([;\t\r\n](?:{BLANK}|\")*)({SIGN})"
"""A sign that begins a cell where a program splits at semicolons or tabs, as those of many countries do with a CSV: quotes do not hold there."""
NUMBER = r"^[+-]?[0-9][0-9., ]*%?$"
"""Unless it is a plain number: that is harmless, and an apostrophe would damage it."""


def neutralised(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with an apostrophe before every text that a spreadsheet would run as a formula. Numbers keep their type and sign.

    Inside a text one goes before a sign that follows a semicolon, a tab or a line break: there a program that splits at those, not at
    commas, begins a cell. Nothing is taken away.
    """
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    safe = []
    for name in texts:
        inner = pl.col(name).str.replace_all(INSIDE, "${1}'${2}")
        begins = pl.col(name).str.contains(DANGEROUS) & ~pl.col(name).str.contains(NUMBER)
        safe.append(pl.when(begins).then("'" + inner).otherwise(inner).alias(name))
    return frame.with_columns(safe)


def safe_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with its texts and its headings neutralised."""
    headings = neutralised(pl.DataFrame({"name": frame.columns}, schema={"name": pl.String}))["name"].to_list()
    safe = neutralised(frame)
    return safe.rename(dict(zip(safe.columns, headings, strict=True)))


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """``frame`` (text, numbers, booleans, dates, UTC moments) as UTF-8 CSV that spreadsheet programs read as such.

    Texts and headings that would run as formulas are neutralised, whether the program splits at commas, semicolons or tabs. All but
    numbers stands in quotes: where commas do not split, an unquoted text would go on the number before it.
    """
    moment = "%Y-%m-%dT%H:%M:%SZ"
    text = safe_cells(frame).write_csv(include_bom=True, quote_style="non_numeric", date_format="%Y-%m-%d", datetime_format=moment)
    return text.encode()


def write_csv(frame: pl.DataFrame, file: Path) -> None:
    """``frame`` as ``csv_bytes`` in a file; complete or absent."""
    part = file.with_name(f".{file.name}.part")
    part.write_bytes(csv_bytes(frame))
    part.replace(file)
