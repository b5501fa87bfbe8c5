"""Raw columns to a table's contract: good rows, and for every other row what is wrong with it. Every source goes through here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from onelead.sources._dates import SheetDates, forward_columns
from onelead.sources._mapped import put_away
from onelead.sources._quarantine import ROW as _ROW
from onelead.sources._quarantine import quarantine_entries
from onelead.sources._spelling import unified
from onelead.sources._values import (
    NULL_WORDS,
    TYPED_NULL_WORDS,
    as_flags,
    as_moment,
    as_numbers,
    as_text,
    cleaned,
    excel_zero,
    moments,
)
from onelead.tables import PROVENANCE

if TYPE_CHECKING:
    import dataframely as dy

    from onelead.sources._raw import RawTable
    from onelead.tables import Table

Part = tuple[pl.DataFrame, pl.DataFrame, list[str]]
PART_ROWS = 500_000
"""Rows of a table of typed cells that are checked at a time: what bounds the memory."""
_SHOWN = 80
_KINDS: dict[str, str] = {
    "Date": "a date",
    "Datetime(time_unit='us', time_zone=None)": "a date",
    "Float64": "a number",
    "Int64": "a whole number",
    "Boolean": "Yes or No",
}


@dataclass(frozen=True)
class Conformed:
    """``good`` has exactly the delivered columns; ``quarantine`` one entry for each broken rule of each of the ``bad_rows``."""

    good: pl.DataFrame
    quarantine: pl.DataFrame
    source_rows: int
    bad_rows: int
    notes: list[str]


def conform(table: Table, raw: RawTable) -> Conformed:
    """Check the rows of ``raw`` against ``table``.

    Good and bad rows together are always the rows of ``raw``. A value that cannot be read as its column's type, or that breaks a rule of
    the contract, puts its whole row into quarantine, with the reason in words.
    """
    schema = table.contract.create_empty().schema
    if raw.frame.height > PART_ROWS and all(_fits(kind, schema[column]) for column, kind in raw.frame.schema.items()):
        checked = (_conform_part(table, raw.part(first, PART_ROWS), schema) for first in range(0, raw.frame.height, PART_ROWS))
        parts = [(put_away(good), bad, found) for good, bad, found in checked]
    else:  # a column of text is read as a whole, for its values decide how dates and numbers are written
        parts = [_conform_part(table, raw, schema)]
    delivered, spelt = unified(pl.concat([good for good, _, _ in parts], rechunk=False), table)
    entries = pl.concat([bad for _, bad, _ in parts])
    notes = [note for _, _, found in parts for note in found]
    return Conformed(delivered, entries, raw.frame.height, raw.frame.height - delivered.height, [*dict.fromkeys(notes), *spelt])


def _fits(kind: pl.DataType, wanted: pl.DataType) -> bool:
    """Whether cells of a type need no reading."""
    return kind in (wanted, pl.Null) or (wanted == pl.Float64 and kind.is_numeric()) or (wanted.is_temporal() and kind.is_temporal())


def _conform_part(table: Table, raw: RawTable, schema: pl.Schema) -> Part:
    """Good rows, quarantine and notes of some rows."""
    typed, failures, notes = _typed(table, raw, schema)
    good, rejected = _check(table, typed)
    if failures:
        unread = pl.concat([entry.select(_ROW, "column") for entry in failures])
        good = good.join(unread, on=_ROW, how="anti", maintain_order="left")
        # What could not be read is null by now; that it is missing is no second mistake.
        rejected = [entry.join(unread, on=[_ROW, "column"], how="anti", maintain_order="left") for entry in rejected]
    failures.extend(rejected)
    entries = quarantine_entries(table, raw, failures)
    return _with_provenance(good, raw).select(list(table.delivered)).cast(table.delivered), entries, notes


def _typed(table: Table, raw: RawTable, schema: pl.Schema) -> tuple[pl.DataFrame, list[pl.DataFrame], list[str]]:
    """Every column in its type, the failures (row, column, value, reason), and notes."""
    height = raw.frame.height
    prepared = raw.frame.with_columns(
        _prepared(column, kind, schema[column]) for column, kind in raw.frame.schema.items() if kind != schema[column] or kind == pl.String
    )
    columns: list[pl.Series] = []
    failures: list[pl.DataFrame] = []
    notes: list[str] = []
    dates = SheetDates(prepared, schema, raw, forward_columns(table))
    for column, wanted in schema.items():
        if column not in prepared.columns:
            columns.append(pl.repeat(None, height, dtype=wanted, eager=True).alias(column))
            continue
        values = prepared[column]
        if values.dtype == wanted:
            columns.append(values)
            continue
        read, unread = _read(values, wanted, dates)
        columns.append(read.alias(column))
        if unread.any():
            failures.append(_unread(column, values, unread, wanted))
    notes.extend(dates.notes)
    numbered = pl.DataFrame([*columns, pl.int_range(height, dtype=pl.UInt32, eager=True).alias(_ROW)])
    return numbered, failures, notes


def _prepared(column: str, kind: pl.DataType, wanted: pl.DataType) -> pl.Expr:
    """Raw cells as clean text where they must be read, as they are where the type already fits or is one cast away."""
    if kind == pl.String:
        return cleaned(column, NULL_WORDS if wanted == pl.String else TYPED_NULL_WORDS).alias(column)
    if kind == pl.Null:
        return pl.col(column).cast(wanted)
    if wanted == pl.Date and kind == pl.Datetime:
        return pl.col(column).dt.date()
    if wanted == pl.Datetime and isinstance(kind, pl.Datetime | pl.Date):
        return as_moment(column, kind)
    if wanted == pl.Float64 and kind.is_numeric():
        return pl.col(column).cast(pl.Float64)
    return as_text(column, kind).alias(column)


def _read(values: pl.Series, wanted: pl.DataType, dates: SheetDates) -> tuple[pl.Series, pl.Series]:
    """``values`` (text) as ``wanted``, and which of them could not be read."""
    unread = values.is_not_null()
    if wanted == pl.Date:
        read = dates.read(values.name, values)
        unread &= ~excel_zero(values)
    elif wanted == pl.Datetime:
        read = moments(values, dates.read(values.name, values))
        unread &= ~excel_zero(values)
    elif wanted == pl.Boolean:
        read = as_flags(values)
    else:
        read = as_numbers(values)
        if wanted.is_integer():
            read = read.cast(wanted, strict=False)
    return read, (unread & read.is_null()).fill_null(value=False)


def _unread(column: str, values: pl.Series, unread: pl.Series, wanted: pl.DataType) -> pl.DataFrame:
    kind = _KINDS.get(str(wanted), f"a {wanted}")
    bad = pl.DataFrame({_ROW: unread.arg_true().cast(pl.UInt32), "value": values.filter(unread).cast(pl.String)})
    return bad.with_columns(
        pl.lit(column).alias("column"),
        pl.format("'{}' is not {}", pl.col("value").str.slice(0, _SHOWN), pl.lit(kind)).alias("reason"),
    )


@cache
def _numbered_contract(contract: type[dy.Schema]) -> type[dy.Schema]:
    """``contract`` with a row number, so that a failure can be traced to its row."""
    import dataframely as dy

    return type(contract.__name__, (contract,), {_ROW: dy.UInt32(nullable=False)})


def _check(table: Table, candidates: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Rows that pass the contract, and the failures of the others."""
    contract = _numbered_contract(table.contract)
    good, failure = contract.filter(candidates.select(list(contract.create_empty().schema)))
    failures: list[pl.DataFrame] = []
    details = failure.details() if failure.counts() else pl.DataFrame()
    for rule in failure.counts():
        column, _, kind = rule.rpartition("|")
        hit = details.filter(pl.col(rule).cast(pl.String) == "invalid")
        value = pl.col(column).cast(pl.String) if column in details.columns else pl.lit(None, dtype=pl.String)
        failures.append(
            hit.select(_ROW, value.alias("value"), pl.lit(column or rule).alias("column"), _reason(table, column, kind).alias("reason"))
        )
    return pl.DataFrame(good), failures


