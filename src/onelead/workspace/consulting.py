"""Use cases: what a consultant takes to a customer: the actions by kind of conversation, the plan by due date, the brief of an account."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.rules import KINDS, rules
from onelead.workspace.evidence import opened
from onelead.workspace.explaining import account_list
from onelead.workspace.worklist import narrow, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

HORIZONS = (("At once", 7), ("Within 30 days", 30), ("Within 60 days", 60), ("Within 90 days", 90), ("Within 180 days", 180))
LATER = "Later"
WAITING = ("open", "accepted")
PLANNED = 25
BRIEFED = 8


def types_of(kind: str) -> tuple[str, ...]:
    """The action types of a kind of conversation (see ``rules.KINDS``), the highest priority first."""
    return tuple(rule.id for rule in rules().values() if rule.kind == kind)


def kinds(view: View, parts: Parts) -> dict[str, dict[str, Any]]:
    """By kind of conversation: count and accounts of the waiting actions, their expected value (null: unknown) and whether it is an estimate."""
    frame = narrow(view, parts).filter(pl.col("state").is_in(WAITING))
    return {kind: _sums(frame.filter(pl.col("type").is_in(list(types_of(kind))))) for kind in KINDS}


def _sums(frame: pl.DataFrame) -> dict[str, Any]:
    known = frame.drop_nulls("expected_value")
    return {
        "count": frame.height,
        "accounts": frame["account_id"].drop_nulls().n_unique(),
        "value": float(known["expected_value"].sum()) if known.height else None,
        "estimated": bool(known["estimated"].any()),
    }


def action_plan(
    view: View, parts: Parts, types: Sequence[str] = (), account: str | None = None, limit: int = PLANNED
) -> list[dict[str, Any]]:
    """The waiting actions by when they are due: at once (within 7 days, or overdue), within 30, 60, 90 and 180 days, later.

    Each step has label, until (last day; null for "Later"), count, accounts, value, estimated, and rows: the first ``limit`` by rank, as
    ``worklist.shown`` gives them. Steps without actions are there too.
    """
    frame = narrow(view, parts).filter(pl.col("state").is_in(WAITING))
    if types:
        frame = frame.filter(pl.col("type").is_in(list(types)))
    if account is not None:
        frame = frame.filter(pl.col("account_id") == account)
    day, before = view.context.as_of, pl.lit(value=True)
    steps: list[dict[str, Any]] = []
    for label, days in (*HORIZONS, (LATER, None)):
        until = day + timedelta(days=days) if days is not None else None
        here = before & (pl.col("due_date") <= until) if until is not None else before
        part = frame.filter(here).sort("rank")
        steps.append({"label": label, "until": until, **_sums(part), "rows": shown(view, parts, part.head(limit)).to_dicts()})
        before = pl.col("due_date") > until if until is not None else before
    return steps


def brief(view: View, parts: Parts, given: str) -> dict[str, Any]:
    """What to know before a call with an account: its waiting actions, the first eight with letter, steps, flags and services.

    Returns a dict: account_id, account_name, territory_id, owner, owner_how, score (class, label_source, probability with its range; null:
    none), counts {table: rows}, count (waiting actions), actions (as ``evidence.opened``), points, next_steps, risk_flags, areas,
    services: lists without repeats in the order of the actions, and plan (see ``action_plan``). Raises UnknownNameError.
    """
    named = view.account_id(given)
    accounts = view.frame("accounts", ["account_id", "account_name", "territory_id", "parent_id"])
    row = accounts.filter(pl.col("account_id") == named).row(0, named=True)
    account = row["parent_id"] or named
    waiting = narrow(view, parts).filter((pl.col("account_id") == account) & pl.col("state").is_in(WAITING)).sort("rank")
    actions = [opened(view, parts, action_id) for action_id in waiting["action_id"].head(BRIEFED)]
    score = view.frame(
        "scores", ["account_id", "predicted_propensity", "label_source", "probability", "probability_low", "probability_high"]
    )
    return {
        **accounts.filter(pl.col("account_id") == account).row(0, named=True),
        "owner": actions[0]["owner"] if actions else None,
        "owner_how": actions[0]["owner_how"] if actions else None,
        "score": next(iter(score.filter(pl.col("account_id") == account).to_dicts()), None),
        "count": waiting.height,
        "actions": actions,
        "points": _once(action["why"] for action in actions),
        **{name: _once(text for action in actions for text in action[name]) for name in ("next_steps", "risk_flags", "services")},
        "areas": _once(text for action in actions for text in action["opportunity_areas"]),
        "plan": action_plan(view, parts, account=account),
    }


def briefs(view: View, parts: Parts) -> pl.DataFrame:
    """Accounts with waiting actions: the columns of ``explaining.account_list``, and estimated (whether their expected value rests on an estimate)."""
    waiting = narrow(view, parts).filter(pl.col("state").is_in(WAITING) & pl.col("expected_value").is_not_null())
    flags = waiting.group_by("account_id").agg(pl.col("estimated").any())
    return account_list(view, parts).filter(pl.col("actions") > 0).join(flags, on="account_id", how="left", maintain_order="left")


def _once(texts: Iterable[object]) -> list[str]:
    return list(dict.fromkeys(str(text) for text in texts))
