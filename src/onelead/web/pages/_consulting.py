"""Consultant Enablement: what its blocks load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UnknownNameError
from onelead.web._acted import letter_of
from onelead.web._actions import rows_of
from onelead.web._page import Missing, Number
from onelead.workspace.consulting import action_plan, brief, briefs, kinds, types_of
from onelead.workspace.evidence import opened
from onelead.workspace.worklist import worklist

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from onelead.web._ask import Ask

STEP = 10
MOST = 200
EXPORTED = 50_000
DROPPED = ("parameters", "template", "evidence_where", "owner_how", "chance_low", "chance_high", "tries")
STATES = (("open", "Open"), ("accepted", "Accepted"))
EMPTY = {"open": "No open actions of this kind under these filters.", "accepted": "No action of this kind is accepted."}


def actions_of(types: tuple[str, ...], block_id: str) -> Callable[[Ask], Mapping[str, Any]]:
    """The loader of a list of actions of some types, the first of them opened: what ``panels/action_part.html`` shows."""

    def load(ask: Ask) -> dict[str, Any]:
        state = "accepted" if ask.one("state") == "accepted" else "open"
        found = ask(worklist, state=state, types=types, order="rank", limit=shown(ask))
        ids = found["rows"]["action_id"].to_list()
        details = details_of(ask, ask.one("open") or (ids[0] if ids else None))
        segments = [
            (name, label, found["states"][name], ask.here(state=None if name == "open" else name, open=None, show=None), name == state)
            for name, label in STATES
        ]
        more = max(min(STEP, found["count"] - len(ids), MOST - len(ids)), 0)
        return {
            "rows": rows_of(found["rows"], ask, details),
            "count": found["count"],
            "capped": False,
            "segments": segments,
            "more": more,
            "more_link": ask.here(show=len(ids) + STEP),
            "more_section": ask.section(block_id, show=len(ids) + STEP),
            "empty": EMPTY[state],
        }

    return load


def exported_of(types: tuple[str, ...]) -> Callable[[Ask], pl.DataFrame]:
    """The loader of such a list as it is taken away."""

    def load(ask: Ask) -> pl.DataFrame:
        state = "accepted" if ask.one("state") == "accepted" else "open"
        frame: pl.DataFrame = ask(worklist, state=state, types=types, limit=EXPORTED)["rows"]
        return frame.drop(*DROPPED, strict=False)

    return load


def shown(ask: Ask) -> int:
    """How many rows are shown: ten, and ten more each time it is asked for."""
    text = ask.one("show") or ""
    wanted = int(text) if text.isdecimal() and len(text) < 6 else STEP  # noqa: PLR2004 - more digits are no number of rows
    return min(max(wanted, STEP), MOST)


def details_of(ask: Ask, action_id: str | None) -> dict[str, Any] | None:
    """What opens with an action; None for "none", and for a link to one that is not there (any more)."""
    if action_id is None or action_id == "none":
        return None
    try:
        return ask(opened, action_id)
    except UnknownNameError:
        return None


def count_of(kind: str) -> Callable[[Ask], int]:
    """How many actions of a kind wait."""
    return lambda ask: int(ask(kinds)[kind]["count"])


def number_of(kind: str) -> Callable[[Ask], Number]:
    """The tile of a kind: its actions, in how many accounts."""

    def load(ask: Ask) -> Number:
        found = ask(kinds)[kind]
        return Number(found["count"], of=f"in {ask.fmt.plural(found['accounts'], 'account')}" if found["accounts"] else "")

    return load


def worth_of(kind: str) -> Callable[[Ask], tuple[str, bool] | None]:
    """What a kind is expected to bring."""

    def load(ask: Ask) -> tuple[str, bool] | None:
        found = ask(kinds)[kind]
        return None if found["value"] is None else (ask.fmt.money(found["value"]), found["estimated"])

    return load


def lead(ask: Ask) -> str:
    """How much there is to talk about."""
    found = ask(kinds)
    total = sum(part["count"] for part in found.values())
    return f"{ask.fmt.plural(total, 'waiting action')}, each with its talking points, opener, next steps and services that fit"


def plan(ask: Ask) -> dict[str, Any]:
    """The plan by due date, in the filters of the page."""
    steps = ask(action_plan)
    return {"steps": [_step(step, ask) for step in steps if step["count"]], "print": ask.link("/consultant-brief", tab=None)}


def _step(step: Mapping[str, Any], ask: Ask) -> dict[str, Any]:
    until = f"by {ask.fmt.short_date(step['until'])}" if step["until"] else "after that"
    rows = [
        {
            **row,
            "link": ask.link("/action-required", open=row["action_id"]),
            "account_link": ask.account_link(row["account_id"]),
            "brief": brief_link(row["account_id"], ask),
        }
        for row in step["rows"]
    ]
    return {**step, "when": until, "rows": rows}


def brief_link(account_id: str | None, ask: Ask) -> str | None:
    """The printable brief of an account."""
    return None if account_id is None else ask.link("/consultant-brief", id=account_id, account=None, owner=None, where=None)


def accounts(ask: Ask) -> pl.DataFrame:
    """Accounts with what waits there."""
    frame: pl.DataFrame = ask(briefs)
    return frame.with_columns(brief=pl.lit("Open brief"))


def briefed(ask: Ask) -> dict[str, Any]:
    """The brief of the account in the address. Without one, the plan of all."""
    given = ask.one("id")
    if given is None:
        return {"brief": None, **plan(ask)}
    found = ask(brief, given)
    if not found["count"]:
        raise Missing(
            f"Nothing waits at {found['account_name'] or given}.",
            hint="Choose another account.",
            link=ask.link("/consultant-enablement", tab="accounts"),
            link_text="Open accounts",
        )
    letters = [(action, letter_of(action["letter"])) for action in found["actions"]]
    return {"brief": found, "letters": letters, "steps": [_step(step, ask) for step in found["plan"] if step["count"]]}


def types_but(*kept: str) -> tuple[str, ...]:
    """The types of some kinds of conversation."""
    return tuple(name for kind in kept for name in types_of(kind))
