"""The column types that every engine keeps, and the way there and back: the same answers on every engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.datatypes as dt
    import ibis.expr.schema as sch

Stored = pl.DataType | type[pl.DataType]

TIMESTAMP = pl.Datetime("us")
TIMESTAMP_UTC = pl.Datetime("us", "UTC")
IBIS_NAMES: dict[Stored, str] = {
    pl.String: "string",
    pl.Int64: "int64",
    pl.Float64: "float64",
    pl.Boolean: "boolean",
    pl.Date: "date",
    TIMESTAMP: "timestamp(6)",
    TIMESTAMP_UTC: "timestamp('UTC', 6)",
}
MAX_NAME_BYTES = 63  # PostgreSQL cuts longer names off in silence


def stored_type(name: str, dtype: pl.DataType) -> Stored:
    """The type that a column of ``dtype`` is kept as. Raises UsageError for a type that no engine keeps."""
    if dtype.is_integer():
        return pl.Int64
    if dtype.is_float() or dtype.is_decimal():
        return pl.Float64
    if isinstance(dtype, pl.Datetime):
        return TIMESTAMP if dtype.time_zone is None else TIMESTAMP_UTC
    if isinstance(dtype, pl.String | pl.Categorical | pl.Enum | pl.Null):
        return pl.String
    if isinstance(dtype, pl.Boolean | pl.Date):
        return type(dtype)
    raise UsageError(
        f"Column {name!r} is of type {dtype}, which no engine keeps.",
        hint="Valid: text, integers, floats, decimals, booleans, dates, timestamps; lists and mappings as JSON text.",
    )


def normalised(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` in the types that are kept: NaN is null (unknown), timestamps are in UTC, text has no NUL character.

    Raises UsageError for a frame without columns, a name of more than 63 bytes, or a type that no engine keeps.
    """
    if not frame.width:
        raise UsageError("A table needs at least one column.")
    for name in frame.columns:
        if len(name.encode()) > MAX_NAME_BYTES or not name:
            raise UsageError(f"{name!r} cannot name a column.", hint=f"Names have 1 to {MAX_NAME_BYTES} bytes.")
    kept = frame.with_columns(_conformed(name, dtype, stored_type(name, dtype)) for name, dtype in frame.schema.items())
    return _without_nul(kept)


def _without_nul(frame: pl.DataFrame) -> pl.DataFrame:
    """PostgreSQL refuses U+0000 in text. Looking for it is far cheaper than replacing it, which is hardly ever needed."""
    found = frame.select(pl.col(pl.String).str.contains("\x00", literal=True).any())
    dirty = [name for name, has in zip(found.columns, found.row(0), strict=True) if has] if found.width else []
    return frame.with_columns(pl.col(dirty).str.replace_all("\x00", "", literal=True)) if dirty else frame


def _conformed(name: str, dtype: pl.DataType, target: Stored) -> pl.Expr:
    column = pl.col(name)
    if isinstance(dtype, pl.Datetime) and dtype.time_zone is not None:
        column = column.dt.convert_time_zone("UTC")
    if dtype != target:
        column = column.cast(target)
    if target == pl.Float64:
        column = column.fill_nan(None)
    return column.alias(name)


def ibis_type(dtype: Stored) -> str:
    """Ibis' name of a kept type."""
    return next(name for kept, name in IBIS_NAMES.items() if kept == dtype)


def result_type(name: str, dtype: dt.DataType) -> Stored:
    """The Polars type of a result column. Raises UsageError for a type that not every engine gives back."""
    if dtype.is_integer():
        return pl.Int64
    if dtype.is_floating() or dtype.is_decimal():
        return pl.Float64
    if dtype.is_boolean():
        return pl.Boolean
    if dtype.is_date():
        return pl.Date
    if dtype.is_timestamp():
        return TIMESTAMP if getattr(dtype, "timezone", None) is None else TIMESTAMP_UTC
    if dtype.is_string() or dtype.is_json() or dtype.is_uuid() or dtype.is_null():
        return pl.String
    raise UsageError(f"Column {name!r} of the result is of type {dtype}.", hint="Valid: text, numbers, booleans, dates, timestamps.")


def result_types(schema: sch.Schema) -> dict[str, Stored]:
    """The Polars types of a result."""
    return {name: result_type(name, dtype) for name, dtype in schema.items()}


def as_result(frame: pl.DataFrame, types: Mapping[str, Stored]) -> pl.DataFrame:
    """``frame`` (columns in the order of ``types``) in exactly these types; NaN becomes null."""
    columns = []
    for name, (wanted, target) in zip(frame.columns, types.items(), strict=True):
        column = pl.col(name)
        if frame.schema[name] != target:
            column = column.cast(target)
        if target == pl.Float64:
            column = column.fill_nan(None)
        columns.append(column.alias(wanted))
    return frame.select(columns)
