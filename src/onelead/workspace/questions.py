"""Use cases: the questions that programs ask, beside those of pages: metrics and their rows, definitions, outcomes, one action."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead import metrics as kpis
from onelead.core.errors import UnknownNameError, UsageError
from onelead.core.registry import pick
from onelead.features import features
from onelead.workspace import acting, exporting, identities, snapshots
from onelead.workspace.asking import metric_by, metric_sql, metric_table
from onelead.workspace.browsing import framed_page, table_page, table_total
from onelead.workspace.explaining import account_list
from onelead.workspace.worklist import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts


ESTIMATED = frozenset({"unit_value", "project_value"})
"""Money of a row that may be an estimate; ``is_estimated`` then says so."""


def account_rows(view: View, parts: Parts) -> pl.DataFrame:
    """As ``account_list``, with whether the expected value of its actions rests on an estimate."""
    waiting = listed(view, parts, ("account_id", "expected_value", "estimated")).filter(pl.col("expected_value").is_not_null())
    flags = waiting.group_by("account_id").agg(pl.col("estimated").any())
    return account_list(view, parts).join(flags, on="account_id", how="left", maintain_order="left")


def resolved_account(view: View, _: Parts, given: str) -> str:
    """The top-level account that ``given`` (id, source id, name) means. Raises UnknownNameError."""
    account_id = view.account_id(given)
    found = view.frame("accounts", ["account_id", "parent_id"]).filter(pl.col("account_id") == account_id)
    return str(found["parent_id"][0] or account_id)


FRAMED: dict[str, Callable[[View, Parts], pl.DataFrame]] = {
    "accounts": account_rows,
    "actions": lambda view, parts: acting.actions(view, parts, state="all"),
}
"""Tables that are exported with what is known beside them: accounts with their scores, actions with what people did."""


def metric_list(view: View, _: Parts, names: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Metrics (all, or those named) with label, value, unit, direction, area, estimated, rows and definition."""
    known = kpis.metrics()
    return [{**row, "area": known[row["metric"]].area} for row in metric_table(view, list(names) or None).to_dicts()]


def metric_definition(view: View, parts: Parts, name: str) -> dict[str, Any]:
    """One metric: as in ``metric_list``, with where it comes from, its table, the columns of its rows, and what it can be grouped by."""
    metric = pick(kpis.metrics(), name, "metric")
    return {
        **metric_list(view, parts, (metric.id,))[0],
        "source": metric.source,
        "table": metric.table,
        "columns": list(metric.columns),
        "dimensions": [{"name": column, "doc": doc} for column, doc in kpis.dimensions(metric.id).items()],
    }


def metric_groups(view: View, _: Parts, name: str, by: Sequence[str] = (), where: Sequence[str] = ()) -> pl.DataFrame:
    """A metric grouped by columns of its table or of the account: those columns, value, estimated, rows."""
    return metric_by(view, name, list(by), list(where))


def metric_drill(view: View, _: Parts, name: str, where: Sequence[str] = (), offset: int = 0, limit: int | None = 100) -> pl.DataFrame:
    """The rows behind a metric, ``limit`` of them from ``offset`` on; with ``is_estimated`` where they hold money that may be an estimate."""
    metric = pick(kpis.metrics(), name, "metric")
    also = ("is_estimated",) if ESTIMATED.intersection(metric.columns) and "is_estimated" in kpis.dimensions(metric.id) else ()
    return kpis.rows(
        view.own, view.context, metric.id, where=where, offset=offset, limit=limit, also=also, account_filter=view.account_filter
    )


def metric_statement(view: View, _: Parts, name: str, by: Sequence[str] = (), where: Sequence[str] = ()) -> str:
    """The SQL behind a metric."""
    return metric_sql(view, name, by, where)


def feature_list() -> list[dict[str, Any]]:
    """The features that accounts are described by: feature, label, unit, doc, source, dated."""
    return [
        {
            "feature": entry.id,
            "label": entry.label,
            "unit": entry.unit.value,
            "doc": entry.doc,
            "source": entry.source,
            "dated": entry.dated,
        }
        for entry in features()
    ]


def model_cards(view: View, _: Parts) -> list[dict[str, Any]]:
    """The card of each model: its columns, with ``card`` as an object."""
    return [{**row, "card": json.loads(row["card"])} for row in view.frame("model_cards").to_dicts()]


def action(view: View, parts: Parts, action_id: str) -> dict[str, Any]:
    """One action with its opener, by its whole id. Raises UnknownNameError."""
    found = acting.one(view, parts, action_id)
    if found["action_id"] != action_id:
        raise UnknownNameError("action", action_id, [str(found["action_id"])])
    return found


def recorded_outcomes(view: View, parts: Parts) -> pl.DataFrame:
    """What came of actions that were done, of the accounts that the viewer may see, the newest first."""
    frame = parts.store.recorded_outcomes()
    if view.account_filter is not None:
        frame = frame.filter(pl.col("account_id").is_in(view.account_filter))
    return frame.sort("at", "action_id", descending=[True, False])


def exported_table(
    view: View, parts: Parts, table: str, kind: str, where: Sequence[str] = (), sort: Sequence[str] = (), fields: Sequence[str] = ()
) -> bytes:
    """Rows of a table as a file. Raises UsageError for more than a file of the kind may have, before they are read."""
    limit = exporting.checked_kind(kind).max_rows
    if table in FRAMED:
        frame = framed_page(FRAMED[table](view, parts), where, sort, fields, 0, None)["items"]
    else:
        total = table_total(view, parts, table, where)
        if total > limit:
            raise UsageError(
                f"{table}: {total:,} rows are more than the {limit:,} that a {kind.upper()} file may have.", hint="Narrow them with where."
            )
        frame = table_page(view, parts, table, where, sort, fields, 0, None)
    return exporting.export(frame, kind, table)


def exported_metric(view: View, parts: Parts, name: str, kind: str, where: Sequence[str] = (), by: Sequence[str] = ()) -> bytes:
    """The rows behind a metric as a file; with ``by`` its values by these columns."""
    limit = exporting.checked_kind(kind).max_rows
    frame = metric_groups(view, parts, name, by, where) if by else metric_drill(view, parts, name, where, 0, limit + 1)
    return exporting.export(frame, kind, name)


def identity_links(view: View, _: Parts, status: str = "review") -> pl.DataFrame:
    """Identity links of one status, the surest first. See ``identities.links``."""
    return identities.links(view, status)


def snapshot_diff(view: View, parts: Parts, before: str, after: str) -> dict[str, pl.DataFrame]:
    """What differs between two snapshots. See ``snapshots.diff``."""
    return snapshots.diff(parts, view.viewer, before, after)
