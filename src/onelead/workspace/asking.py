"""Use cases: metrics, their values by any column, and the rows behind them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from onelead import metrics as kpis
from onelead.core.registry import pick
from onelead.metrics._views import VIEWS
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

DEFAULT_ROWS = 1000
DEALS = ("opportunities", "deal_moves", "quota_progress", "stage_stays")
"""Views whose rows are the deals of somebody."""


def metric_table(view: View, names: Sequence[str] | None = None) -> pl.DataFrame:
    """Metrics with label, value, unit, direction, estimate flag, rows and definition; all of them, or those named.

    Values come from the published results where they were computed for the same date and the viewer sees everything;
    else they are computed now.
    """
    known = kpis.metrics()
    wanted = [pick(known, name, "metric").id for name in names] if names else list(known)
    values = metric_values(view, wanted)
    described = pl.DataFrame(
        [
            {"metric": m.id, "label": m.label, "unit": m.unit.value, "direction": m.direction.value, "definition": m.definition}
            for m in (known[name] for name in wanted)
        ]
    )
    return described.join(values, on="metric", how="left", maintain_order="left").select(
        "metric", "label", "value", "unit", "direction", "estimated", "rows", "definition"
    )


def metric_values(view: View, names: Sequence[str] | None = None) -> pl.DataFrame:
    """Values of metrics as in the table metric_values: the stored ones where they are for this date and everybody's rows, else new ones.

    Where deals are narrowed to those of some owners, metrics of opportunities count these only.
    """
    if view.viewer.deal_owners is not None:
        return _of_owners(view, list(names) if names is not None else list(kpis.metrics()))
    if view.context.as_of == view.publication.as_of and view.account_filter is None and _of_these_settings(view):
        return view.frame("metric_values")
    return _values(view, names)


def _of_these_settings(view: View) -> bool:
    """Whether the stored values were computed under the settings of now: amounts must not stand under another currency than their own."""
    # a publication's version names the recorded outcomes too, which no metric depends on
    return view.publication.settings_version.startswith(view.context.settings.results_version)


def _of_owners(view: View, names: list[str]) -> pl.DataFrame:
    everything = replace(view, viewer=replace(view.viewer, deal_owners=None))
    where = owned_by(view.viewer.deal_owners or ())
    frame = _values(view, names)
    for name in names:
        if kpis.metrics()[name].table in DEALS:
            own = metric_by(everything, name, (), where).select(metric=pl.lit(name), **{key: key for key in ("value", "estimated", "rows")})
            frame = frame.update(own, on="metric", include_nulls=True)
    return frame


def owned_by(owners: Iterable[str]) -> tuple[str, ...]:
    """Conditions that leave the opportunities of some owners; nobody's where none is named (a name is never empty)."""
    return tuple(f"owner_name={name}" for name in sorted(owners)) or ("owner_name=", "owner_name!=")


@of_the_snapshot
def whitespace_cells(view: View, _: Parts) -> pl.DataFrame:
    """Every account and practice, and whether it bought it: what the metrics of the view of that name are computed on."""
    return view.snapshot.execute(VIEWS["whitespace"].build(view.snapshot, view.context))


def metric_by(view: View, name: str, by: Sequence[str], where: Sequence[str]) -> pl.DataFrame:
    """One metric grouped by columns of its table or of the account, over the rows that satisfy every condition."""
    metric = pick(kpis.metrics(), name, "metric")
    if "account_id" in by and view.kept is not None and view.account_filter is not None:
        # groups by account are the same under every filter of accounts: asked once for all, each reader gets theirs
        return view.seen(view.kept(None, _of_each_account, metric.id, tuple(by), tuple(where)))
    found = _put_together(view, metric.id, by, where)
    if found is not None:
        return found
    return kpis.query(view.own, view.context, metric.id, by=by, where=where, account_filter=view.account_filter)


def _values(view: View, names: Sequence[str] | None) -> pl.DataFrame:
    """Values of metrics now: put together from what is kept of each account where the workspace is served, else asked of the rows."""

    def summed(table: str) -> dict[str, dict[str, object]]:
        pieces: kpis.Pieces | None = view.kept(None, _pieces_of_view, table) if view.kept else None
        return pieces.records(view.account_filter) if pieces else {}

    return kpis.values(view.own, view.context, names, account_filter=view.account_filter, summed=summed)


def _put_together(view: View, name: str, by: Sequence[str], where: Sequence[str]) -> pl.DataFrame | None:
    """The answer of ``metric_by`` from what is kept of each account; None where that does not tell it."""
    conditions = kpis.split(where)
    if view.kept is None or conditions is None or (view.account_filter is None and not conditions[0]):
        return None
    picked, rest = conditions
    columns = tuple(dict.fromkeys([*by, *picked]))
    pieces: kpis.Pieces | None = view.kept(None, _pieces_of_metric, name, columns, rest)
    return kpis.query_of(pieces, name, by, picked, view.account_filter) if pieces else None


@of_the_snapshot
def _pieces_of_view(view: View, _: Parts, table: str) -> kpis.Pieces | None:
    return kpis.pieces_of_view(view.snapshot, view.context, table)


@of_the_snapshot
def _pieces_of_metric(view: View, _: Parts, name: str, by: tuple[str, ...], where: tuple[str, ...]) -> kpis.Pieces | None:
    return kpis.pieces_of_metric(view.snapshot, view.context, name, by, where)


@of_the_snapshot
def _of_each_account(view: View, _: Parts, name: str, by: tuple[str, ...], where: tuple[str, ...]) -> pl.DataFrame:
    return kpis.query(view.snapshot, view.context, name, by=by, where=where)


def metric_rows(view: View, name: str, where: Sequence[str], limit: int = DEFAULT_ROWS) -> pl.DataFrame:
    """The rows that stand behind a metric, at most ``limit``."""
    metric = pick(kpis.metrics(), name, "metric")
    return kpis.rows(view.own, view.context, metric.id, where=where, limit=limit, account_filter=view.account_filter)


def metric_sql(view: View, name: str, by: Sequence[str] = (), where: Sequence[str] = ()) -> str:
    """The SQL that computes a metric, for "how is this computed"."""
    metric = pick(kpis.metrics(), name, "metric")
    return kpis.sql(view.snapshot, view.context, metric.id, by=by, where=where, account_filter=view.account_filter)


def quality_table(view: View) -> pl.DataFrame:
    """Completeness of each column and grade of each delivered table: a row a column, and one a table with ``column`` null."""
    return kpis.quality(view.snapshot, view.context, account_filter=view.account_filter)
