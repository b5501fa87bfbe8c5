"""How complete the loaded tables are, column by column, and the grade of each table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.metrics._rights import permitted_rows
from onelead.tables import canonical_tables

if TYPE_CHECKING:
    from collections.abc import Collection

    from onelead.core.context import Context, Snapshot

GRADED = ("assets", "opportunities", "projects", "services", "service_credits")
SCHEMA = {
    "table": pl.String,
    "column": pl.String,
    "rows": pl.Int64,
    "filled": pl.Int64,
    "completeness": pl.Float64,
    "delivered": pl.Boolean,
    "grade": pl.String,
}


def quality(snapshot: Snapshot, context: Context, *, account_filter: Collection[str] | None = None) -> pl.DataFrame:
    """Completeness of each column and grade of each table over the rows that may be seen, one query per table.

    One row a column (``grade`` null), and one row a table with ``column`` null, whose completeness is the mean over its delivered
    columns. A column without any value is taken as not delivered: it is listed and does not lower the grade. Grades: Excellent from
    95 %, Good from 75 % (settings), else Poor; a table without rows has none.
    """
    parts = [_table(snapshot, context, name, account_filter) for name in GRADED if name in snapshot.tables()]
    return pl.concat(parts) if parts else pl.DataFrame(schema=SCHEMA)


def _table(snapshot: Snapshot, context: Context, name: str, account_filter: Collection[str] | None) -> pl.DataFrame:
    rows = permitted_rows(snapshot.table(name), account_filter, public=name == "services")
    columns = [column for column in canonical_tables()[name].contract.columns() if column in rows.columns]
    counts = rows.aggregate(total=rows.count(), **{f"c{place}": rows[column].count() for place, column in enumerate(columns)})
    total, *filled = snapshot.execute(counts).row(0)
    shares = [count / total if total else None for count in filled]
    known = [share for share in shares if share]
    overall = sum(known) / len(known) if known else None
    lines: list[tuple[object, ...]] = [
        (name, None, total, sum(filled), overall, bool(total), _grade(overall, context)),
        *((name, column, total, count, share, count > 0, None) for column, count, share in zip(columns, filled, shares, strict=True)),
    ]
    return pl.DataFrame(lines, schema=SCHEMA, orient="row")


def _grade(share: float | None, context: Context) -> str | None:
    if share is None:
        return None
    limits = context.settings.metrics
    if share >= limits.excellent_from:
        return "Excellent"
    return "Good" if share >= limits.good_from else "Poor"
