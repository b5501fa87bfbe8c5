"""Use cases: how good the loaded data is: grades, completeness, what is missing, what is in quarantine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UnknownNameError
from onelead.tables import canonical_tables
from onelead.workspace.asking import quality_table

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

PUBLIC = ("services",)
"""Tables whose rows belong to no account and may be seen by all."""


def scoped(view: View, name: str) -> ir.Table:
    """A table of the snapshot as an expression, only the rows that the viewer may see. Raises UnknownNameError."""
    rows = view.snapshot.table(name)
    mine = view.account_filter
    if mine is None or (name in PUBLIC and "account_id" not in rows.columns):
        return rows
    if "account_id" not in rows.columns or not mine:
        return rows.limit(0)
    return rows.filter(rows.account_id.isin(mine))


def table_label(name: str) -> str:
    """What a table is called on screen."""
    known = canonical_tables().get(name)
    return known.label if known else name.replace("_", " ").capitalize()


def table_grades(view: View, parts: Parts) -> pl.DataFrame:
    """One row a delivered table: table, label, rows, columns (delivered), columns_known, completeness (0 to 1), missing (cells), grade."""
    del parts
    every = quality_table(view)
    columns = every.filter(pl.col("column").is_not_null())
    counted = columns.group_by("table").agg(
        pl.col("delivered").sum().cast(pl.Int64).alias("columns"),
        pl.len().cast(pl.Int64).alias("columns_known"),
        (pl.col("rows") - pl.col("filled")).filter(pl.col("delivered")).sum().alias("missing"),
    )
    tables = every.filter(pl.col("column").is_null()).select("table", "rows", "completeness", "grade")
    joined = tables.join(counted, on="table", how="left", maintain_order="left")
    return joined.with_columns(_labels()).select("table", "label", "rows", "columns", "columns_known", "completeness", "missing", "grade")


def column_completeness(view: View, parts: Parts, table: str | None = None) -> pl.DataFrame:
    """One row a column (of one table, or of all): table, label, column, doc, rows, filled, missing, completeness, delivered.

    Raises UnknownNameError for a table that is not graded.
    """
    del parts
    every = quality_table(view).filter(pl.col("column").is_not_null())
    if table is not None:
        known = every["table"].unique(maintain_order=True).to_list()
        if table not in known:
            raise UnknownNameError("table", table, known)
        every = every.filter(pl.col("table") == table)
    docs = pl.Series("doc", [_doc(name, column) for name, column in every.select("table", "column").iter_rows()], pl.String)
    return every.with_columns(_labels(), (pl.col("rows") - pl.col("filled")).alias("missing"), docs).select(
        "table", "label", "column", "doc", "rows", "filled", "missing", "completeness", "delivered"
    )


def missing_matrix(view: View, parts: Parts, limit: int = 60) -> pl.DataFrame:
    """Delivered columns with gaps, by table: table, label, column, missing (cells), rows, share (0 to 1); the emptiest ``limit`` columns."""
    gaps = column_completeness(view, parts).filter(pl.col("delivered") & (pl.col("missing") > 0))
    share = (1 - pl.col("completeness")).alias("share")
    worst = gaps.group_by("column").agg(pl.col("missing").max(), (1 - pl.col("completeness")).max().alias("worst"))
    shown = worst.sort("worst", "column", descending=[True, False]).head(limit)["column"]
    return gaps.filter(pl.col("column").is_in(shown.implode())).select("table", "label", "column", "missing", "rows", share)


def quarantine_counts(view: View, parts: Parts) -> pl.DataFrame:
    """Broken rules by table, column and reason: table, label, column, reason, entries, rows; the most frequent first.

    A row with two broken rules has two entries.
    """
    del parts
    frame = view.frame("quarantine", ["table", "column", "source_column", "reason", "source_file", "source_sheet", "source_row"])
    header = pl.coalesce("source_column", "column").alias("column")
    place = pl.struct("source_file", "source_sheet", "source_row")
    counts = frame.group_by("table", header, "reason", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("entries"), place.n_unique().cast(pl.Int64).alias("rows")
    )
    counts = counts.with_columns(_labels()).select("table", "label", "column", "reason", "entries", "rows")
    return counts.sort("entries", descending=True, maintain_order=True)


def quarantined(view: View, parts: Parts, table: str | None = None, reason: str | None = None) -> pl.DataFrame:
    """Rows in quarantine, an entry for each broken rule: place, column, value, reason and the whole row as it came (JSON).

    ``reason`` keeps the entries whose reason is just that. Empty for viewers who do not see every account: the rows are nobody's.
    """
    del parts
    frame = view.frame("quarantine")
    if table is not None:
        frame = frame.filter(pl.col("table") == table)
    if reason is not None:
        frame = frame.filter(pl.col("reason") == reason)
    header = pl.coalesce("source_column", "column").alias("column")
    return frame.with_columns(_labels()).select(
        "table", "label", header, "value", "reason", "source_file", "source_sheet", "source_row", "row"
    )


def _labels() -> pl.Expr:
    names = {name: table.label for name, table in canonical_tables().items()}
    return pl.col("table").replace_strict(names, default=pl.col("table")).alias("label")


def _doc(table: str, column: str) -> str:
    found: Any = canonical_tables()[table].contract.columns().get(column)
    return str(getattr(found, "description", None) or "")
