"""Use cases: how metrics moved from snapshot to snapshot, and the board of all of them with their change and line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead import metrics as kpis
from onelead.core.context import Context
from onelead.core.registry import pick
from onelead.workspace.asking import metric_table, metric_values
from onelead.workspace.comparing import OTHER, published_values
from onelead.workspace.snapshots import standing_publications

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.store import Publication
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

SCHEMA: dict[str, type[pl.DataType]] = {
    "snapshot": pl.Int64,
    "as_of": pl.Date,
    "settings": pl.String,
    "metric": pl.String,
    "value": pl.Float64,
    "estimated": pl.Boolean,
    OTHER: pl.String,
}
COMPUTED_MOST = 6
"""So many snapshots at most are computed anew for somebody who sees some accounts only: stored totals are over all of them."""
BOARD: dict[str, pl.DataType | type[pl.DataType]] = {
    "metric": pl.String,
    "label": pl.String,
    "area": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "direction": pl.String,
    "estimated": pl.Boolean,
    "rows": pl.Int64,
    "definition": pl.String,
    "before": pl.Float64,
    "since": pl.Date,
    "change": pl.Float64,
    OTHER: pl.String,
    "line": pl.List(pl.Float64),
    "days": pl.List(pl.Date),
}


def told(view: View, parts: Parts) -> list[Publication]:
    """The publications that a history up to the one shown is told by, oldest first: the newest of each as-of date that led to it."""
    now = view.publication
    newest: dict[Any, Publication] = {now.as_of: now}
    for found in standing_publications(view, parts):
        if found.id < now.id and found.as_of < view.context.as_of:
            newest.setdefault(found.as_of, found)
    return [newest[day] for day in sorted(newest) if day <= view.context.as_of]


def metric_history(view: View, parts: Parts, names: Sequence[str] | None = None) -> pl.DataFrame:
    """Values of metrics (all, or those named) by snapshot, oldest first: snapshot, as_of, settings (version), metric, value, estimated, other.

    Earlier values are those that were published then, under the settings of then; an amount in another currency than that of now is null,
    and ``other`` names its currency. For a viewer of some accounts the newest 6 snapshots are computed again over these accounts, under
    the settings of now. Raises UnknownNameError for a metric that does not exist.
    """
    wanted = [pick(kpis.metrics(), name, "metric").id for name in names] if names is not None else list(kpis.metrics())
    frames = [_of_now(view, wanted)]
    earlier = [found for found in told(view, parts) if found.id != view.publication.id]
    for found in earlier if view.account_filter is None else earlier[-(COMPUTED_MOST - 1) :]:
        values = published_values(view, parts, found) if view.account_filter is None else _computed(view, parts, found, wanted)
        frames.append(_lines(values, found.id, found.as_of, found.settings_version))
    known = pl.concat(frames).filter(pl.col("metric").is_in(wanted))
    return known.sort("as_of", "snapshot", "metric")


def metric_board(view: View, parts: Parts) -> pl.DataFrame:
    """Every metric with its value, its area, how it moved and its line: columns of ``BOARD``.

    ``before`` and ``since`` are of the newest earlier snapshot that knew it; ``line`` and ``days`` hold the known values, oldest first.
    ``other`` is the currency of the newest earlier amount where there is no ``before`` because none is in the workspace's currency.
    """
    table = metric_table(view)
    whole = metric_history(view, parts)
    history = whole.filter(pl.col("value").is_not_null())
    unlike = whole.filter(pl.col(OTHER).is_not_null()).group_by("metric").agg(pl.col(OTHER).last().alias("_other"))
    past = (
        history.filter(pl.col("as_of") < view.context.as_of)
        .group_by("metric")
        .agg(pl.col("value").last().alias("before"), pl.col("as_of").last().alias("since"))
    )
    lines = history.group_by("metric").agg(pl.col("value").alias("line"), pl.col("as_of").alias("days"))
    areas = pl.DataFrame([(name, metric.area) for name, metric in kpis.metrics().items()], schema=["metric", "area"], orient="row")
    joined = table.join(areas, on="metric", how="left", maintain_order="left").join(past, on="metric", how="left", maintain_order="left")
    joined = joined.join(lines, on="metric", how="left", maintain_order="left").join(unlike, on="metric", how="left", maintain_order="left")
    joined = joined.with_columns(
        (pl.col("value") - pl.col("before")).alias("change"), pl.when(pl.col("before").is_null()).then("_other").alias(OTHER)
    )
    return joined.select(pl.col(name).cast(dtype) for name, dtype in BOARD.items())


def _of_now(view: View, wanted: list[str]) -> pl.DataFrame:
    return _lines(metric_values(view, wanted), view.publication.id, view.context.as_of, view.publication.settings_version)


def _computed(view: View, parts: Parts, found: Publication, wanted: list[str]) -> pl.DataFrame:
    snapshot = parts.engine.open(found.base, found.results)
    try:
        return kpis.values(snapshot, Context(found.as_of, parts.settings), wanted, account_filter=view.account_filter)
    finally:
        snapshot.close()


def _lines(values: pl.DataFrame, snapshot: int, day: object, settings: str) -> pl.DataFrame:
    marks = [pl.lit(snapshot).alias("snapshot"), pl.lit(day).alias("as_of"), pl.lit(settings).alias("settings")]
    values = values if OTHER in values.columns else values.with_columns(pl.lit(None).alias(OTHER))
    return values.with_columns(marks).select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())
