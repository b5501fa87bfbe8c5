"""Tables as files, safe to open in a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

DANGEROUS = r"^[=+\-@\t\r\n]"
"""A text that begins so is run as a formula by spreadsheet programs."""
NUMBER = r"^[+-]?[0-9][0-9., ]*%?$"
"""Unless it is a plain number: that is harmless, and an apostrophe would damage it."""


def neutralised(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with an apostrophe before every text that a spreadsheet would run as a formula. Numbers keep their type and sign."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    safe = [
        pl.when(pl.col(name).str.contains(DANGEROUS) & ~pl.col(name).str.contains(NUMBER))
        .then("'" + pl.col(name))
        .otherwise(pl.col(name))
        .alias(name)
        for name in texts
    ]
    return frame.with_columns(safe)


def write_csv(frame: pl.DataFrame, file: Path) -> None:
    """``frame`` as UTF-8 CSV that spreadsheet programs read as such; complete or absent."""
    part = file.with_name(f".{file.name}.part")
    neutralised(frame).write_csv(part, include_bom=True, date_format="%Y-%m-%d")
    part.replace(file)
