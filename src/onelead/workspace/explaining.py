"""Use cases: one account with everything that is known of it, and why its scores are what they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from onelead import metrics as kpis
from onelead.features import features
from onelead.workspace.acting import actions
from onelead.workspace.worklist import listed

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

FACTS = ("assets", "opportunities", "projects", "service_credits")
TOP_CONTRIBUTIONS = 8
OF_ACCOUNTS = ("propensity", "documented_score")
"""Models whose subjects are accounts: what they say of an account's deals is told with the deals."""


def account_list(view: View, parts: Parts) -> pl.DataFrame:
    """Top-level accounts with their propensity and the number and worth of their waiting actions, best first."""
    waiting = (
        listed(view, parts, ("account_id", "priority", "expected_value"))
        .group_by("account_id")
        .agg(pl.len().alias("actions"), pl.col("priority").max().alias("top_priority"), _sum_or_null("expected_value"))
    )
    scores = view.frame("scores", ["account_id", "predicted_propensity", "composite_score", "opportunity_propensity_score", "label_source"])
    accounts = view.frame("accounts").filter(pl.col("level") == "account")
    joined = accounts.join(scores, on="account_id", how="left").join(waiting, on="account_id", how="left")
    order = ["composite_score", "opportunity_propensity_score", "account_id"]
    return joined.with_columns(pl.col("actions").fill_null(0)).sort(order, descending=[True, True, False], nulls_last=True)


def account(view: View, parts: Parts, given: str) -> dict[str, object]:
    """One account: its names and ids, row counts, metrics, score, waiting actions."""
    account_id = view.account_id(given)
    accounts = view.frame("accounts")
    row = accounts.filter(pl.col("account_id") == account_id).row(0, named=True)
    top = row["parent_id"] or account_id
    named = accounts.filter(pl.col("parent_id") == account_id).select("account_id", "account_name").to_dicts()
    counts = {name: view.frame(name, ["account_id"]).filter(pl.col("account_id") == top).height for name in FACTS}
    scores = view.frame("scores").filter(pl.col("account_id") == top).to_dicts()
    links = view.frame("account_links").filter(pl.col("account_id") == account_id)
    return {
        **row,
        "currency": view.context.settings.prices.currency,
        "named_accounts": named,
        "rows": counts,
        "metrics": account_metrics(view, top),
        "score": scores[0] if scores else None,
        "links": links.select("kind", "value", "method", "confidence", "status", "evidence", "rows").to_dicts(),
        "actions": actions(view, parts, account=top).to_dicts(),
    }


def account_metrics(view: View, account_id: str) -> list[dict[str, object]]:
    """The metrics of one account's rows that have a value."""
    known = {name: metric for name, metric in kpis.metrics().items() if metric.table in FACTS}
    values = kpis.values(view.snapshot, view.context, list(known), account_filter=[account_id])
    rows = values.filter(pl.col("value").is_not_null()).to_dicts()
    return [{**row, "label": known[row["metric"]].label, "unit": known[row["metric"]].unit.value} for row in rows]


def explain(view: View, parts: Parts, given: str) -> dict[str, object]:
    """Why an account scores as it does: class, chance, the features that push most, the model's card, and its actions with evidence."""
    account_id = view.account_id(given)
    found = view.frame("accounts").filter(pl.col("account_id") == account_id).row(0, named=True)
    top = found["parent_id"] or account_id
    mine = pl.col("account_id") == top
    card = view.frame("model_cards").filter(pl.col("model") == "propensity").row(0, named=True)
    pushes = (
        view.frame("contributions")
        .filter(mine & pl.col("model").is_in(OF_ACCOUNTS))
        .sort(pl.col("contribution").abs(), descending=True, maintain_order=True)
        .group_by("model", maintain_order=True)
        .head(TOP_CONTRIBUTIONS)
    )
    if card["label_source"] == "none":
        # The propensity is then the documented score itself: once is enough.
        pushes = pushes.filter(pl.col("model") != "documented_score")
    described = {feature.id: feature for feature in features()}
    parts_of_score = [
        {**row, "label": described[row["feature"]].label if row["feature"] in described else row["feature"]} for row in pushes.to_dicts()
    ]
    return {
        "account_id": top,
        "account_name": view.frame("accounts").filter(mine)["account_name"].item(),
        "as_of": view.context.as_of,
        "currency": view.context.settings.prices.currency,
        "score": next(iter(view.frame("scores").filter(mine).to_dicts()), None),
        "model": card["summary"],
        "contributions": parts_of_score,
        "features": next(iter(view.frame("features").filter(mine).to_dicts()), {}),
        "actions": [_short(row) for row in actions(view, parts, account=top).to_dicts()],
    }


def _short(row: dict[str, object]) -> dict[str, object]:
    kept = (
        "action_id",
        "type",
        "priority",
        "title",
        "why",
        "due_date",
        "expected_value",
        "estimated",
        "confidence",
        "evidence_table",
        "evidence_count",
        "state",
    )
    return {**{name: row[name] for name in kept}, "evidence_keys": json.loads(str(row["evidence_keys"]))}


def _sum_or_null(name: str) -> pl.Expr:
    """The sum of what is known; null, not zero, where nothing is."""
    return pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name)
