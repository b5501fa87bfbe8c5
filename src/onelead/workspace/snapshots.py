"""Use cases: list, compare, roll back and prune snapshots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.core.errors import UnknownNameError
from onelead.workspace.asking import metric_values
from onelead.workspace.viewing import view

if TYPE_CHECKING:
    from onelead.core.viewer import Viewer
    from onelead.store import Publication
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

LISTED = {
    "snapshot": pl.Int64,
    "current": pl.Boolean,
    "as_of": pl.Date,
    "created_at": pl.Datetime("us", "UTC"),
    "note": pl.String,
    "base": pl.String,
    "results": pl.String,
}
COMPARED = ("assets", "opportunities", "projects", "services", "service_credits", "accounts")


def snapshot_list(parts: Parts) -> pl.DataFrame:
    """Publications, newest first, with the one that readers see marked, and those that were taken back (they did not lead to it)."""
    current = parts.store.current()
    stand = {found.id for found in parts.store.led_to(current.id)} if current else set()
    rows = [
        {
            "snapshot": found.id,
            "current": found.is_current,
            "as_of": found.as_of,
            "created_at": found.created_at,
            "note": found.note,
            "taken_back": found.id not in stand,
            "base": found.base,
            "results": found.results,
        }
        for found in parts.store.publications()
    ]
    return (
        pl.DataFrame(rows).sort("created_at", descending=True)
        if rows
        else pl.DataFrame(schema={"snapshot": pl.String, "current": pl.Boolean})
    )


def standing_publications(view: View, parts: Parts) -> list[Publication]:
    """The publications that led to the one shown, newest first, it included: what "before" and "earlier" mean everywhere.

    One that readers were sent back from (an undone load, a rollback) did not lead to what came after.
    """
    return parts.store.led_to(view.publication.id)


def resolve_snapshot(parts: Parts, given: str) -> Publication:
    """The publication with the id ``given``. Raises UnknownNameError."""
    by_id = {str(publication.id): publication for publication in parts.store.publications()}
    if given not in by_id:
        raise UnknownNameError("snapshot", given, list(by_id))
    return by_id[given]


def diff(parts: Parts, viewer: Viewer, before: str, after: str) -> dict[str, pl.DataFrame]:
    """What differs between two snapshots: rows by table, metrics, and the actions that came and went."""
    old_id, new_id = resolve_snapshot(parts, before).id, resolve_snapshot(parts, after).id
    with view(parts, viewer, publication=old_id) as old, view(parts, viewer, publication=new_id) as new:
        counts = pl.DataFrame([{"table": name, "before": _height(old, name), "after": _height(new, name)} for name in COMPARED])
        metrics = (
            metric_values(new)
            .select("metric", "value")
            .join(metric_values(old).select("metric", "value"), on="metric", how="full", coalesce=True, suffix="_before")
        )
        columns = ["action_id", "account_id", "account_name", "type", "title"]
        was, now = old.frame("actions", columns), new.frame("actions", columns)
    moved = (
        metrics.filter(~pl.col("value").eq_missing(pl.col("value_before")))
        .select("metric", before="value_before", after="value")
        .sort("metric")
    )
    gone = was.join(now, on="action_id", how="anti").with_columns(pl.lit("gone").alias("change"))
    came = now.join(was, on="action_id", how="anti").with_columns(pl.lit("new").alias("change"))
    counts = counts.with_columns((pl.col("after") - pl.col("before")).alias("change"))
    return {"rows": counts, "metrics": moved, "actions": pl.concat([came, gone])}


def _height(shown: View, name: str) -> int:
    """Rows of a table that the viewer may see; counted where they lie when that is all of them."""
    if shown.account_filter is None:
        rows = shown.snapshot.table(name)
        return int(shown.snapshot.execute(rows.aggregate(rows=rows.count())).item())
    return shown.frame(name).height


def rollback(parts: Parts, given: str) -> Publication:
    """Let readers see an earlier publication again: only the pointer moves."""
    with parts.store.lock():
        return parts.store.point_to(resolve_snapshot(parts, given).id)


def prune(parts: Parts, keep: int | None = None) -> list[str]:
    """Drop all publications but the newest ``keep`` (a setting) and the current one; the names of the layers that went."""
    with parts.store.lock():
        dropped = parts.store.prune(keep or parts.settings.load.keep_snapshots)
        parts.engine.sweep(parts.store.live_layers())
    return dropped
