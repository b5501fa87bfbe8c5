"""Use cases: what a number is: its value, its definition, the SQL behind it, and how it moved since the snapshot before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onelead.workspace.asking import metric_by, metric_rows, metric_sql, metric_table
from onelead.workspace.comparing import OTHER, published_values
from onelead.workspace.snapshots import standing_publications
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

ROWS_LISTED = 50_000
NOTHING_BEFORE: dict[str, Any] = {"since": None, "values": {}, OTHER: {}}
Line = dict[str, Any]


@of_the_snapshot
def metric_lines(view: View, _: Parts, names: Sequence[str]) -> dict[str, Line]:
    """Metrics by id, each with label, value, unit, direction, estimated, rows and definition."""
    return {str(row["metric"]): row for row in metric_table(view, list(names)).iter_rows(named=True)}


def values_before(view: View, parts: Parts) -> dict[str, Any]:
    """Values of the metrics in the newest snapshot of an earlier as-of date, and that date.

    {"since": date | None, "values": {id: value}, "other": {id: currency}}; ``other`` names the currency of amounts that are left out
    because it is not the workspace's of now. Empty where there is no such snapshot, and for readers who do not see every account: stored
    totals are over all of them.
    """
    now = view.publication
    if view.account_filter is not None or view.context.as_of != now.as_of:
        return dict(NOTHING_BEFORE)
    earlier = [found for found in standing_publications(view, parts) if found.as_of < now.as_of and found.id != now.id]
    if not earlier:
        return dict(NOTHING_BEFORE)
    before = max(earlier, key=lambda found: (found.as_of, found.id))
    stored = published_values(view, parts, before)
    known = {name: dict(stored.select("metric", name).drop_nulls().iter_rows()) for name in ("value", OTHER)}
    return {"since": before.as_of, "values": known["value"], OTHER: known[OTHER]}


@of_the_snapshot
def definition(view: View, parts: Parts, metric: str, where: Sequence[str] = ()) -> Line:
    """One metric with all that explains it: the line of ``metric_lines`` (over ``where``), sql, as_of, snapshot, settings; before, since, other.

    The last three are as in ``values_before``.
    """
    line = metric_lines(view, parts, (metric,))[metric] if not where else _narrowed(view, parts, metric, where)
    earlier = values_before(view, parts) if not where else NOTHING_BEFORE
    return {
        **line,
        "sql": metric_sql(view, metric, (), where),
        "as_of": view.context.as_of,
        "snapshot": view.publication.id,
        "published": view.publication.created_at,
        "settings": view.context.settings.version,
        "before": earlier["values"].get(metric),
        "since": earlier["since"],
        OTHER: earlier[OTHER].get(metric),
    }


def _narrowed(view: View, parts: Parts, metric: str, where: Sequence[str]) -> Line:
    found = metric_by(view, metric, (), where).row(0, named=True)
    return {**metric_lines(view, parts, (metric,))[metric], **found}


@of_the_snapshot
def rows_behind(view: View, _: Parts, metric: str, where: Sequence[str] = ()) -> pl.DataFrame:
    """The rows that a metric counts, at most ROWS_LISTED."""
    return metric_rows(view, metric, where, ROWS_LISTED)
