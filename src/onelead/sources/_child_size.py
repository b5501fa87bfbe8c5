"""How large a sheet may be that the reading process reads."""

from __future__ import annotations

from onelead.core.errors import SourceLimitError

MAX_COLUMNS = 16_384
"""Columns of the widest sheet that a spreadsheet program can make."""


def check_size(name: str, sheet: str, rows: int, columns: int, limits: dict[str, int]) -> None:
    """Raise SourceLimitError for more rows or columns than are read."""
    if rows > limits["rows"]:
        raise SourceLimitError(
            name,
            f"{sheet!r} has {rows:,} rows; the limit is {limits['rows']:,}.",
            hint="Split the file, or raise load.max_rows.",
        )
    if columns > MAX_COLUMNS:
        raise SourceLimitError(
            name, f"{sheet!r} has {columns:,} columns; the limit is {MAX_COLUMNS:,}.", hint="Leave out what is not needed."
        )
