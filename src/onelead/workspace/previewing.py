"""What was read of the files of a load, in a form that a screen and a program can show before anything is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.tables import canonical_tables

if TYPE_CHECKING:
    from onelead.workspace.loading import Preview

REASONS, FIRST = 20, 10


def shown(preview: Preview) -> dict[str, Any]:
    """``preview`` as plain values.

    files: name and layout of each; tables: table, label, rows, bad_rows, rows_now (null: nothing published), sheets, columns (canonical
    name and header); reasons: bad rows counted by table, column and reason, the most frequent first; first: the first bad rows with
    their place, value and reason; notes; as_of: newest export date found; day: the as-of date that the new snapshot gets, and why
    (named, files, kept: of the published projects, today); refusal: why it needs ``accept_bad_rows``, else null.
    """
    tables = canonical_tables()
    return {
        "files": [{"name": name, "layout": layout} for name, layout in zip(preview.files, preview.layouts, strict=True)],
        "tables": [
            {
                "table": name,
                "label": tables[name].label,
                "rows": rows,
                "bad_rows": preview.bad_rows.get(name, 0),
                "rows_now": preview.rows_now.get(name) if preview.rows_now else None,
                "sheets": preview.sheets.get(name, []),
                "columns": [{"column": column, "header": header} for column, header in preview.columns.get(name, {}).items()],
            }
            for name, rows in preview.source_rows.items()
        ],
        "reasons": _reasons(preview.quarantine),
        "first": _first(preview.quarantine),
        "notes": preview.notes,
        "as_of": preview.as_of.isoformat() if preview.as_of else None,
        "day": preview.day.isoformat() if preview.day else None,
        "why": preview.why,
        "refusal": preview.refusal,
    }


def _reasons(bad: pl.DataFrame) -> list[dict[str, Any]]:
    if bad.is_empty():
        return []
    header = pl.coalesce("source_column", "column").alias("column")
    counts = bad.group_by("table", header, "reason", maintain_order=True).len("rows")
    return counts.sort("rows", descending=True, maintain_order=True).head(REASONS).to_dicts()


def _first(bad: pl.DataFrame) -> list[dict[str, Any]]:
    if bad.is_empty():
        return []
    header = pl.coalesce("source_column", "column").alias("column")
    return bad.head(FIRST).select("table", "source_file", "source_sheet", "source_row", header, "value", "reason").to_dicts()
