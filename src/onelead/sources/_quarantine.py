"""Entries of the quarantine: what is wrong with a row, where it came from, and the row itself."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from onelead.sources._raw import RawTable
    from onelead.tables import Table

ROW = "raw_row_number"
"""Column that carries the position of a row, from 0, from the raw frame to the checked one."""


@cache
def quarantine_schema() -> pl.Schema:
    """Columns and types of quarantine entries."""
    from onelead.tables.quarantine import TABLE

    return TABLE.contract.create_empty().schema


def quarantine_entries(table: Table, raw: RawTable, failures: list[pl.DataFrame]) -> pl.DataFrame:
    """Quarantine entries: each failure with the place and the whole row that it came from."""
    schema = quarantine_schema()
    if not failures:
        return pl.DataFrame(schema=schema)
    order = [ROW, "column", "value", "reason"]
    found = pl.concat([entry.select(order) for entry in failures]).sort(ROW, maintain_order=True)
    bad = found[ROW].unique(maintain_order=True)
    rows = pl.concat([raw.frame.rename(_source_names(raw)), raw.extra], how="horizontal")[bad]
    whole = pl.DataFrame({ROW: bad, "row": rows.select(pl.struct(pl.all()).struct.json_encode()).to_series(), "source_row": raw.rows[bad]})
    headers = pl.DataFrame(
        {"column": list(raw.headers), "source_column": list(raw.headers.values())}, schema={"column": pl.String, "source_column": pl.String}
    )
    entries = found.join(whole, on=ROW, how="left", maintain_order="left").join(headers, on="column", how="left", maintain_order="left")
    return (
        entries.with_columns(
            pl.lit(table.id).alias("table"), pl.lit(raw.file).alias("source_file"), pl.lit(raw.sheet).alias("source_sheet")
        )
        .select(list(schema))
        .cast(schema)
    )


def _source_names(raw: RawTable) -> dict[str, str]:
    """Canonical column → header, made unique beside the extra columns."""
    taken = set(raw.extra.columns)
    names: dict[str, str] = {}
    for column in raw.frame.columns:
        name = raw.headers.get(column, column)
        while name in taken:
            name += "_"
        taken.add(name)
        names[column] = name
    return names
