"""Use cases for those who lead: the customer universe, where the opportunities are, what risk concentrates in, what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead import metrics as kpis
from onelead.core.registry import pick
from onelead.metrics import Explore
from onelead.rules import KINDS
from onelead.workspace.acting import LISTED
from onelead.workspace.asking import metric_by, metric_values, quality_table
from onelead.workspace.consulting import types_of
from onelead.workspace.worklist import narrow, shown

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

URGENT_FROM = 8
URGENT = ("Urgent action", "Priority 8 to 10: due at once or within 30 days.")
BREAKDOWNS = (
    "account.region",
    "account.country",
    "practice",
    "product_category",
    "account_name",
    "business_area",
    "lifecycle_state",
    "support_status",
    "product_line",
    "size_bucket",
    "stage",
    "project_year",
    "country",
    "region",
)
"""Columns that a metric is broken down by, the usual ones first."""


def executive(view: View, parts: Parts) -> dict[str, Any]:
    """Headline numbers: accounts, raw_ids, propensity (class → accounts), label_source, and by kind of opportunity the accounts and actions.

    ``renewal`` and ``cross_sell`` count accounts with a waiting action of that kind; ``waiting`` all actions, ``value``, ``low`` and
    ``high`` what they are expected to bring (sums over those that state it; None where none does), ``valued`` how many state it.
    """
    waiting = _waiting(view, parts)
    accounts = view.frame("accounts", ["account_id", "level", "raw_ids"]).filter(pl.col("level") == "account")
    scores = view.frame("scores", ["account_id", "predicted_propensity", "label_source"])
    classes = {name: scores.filter(pl.col("predicted_propensity") == name).height for name in ("High", "Medium", "Low")}
    valued = waiting.filter(pl.col("expected_value").is_not_null())
    sums = {name: float(valued[column].sum()) if valued.height else None for name, column in _MONEY.items()}
    return {
        "accounts": accounts.height,
        "raw_ids": int(accounts["raw_ids"].sum() or 0),
        "propensity": classes,
        "label_source": scores["label_source"][0] if scores.height else "none",
        "renewal": _accounts_with(waiting, types_of("renewals")),
        "cross_sell": _accounts_with(waiting, types_of("cross_sell")),
        "waiting": waiting.height,
        "valued": valued.height,
        "estimated": bool(valued["estimated"].any()),
        **sums,
    }


_MONEY = {"value": "expected_value", "low": "expected_value_low", "high": "expected_value_high"}


def opportunity_kinds(view: View, parts: Parts) -> pl.DataFrame:
    """Waiting actions by kind: kind, about, types (none: of any), accounts, actions, expected_value, estimated. An urgent renewal counts as urgent and as renewal."""
    waiting = _waiting(view, parts)
    asked: list[tuple[tuple[str, str], tuple[str, ...], pl.Expr]] = [(URGENT, (), pl.col("priority") >= URGENT_FROM)]
    asked += [(words, types_of(kind), pl.col("type").is_in(types_of(kind))) for kind, words in KINDS.items()]
    rows = []
    for (name, about), types, test in asked:
        found = waiting.filter(test)
        known = found["expected_value"].drop_nulls()
        flag = bool(found.filter(pl.col("expected_value").is_not_null())["estimated"].any())
        accounts = found["account_id"].drop_nulls().n_unique()
        rows.append((name, about, types, accounts, found.height, float(known.sum()) if len(known) else None, flag))
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "kind": pl.String,
        "about": pl.String,
        "types": pl.List(pl.String),
        "accounts": pl.Int64,
        "actions": pl.Int64,
        "expected_value": pl.Float64,
        "estimated": pl.Boolean,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def breakdowns(view: View, parts: Parts, metric: str) -> list[tuple[str, str]]:  # noqa: ARG001 - a use case takes the parts
    """Columns by which a metric can be broken down, with what they mean: those of ``BREAKDOWNS`` in which a row has a value."""
    chosen = pick(kpis.metrics(), metric, "metric")
    asked = Explore(view.snapshot, view.context, chosen.table, (), view.account_filter, metric)
    known = asked.schema()
    offered = [name for name in BREAKDOWNS if name in known]
    # where the account's region is offered, the row's own column of that name would only confuse
    offered = [name for name in offered if f"account.{name}" not in offered]
    return [(name, known[name][1]) for name in asked.filled(offered)] if offered else []


def breakdown(view: View, parts: Parts, metric: str, by: str) -> pl.DataFrame:  # noqa: ARG001 - a use case takes the parts
    """A metric by one column: that column as ``group`` (text; null is unknown), value, estimated, rows; the largest first."""
    frame = metric_by(view, metric, (by,), ())
    return frame.rename({by: "group"}).with_columns(pl.col("group").cast(pl.String))


def concentration(view: View, parts: Parts, metric: str = "revenue_at_risk") -> pl.DataFrame:  # noqa: ARG001 - a use case takes the parts
    """A sum by account with its share and the running share of all attributed ones: account_id, account_name, value, estimated, rows, share, running."""
    frame = metric_by(view, metric, ("account_id", "account_name"), ())
    frame = frame.filter((pl.col("value") > 0) & pl.col("account_id").is_not_null())
    total = pl.col("value").sum()
    return frame.with_columns((pl.col("value") / total).alias("share"), (pl.col("value").cum_sum() / total).alias("running"))


def not_known(view: View, parts: Parts) -> dict[str, Any]:  # noqa: ARG001 - a use case takes the parts
    """What numbers do not cover: quality grades by table, and the counts of what is unattributed, unpriced, quarantined and to be reviewed."""
    names = ("unattributed_rows", "unpriced_products", "unvalued_projects", "quarantined_rows", "links_to_review")
    values = metric_values(view, names)
    counts = dict(values.filter(pl.col("metric").is_in(list(names))).select("metric", "value").iter_rows())
    grades = [] if view.account_filter is not None else _grades(view)
    unknown = metric_values(view, None).filter(pl.col("value").is_null())["metric"].to_list()
    return {
        "counts": counts,
        "grades": grades,
        "unknown": [(name, kpis.metrics()[name].label, kpis.metrics()[name].area) for name in unknown],
    }


def best_actions(view: View, parts: Parts, limit: int = 10) -> pl.DataFrame:
    """The first waiting actions by rank, whole: the columns of ``worklist.shown``."""
    return shown(view, parts, _waiting(view, parts).sort("rank").head(limit))


def _waiting(view: View, parts: Parts) -> pl.DataFrame:
    """Waiting actions with the few columns that are counted here: the whole table is large."""
    columns = ("action_id", "rank", "account_id", "type", "priority", "estimated", *_MONEY.values())
    return narrow(view, parts, columns).filter(pl.col("state").is_in(LISTED))


def _grades(view: View) -> list[dict[str, Any]]:
    return quality_table(view).filter(pl.col("column").is_null()).select("table", "rows", "completeness", "grade").to_dicts()


def _accounts_with(waiting: pl.DataFrame, kinds: tuple[str, ...]) -> int:
    return waiting.filter(pl.col("type").is_in(kinds))["account_id"].drop_nulls().n_unique()