def _reason(table: Table, column: str, kind: str) -> pl.Expr:
    """A broken rule in words."""
    rules = table.contract.columns()
    if kind == "nullability":
        return pl.lit("it is missing, and every row needs it")
    shown = pl.col(column).cast(pl.String).str.slice(0, _SHOWN) if column in rules else pl.lit("")
    if kind in {"min", "max"}:
        limit = getattr(rules[column], kind)
        return pl.format(
            "'{}' is {} than {}",
            shown,
            pl.lit("less" if kind == "min" else "more"),
            pl.lit(f"{limit:g}" if isinstance(limit, float | int) else str(limit)),
        )
    if kind in {"inf", "nan"}:
        return pl.lit("it is not a finite number")
    return pl.format("'{}' breaks the rule {}", shown, pl.lit(kind or column))


def _with_provenance(good: pl.DataFrame, raw: RawTable) -> pl.DataFrame:
    """``good`` with file, sheet, row and the extra columns as one JSON object a row."""
    everything = good.height == raw.frame.height
    kept = good[_ROW]
    rows = raw.rows if everything else raw.rows[kept]
    extra = extra_json(raw.extra if everything or not raw.extra.width else raw.extra[kept], good.height)
    return good.with_columns(
        pl.lit(raw.file).alias("source_file"),
        pl.lit(raw.sheet).alias("source_sheet"),
        rows.cast(pl.Int64).alias("source_row"),
        extra.alias("extra"),
    ).cast({name: PROVENANCE[name] for name in PROVENANCE})


def extra_json(extra: pl.DataFrame, height: int) -> pl.Series:
    """Each row of ``extra`` as a JSON object without its empty cells; null where all are empty."""
    filled = [column for column in extra.columns if extra[column].null_count() < extra.height]
    if not filled:
        return pl.repeat(None, height, dtype=pl.String, eager=True).alias("extra")
    # Quotes and backslashes leave the keys, so that an empty member can be told from text that looks like one.
    keys = {column: column.replace('"', "'").replace("\\", "/") for column in filled}
    encoded = extra.select(pl.struct(pl.col(column).alias(key) for column, key in keys.items()).struct.json_encode()).to_series()
    if any(extra[column].null_count() for column in filled):
        encoded = encoded.str.replace_all(r'"[^"\\]*":null,?', "").str.replace(r",\}$", "}")
    return pl.select(pl.when(encoded != "{}").then(encoded).alias("extra")).to_series()
