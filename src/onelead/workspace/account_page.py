"""Use cases: what stands at the head of an account's page, why it scores as it does, and the plan that is printed for its team."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead import metrics as kpis
from onelead.features import features
from onelead.workspace.account_numbers import account_numbers
from onelead.workspace.account_rows import account_actions, account_links, account_rows, checked
from onelead.workspace.acting import LISTED
from onelead.workspace.health import chosen_card, scored
from onelead.workspace.health_history import scores_before
from onelead.workspace.people import main_owners

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

HEAD_METRICS = (
    "assets",
    "expired_products",
    "expiring_products",
    "unsupported_products",
    "revenue_at_risk",
    "portfolio_value",
    "unpriced_products",
    "open_opportunities",
    "project_count",
    "active_projects",
    "overdue_projects",
    "project_success_rate",
    "days_since_last_project",
    "purchased_credits",
    "unused_credits",
    "unused_credit_value",
    "credit_utilization",
    "expiring_credits",
)
CALIBRATED = "outcomes"
SHOWN_PUSHES = 8
OTHERS = "other features"


def account_head(view: View, parts: Parts, account_id: str) -> dict[str, Any]:
    """The numbers of one account.

    Keys: ``metrics`` (id → value, estimated, rows, label, unit), annual_value with whether it is
    estimated and tier (null where nothing is known), open_amount (of open opportunities that state one, null where none does) and open_priced (how many do),
    owner (who looks after it and how that is known, or None), named (accounts below it: account_id, account_name, country), links and links_to_review, actions (waiting), credit_rows.

    Raises UnknownNameError for an account that the viewer may not see.
    """
    checked(view, account_id)
    known = kpis.metrics()
    values = kpis.values(view.snapshot, view.context, list(HEAD_METRICS), account_filter=[account_id])
    lines = {
        row["metric"]: {**row, "label": known[row["metric"]].label, "unit": known[row["metric"]].unit.value} for row in values.to_dicts()
    }
    worth = account_numbers(view, parts).filter(pl.col("account_id") == account_id).to_dicts()
    deals = account_rows(view, parts, account_id, "opportunities").filter("is_open")
    priced = deals["amount"].drop_nulls()
    links = account_links(view, parts, account_id)
    waiting = account_actions(view, parts, account_id).filter(pl.col("state").is_in(LISTED))
    owner = main_owners(view, parts, (account_id,)).get(account_id)
    return {
        "metrics": lines,
        "annual_value": worth[0]["annual_value"] if worth else None,
        "annual_value_estimated": bool(worth and worth[0]["annual_value_estimated"]),
        "tier": worth[0]["tier"] if worth else None,
        "open_amount": float(priced.sum()) if priced.len() else None,
        "open_priced": priced.len(),
        "owner": owner,
        "named": named_accounts(view, account_id),
        "links": links.select("kind", "value").unique().height,
        "links_to_review": links.filter(pl.col("status") == "review").height,
        "actions": waiting.height,
    }


def account_health(view: View, parts: Parts, account_id: str, card: str, version: str = "") -> dict[str, Any] | None:
    """One account's health by a scorecard; None for an account that is not in the snapshot.

    score, band (null where unknown), reason, weight_used, before, since and change (against the newest snapshot of an earlier date; null
    without one), card and bands (of the scorecard), and parts: id, label, weight, points, used (percent of the weight), says.
    """
    checked(view, account_id)
    chosen = chosen_card(parts, card)
    mine = scored(view, parts, card).filter(pl.col("account_id") == account_id).to_dicts()
    if not mine:
        return None
    since, earlier = scores_before(view, parts, card, version)
    before = earlier.filter(pl.col("account_id") == account_id)["score"].drop_nulls().to_list()
    row, found = mine[0], json.loads(mine[0]["parts"])
    return {
        **{name: row[name] for name in ("score", "band", "reason", "weight_used")},
        "card": chosen.label,
        "bands": {"healthy": chosen.bands.healthy, "at_risk": chosen.bands.at_risk},
        "before": before[0] if before else None,
        "since": since if before else None,
        "change": row["score"] - before[0] if before and row["score"] is not None else None,
        "parts": [
            {
                "id": part.id,
                "label": part.label,
                "weight": part.weight,
                "points": found[part.id]["points"],
                "used": found[part.id]["weight_used"],
                "says": found[part.id]["reason"],
            }
            for part in chosen.categories
        ],
    }


def named_accounts(view: View, account_id: str) -> list[dict[str, Any]]:
    """The named accounts below an account, by name."""
    accounts = view.snapshot.table("accounts")
    below = accounts.filter(accounts.parent_id == account_id).select("account_id", "account_name", "country", "source_ids")
    return view.snapshot.execute(below).sort("account_name").to_dicts()


def why_score(view: View, parts: Parts, account_id: str) -> dict[str, Any] | None:
    """Why an account's propensity is what it is; None where it has no score.

    ``by`` is "model" (calibrated on outcomes: only then are there percentages), "rules" (a model of labels that rules made: words) or
    "score" (no model: the documented score, in points of 100). Also class_ (High, Medium, Low), probability with low and high, base (the
    model's chance before it knows the account), confidence, points (the documented score), unit (of the pushes: "log-odds" or "points"),
    pushes (feature, label, value, unit, push, note; the strongest first, the rest summed up last), summary (of the model's card), limits
    and horizon (days).

    Raises UnknownNameError for an account that the viewer may not see.
    """
    del parts
    checked(view, account_id)
    rows = view.snapshot.table("scores")
    score = view.snapshot.execute(rows.filter(rows.account_id == account_id)).to_dicts()
    if not score:
        return None
    found = view.frame("model_cards").filter(pl.col("model") == "propensity").row(0, named=True)
    card = json.loads(found["card"])
    source = score[0]["label_source"]
    base = card.get("baseline_log_odds")
    return {
        "by": {"outcomes": "model", "rules": "rules"}.get(source, "score"),
        "class_": score[0]["predicted_propensity"],
        "probability": score[0]["probability"],
        "low": score[0]["probability_low"],
        "high": score[0]["probability_high"],
        "base": _chance(base) if source == CALIBRATED and base is not None else None,
        "confidence": score[0]["prediction_confidence"],
        "points": 100.0 * score[0]["opportunity_propensity_score"],
        "unit": "points" if source == "none" else "log-odds",
        "pushes": _pushes(view, account_id, 100.0 if source == "none" else 1.0),
        "summary": found["summary"],
        "limits": card.get("limits") or [],
        "horizon": view.context.settings.propensity.horizon_days,
    }


def _chance(log_odds: float) -> float:
    odds: float = 2.718281828459045**log_odds
    return odds / (1.0 + odds)


def _pushes(view: View, account_id: str, scale: float) -> list[dict[str, Any]]:
    table = view.snapshot.table("contributions")
    rows = view.snapshot.execute(table.filter(table.account_id == account_id, table.model == "propensity"))
    described = {feature.id: feature for feature in features()}
    order = pl.col("contribution").abs()
    ranked = rows.filter(pl.col("feature") != OTHERS).sort([order, pl.col("feature")], descending=[True, False])
    shown = ranked.head(SHOWN_PUSHES)
    rest = [*ranked.tail(-SHOWN_PUSHES).to_dicts(), *rows.filter(pl.col("feature") == OTHERS).to_dicts()]
    out = []
    for row in shown.to_dicts():
        known = described.get(row["feature"])
        out.append(
            {
                "feature": row["feature"],
                "label": known.label if known else row["feature"],
                "unit": known.unit.value if known else "number",
                "value": row["value"],
                "push": scale * row["contribution"],
                "note": row["note"],
            }
        )
    if rest:
        total = scale * sum(row["contribution"] for row in rest)
        out.append({"feature": "", "label": "All other features", "unit": "number", "value": None, "push": total, "note": None})
    return out


def exposure(view: View, parts: Parts, account_id: str) -> pl.DataFrame:
    """Life cycle of an account's assets by product category, the most expired first.

    product_category, assets, expired, expiring, unsupported, first_end (earliest end of life that is announced), value, estimated, unpriced.
    """
    rows = account_rows(view, parts, account_id, "assets")
    value = pl.when(pl.col("unit_value").is_not_null().any()).then(pl.col("unit_value").sum())
    grouped = rows.group_by("product_category").agg(
        assets=pl.len().cast(pl.Int64),
        expired=pl.col("is_expired").sum().cast(pl.Int64),
        expiring=(pl.col("lifecycle_state") == "Expiring").sum().cast(pl.Int64),
        unsupported=(~pl.col("is_supported")).sum().cast(pl.Int64),
        first_end=pl.col("end_of_life_date").filter(pl.col("days_to_end_of_life").is_not_null()).min(),
        value=value,
        estimated=(pl.col("is_estimated") & pl.col("unit_value").is_not_null()).any(),
        unpriced=pl.col("unit_value").null_count().cast(pl.Int64),
    )
    return grouped.sort(["expired", "assets", "product_category"], descending=[True, True, False], nulls_last=True)


def waiting_actions(view: View, parts: Parts, account_id: str) -> list[dict[str, Any]]:
    """The account's actions that wait, by rank, with their lists as lists."""
    rows = account_actions(view, parts, account_id).filter(pl.col("state").is_in(LISTED)).to_dicts()
    lists = ("next_steps", "opportunity_areas", "risk_flags", "services", "evidence_keys")
    return [{**row, **{name: json.loads(row[name]) for name in lists}} for row in rows]
