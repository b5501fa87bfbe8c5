"""Frames through PostgreSQL's COPY, as CSV: Polars writes and parses it in Rust, the server in C, no other library is needed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.engines._snapshot import quoted
from onelead.engines._types import TIMESTAMP, TIMESTAMP_UTC

if TYPE_CHECKING:
    from collections.abc import Mapping

    import psycopg

    from onelead.engines._types import Stored

ROWS_AT_ONCE = 50_000
TYPE_NAMES: dict[str, Stored] = {
    "text": pl.String,
    "bigint": pl.Int64,
    "double precision": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Date,
    "timestamp without time zone": TIMESTAMP,
    "timestamp with time zone": TIMESTAMP_UTC,
}


def type_name(dtype: Stored) -> str:
    """PostgreSQL's name of a kept type."""
    return next(name for name, kept in TYPE_NAMES.items() if kept == dtype)


def definitions(types: Mapping[str, Stored], collation: str) -> str:
    """The columns of CREATE TABLE. ``collation`` is what text is ordered and folded by, so that it is as on DuckDB: by code point."""
    return ", ".join(
        f"{quoted(name)} {type_name(dtype)}" + (f" COLLATE {quoted(collation)}" if dtype == pl.String else "")
        for name, dtype in types.items()
    )


def copy_in(cursor: psycopg.Cursor[Any], target: str, frame: pl.DataFrame, options: str = "") -> None:
    """Append the rows of ``frame`` to ``target`` (quoted)."""
    with cursor.copy(f"COPY {target} FROM STDIN (FORMAT csv{options})") as copy:
        for part in frame.iter_slices(ROWS_AT_ONCE):
            # an empty text is quoted, a null is not: that is how COPY tells them apart
            copy.write(part.write_csv(include_header=False, quote_style="non_numeric"))


def copy_out(cursor: psycopg.Cursor[Any], statement: str, types: Mapping[str, Stored]) -> pl.DataFrame:
    """The rows of ``statement`` (a SELECT whose columns are named c0, c1 …) as a frame with the same names."""
    buffer = io.BytesIO()
    with cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT csv, FORCE_QUOTE *)") as copy:
        for part in copy:
            buffer.write(part)
    names = [f"c{index}" for index in range(len(types))]
    kept = list(types.values())
    if not buffer.tell():
        return pl.DataFrame(schema=dict(zip(names, kept, strict=True)))
    buffer.seek(0)
    read_as = {name: _read_as(dtype) for name, dtype in zip(names, kept, strict=True)}
    frame = pl.read_csv(buffer, has_header=False, new_columns=names, schema=read_as).rechunk()
    return frame.with_columns(_parsed(name, dtype) for name, dtype in zip(names, kept, strict=True))


def _read_as(dtype: Stored) -> Stored:
    return dtype if dtype in (pl.Int64, pl.Float64, pl.Date) else pl.String


def _parsed(name: str, dtype: Stored) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.Boolean:
        return column == "t"
    if isinstance(dtype, pl.Datetime):
        return column.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us").dt.replace_time_zone(dtype.time_zone)
    return column


def select(source: str, columns: Mapping[str, str], types: Mapping[str, Stored]) -> str:
    """A SELECT from ``source`` that copy_out understands. ``columns`` gives the name of each column in the source."""
    parts = []
    for index, (name, dtype) in enumerate(types.items()):
        column = f"{quoted(columns.get(name, name))}::{type_name(dtype)}"
        if dtype == TIMESTAMP_UTC:
            column = f"({column} AT TIME ZONE 'UTC')"
        parts.append(f"{column} AS c{index}")
    return f"SELECT {', '.join(parts)} FROM {source}"  # noqa: S608 - quoted
