"""What was recognised in files that wait to be published, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web._page import Column, Table
from onelead.web._table import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onelead.web._ask import Ask
    from onelead.web._table import Shown

RECOGNISED = (
    Column("label", "Recognised as"),
    Column("sheets", "Found in", minor=True),
    Column("rows", "Rows", "count"),
    Column("bad_rows", "Bad rows", "count", status=lambda row: "warn" if row["bad_rows"] else None),
    Column("rows_now", "Published now", "count"),
    Column("columns", "Columns", "count"),
)
REASONS = (
    Column("reason", "Reason", phone="title"),
    Column("rows", "Rows", "count"),
    Column("table", "Table"),
    Column("column", "Column"),
)
FIRST = (
    Column("place", "Place"),
    Column("column", "Column"),
    Column("value", "Value as it came"),
    Column("reason", "Reason"),
)


def preview_tables(preview: Mapping[str, Any], ask: Ask) -> dict[str, Shown]:
    """Of a preview: what was ``recognised``, the ``reasons`` why rows are bad, and the ``first`` of these rows."""
    recognised = [{**found, "columns": len(found["columns"]), "sheets": ", ".join(found["sheets"]) or None} for found in preview["tables"]]
    reasons = [{**found, "table": found["table"].replace("_", " ")} for found in preview["reasons"]]
    first = [
        {
            **found,
            "place": f"{found['source_file']}, {found['source_sheet']}, row {found['source_row']}",
            "value": "(empty)" if found["value"] is None else str(found["value"]),
        }
        for found in preview["first"]
    ]
    parts = {"recognised": (RECOGNISED, recognised), "reasons": (REASONS, reasons), "first": (FIRST, first)}
    return {name: _table(name, columns, rows, ask) for name, (columns, rows) in parts.items()}


def _table(name: str, columns: tuple[Column, ...], rows: list[dict[str, Any]], ask: Ask) -> Shown:
    schema = {column.name: pl.Int64 if column.kind == "count" else pl.String for column in columns}
    frame = pl.DataFrame([{key: row.get(key) for key in schema} for row in rows], schema=schema)
    return shown(Table(id=f"preview-{name}", title=name, columns=columns, size=max(len(rows), 1)), frame, ask)
