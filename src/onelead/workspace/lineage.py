"""Use cases: where the rows came from: files, sheets, tables; what was attributed to an account and what not; how fresh it all is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.tables import ASSIGNED, EXPORT_DATES, canonical_tables, delivered_tables, newest_export
from onelead.workspace.building import results_version, shaped_by
from onelead.workspace.insights import scoped, table_label

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

PLACE = ["source_file", "source_sheet"]
SCHEMA = {
    "file": pl.String,
    "sheet": pl.String,
    "table": pl.String,
    "label": pl.String,
    "rows": pl.Int64,
    "attributed": pl.Int64,
    "unattributed": pl.Int64,
    "repeats": pl.Int64,
    "quarantined": pl.Int64,
}
MADE = pl.Schema(
    {
        "table": pl.String(),
        "label": pl.String(),
        "file": pl.String(),
        "sha256": pl.String(),
        "loaded_at": pl.Datetime("us", "UTC"),
        "loaded_by": pl.String(),
        "rows": pl.Int64(),
    }
)


def row_origins(view: View, parts: Parts) -> pl.DataFrame:
    """One row for each file, sheet and table: rows loaded, attributed to an account, unattributed, repeats, rows in quarantine.

    attributed and unattributed are null for tables that hang on no account. One query a table.
    """
    del parts
    frames = [_origins(view, name) for name in delivered_tables() if name in view.snapshot.tables()]
    loaded = (
        pl.concat([frame for frame in frames if frame.height]) if any(frame.height for frame in frames) else pl.DataFrame(schema=SCHEMA)
    )
    bad = view.frame("quarantine", ["table", *PLACE, "source_row"]).unique()
    counts = bad.group_by("table", pl.col("source_file").alias("file"), pl.col("source_sheet").alias("sheet")).len("quarantined_here")
    joined = loaded.join(counts, on=["table", "file", "sheet"], how="full", coalesce=True, nulls_equal=True)
    labels = {name: table.label for name, table in canonical_tables().items()}
    out = joined.with_columns(
        pl.col("rows", "repeats").fill_null(0),
        pl.col("quarantined_here").fill_null(0).cast(pl.Int64).alias("quarantined"),
        pl.col("table").replace_strict(labels, default=pl.col("table")).alias("label"),
    )
    return out.select(list(SCHEMA)).sort("file", "table", "sheet", nulls_last=True)


def _origins(view: View, name: str) -> pl.DataFrame:
    rows = scoped(view, name)
    fact = "account_id" in rows.columns and set(ASSIGNED) <= set(rows.columns)
    measures: dict[str, Any] = {"rows": rows.count()}
    if fact:
        measures |= {"attributed": rows.account_id.count(), "repeats": rows.count(where=rows.is_repeat)}
    found = view.snapshot.execute(rows.group_by(PLACE).aggregate(**measures))
    nothing = pl.lit(None, pl.Int64)
    return found.select(
        pl.col("source_file").alias("file"),
        pl.col("source_sheet").alias("sheet"),
        pl.lit(name).alias("table"),
        pl.lit(table_label(name)).alias("label"),
        pl.col("rows").cast(pl.Int64),
        pl.col("attributed").cast(pl.Int64) if fact else nothing.alias("attributed"),
        (pl.col("rows") - pl.col("attributed")).cast(pl.Int64).alias("unattributed") if fact else nothing.alias("unattributed"),
        pl.col("repeats").cast(pl.Int64) if fact else pl.lit(0, pl.Int64).alias("repeats"),
        pl.lit(0, pl.Int64).alias("quarantined"),
    )


def made_from(view: View, parts: Parts) -> pl.DataFrame:
    """The files that the shown snapshot is made of: table, label, file, sha256, loaded_at (UTC), loaded_by, rows in the source.

    A table that no load of this snapshot delivered carries forward from the load that did. Empty for viewers who do not see every account:
    the rows of a file are everybody's.
    """
    load = parts.store.load_of(view.publication.id)
    if load is None or view.account_filter is not None:
        return pl.DataFrame(schema=MADE)
    first: dict[str, Any] = {}
    for known in parts.store.loads():  # the newest first: the last one that stays is the first that held the file
        if known.state == "published" or known.id == load.id:
            first |= {entry["sha256"]: (entry["name"], known.created_at, known.created_by) for entry in known.files}
    made = load.quality["ingredients"]
    lines = [
        (name, table_label(name), *_named(first.get(sha256), sha256), int(made["source_rows"].get(name, 0)))
        for name, hashes in made["files"].items()
        for sha256 in dict.fromkeys(hashes)
    ]
    return pl.DataFrame(lines, schema=MADE, orient="row")


def _named(known: tuple[str, Any, str] | None, sha256: str) -> tuple[str | None, str, Any, str | None]:
    return (known[0], sha256, known[1], known[2]) if known else (None, sha256, None, None)


def _export_days(view: View) -> dict[str, pl.DataFrame]:
    """The columns of each delivered table that say when its rows were exported."""
    found: dict[str, pl.DataFrame] = {}
    for name in delivered_tables():
        held = view.snapshot.table(name).columns if name in view.snapshot.tables() else ()
        if days := [column for column in EXPORT_DATES if column in held]:
            found[name] = view.snapshot.frame(name, days)
    return found


def freshness(view: View, parts: Parts) -> dict[str, Any]:
    """How old the shown data is, and whether something waits to be computed.

    as_of; exported: newest export date in the data, null where it names none; published_at; days from the export to today; base_waits:
    identity decisions or settings of loading changed since; results_wait: other settings or recorded outcomes did; note.
    """
    exported = newest_export(_export_days(view), parts.today())
    load = parts.store.load_of(view.publication.id)
    made = load.quality["ingredients"]["shaped_by"] if load else None
    return {
        "as_of": view.publication.as_of,
        "exported": exported,
        "published_at": view.publication.created_at,
        "days": (parts.today() - exported).days if exported else None,
        "base_waits": made is not None and made != shaped_by(parts),
        "results_wait": view.publication.settings_version != results_version(parts),
        "note": view.publication.note,
    }
