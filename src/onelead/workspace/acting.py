"""Use cases: the ranked list of actions, and what people did with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from onelead.core.errors import UnknownNameError, UsageError
from onelead.rules import render
from onelead.rules import rules as all_rules

if TYPE_CHECKING:
    from datetime import date

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

STATES = ("open", "accepted", "snoozed", "dismissed", "done")
LISTED = ("open", "accepted")
EVIDENCE = pl.format("{} {}", pl.col("evidence_count"), pl.col("evidence_keys"))
"""What an action rests on, as it is remembered when the action is done."""
READ = ("action_id", "rank", "account_id", "type", "estimated", "evidence_count", "evidence_keys")
"""What has to be known of an action to list it."""
RECORDED = ("state", "until", "note", "who", "event_id")
"""Columns that ``with_states`` adds."""
JSON_COLUMNS = ("evidence_keys", "next_steps", "opportunity_areas", "risk_flags", "services")


def actions(
    view: View, parts: Parts, *, account: str | None = None, kind: str | None = None, state: str | None = None, limit: int | None = None
) -> pl.DataFrame:
    """Actions in the order of their rank, with the state that people gave them.

    Without ``state`` those that wait are listed: open and accepted ones, and snoozed ones whose date has come by the as-of date.
    "all" lists every one.

    Raises UnknownNameError for an account, type or state that does not exist.
    """
    frame = chosen(view, parts, view.frame("actions"), account=account, kind=kind, state=state)
    return frame if limit is None else frame.head(limit)


def chosen(view: View, parts: Parts, frame: pl.DataFrame, *, account: str | None, kind: str | None, state: str | None) -> pl.DataFrame:
    """Of ``frame`` (actions with all of ``READ`` at least) those that ``actions`` lists, with their states."""
    frame = with_states(frame, parts, view.context.as_of)
    if account is not None:
        frame = frame.filter(pl.col("account_id") == view.account_id(account))
    if kind is not None:
        known = list(all_rules())
        if kind not in known:
            raise UnknownNameError("action type", kind, known)
        frame = frame.filter(pl.col("type") == kind)
    if state is None:
        frame = frame.filter(pl.col("state").is_in(LISTED))
    elif state != "all":
        if state not in STATES:
            raise UnknownNameError("state", state, [*STATES, "all"])
        frame = frame.filter(pl.col("state") == state)
    return frame.sort("rank")


def with_states(frame: pl.DataFrame, parts: Parts, day: date) -> pl.DataFrame:
    """``frame`` with state, until, note (reason or outcome), who and event_id (the event in force), from the operational records.

    A snooze that is over is open again, and so is a done action that a later export gives other evidence for: what was done then is
    not what is due now. A dismissed one stays dismissed.
    """
    note = pl.coalesce("outcome", "why").alias("note")
    done_on = pl.col("as_of").alias("done_on")
    states = parts.store.action_states(day).select(
        "action_id", "state", "until", note, "who", "event_id", pl.col("evidence").alias("done_with"), done_on
    )
    joined = frame.join(states, on="action_id", how="left", maintain_order="left")
    news = (pl.col("state") == "done") & (pl.col("done_on") < day) & (pl.col("done_with") != EVIDENCE)
    state = pl.when(news | pl.col("state").is_null()).then(pl.lit("open")).otherwise("state").alias("state")
    return joined.with_columns(state).drop("done_with", "done_on")


def action_states(view: View, parts: Parts) -> pl.DataFrame:
    """The state of every action that has one on the as-of date, as the store gives it; read once where the workspace is served."""
    return view.once(parts, _recorded_states)


def _recorded_states(view: View, parts: Parts) -> pl.DataFrame:
    return parts.store.action_states(view.context.as_of)


def reopened(view: View, parts: Parts) -> list[str]:
    """Ids of done actions that a later export gives other evidence for: they are open again (see ``with_states``)."""
    return view.once(parts, _every_reopened)


def _every_reopened(view: View, parts: Parts) -> list[str]:
    day = view.context.as_of
    done = action_states(view, parts).filter((pl.col("state") == "done") & (pl.col("as_of") < day))
    if done.is_empty():
        return []
    table = view.snapshot.table("actions")
    now = view.snapshot.execute(
        table.filter(table.action_id.isin(done["action_id"].to_list())).select("action_id", "evidence_count", "evidence_keys")
    )
    news = now.join(done.select("action_id", "evidence"), on="action_id").filter(pl.col("evidence") != EVIDENCE)
    return [str(found) for found in news["action_id"]]


def one(view: View, parts: Parts, action_id: str) -> dict[str, object]:
    """One action with its state and its opener (subject, body); lists as lists. ``action_id`` may be shortened while it stays unique."""
    row = stored(view, parts, action_id)
    opener = render(row, parts.templates)
    lists = {name: json.loads(str(row[name])) for name in JSON_COLUMNS}
    return {**row, **lists, "opener_subject": opener.subject, "opener_body": opener.body}


def stored(view: View, parts: Parts, action_id: str) -> dict[str, object]:
    """As ``stored_row``, by name."""
    return stored_row(view, parts, action_id).row(0, named=True)


def stored_row(view: View, parts: Parts, action_id: str) -> pl.DataFrame:
    """One action as it is stored, with its state. ``action_id`` may be shortened while it stays unique.

    Raises UnknownNameError, and UsageError where several ids begin so.
    """
    # only the row that is asked for leaves the engine: the list may hold hundreds of thousands
    rows = view.picked("actions", "action_id", [action_id])
    if rows.is_empty():
        table = view.snapshot.table("actions")
        rows = view.seen(view.snapshot.execute(table.filter(table.action_id.startswith(action_id))))
    found = with_states(rows, parts, view.context.as_of)
    if found.height != 1:
        if found.height > 1:
            raise UsageError(f"{action_id!r} begins {found.height} action ids.", hint="Give more of its characters.")
        raise UnknownNameError("action", action_id, view.frame("actions", ["action_id"])["action_id"].to_list())
    return found


def act(
    view: View,
    parts: Parts,
    action_id: str,
    event: str,
    *,
    note: str | None = None,
    until: date | None = None,
    event_id: int | None = None,
) -> dict[str, object]:
    """Record what a person did with an action: accept, snooze, dismiss, done, or undo of the last of these.

    An undo with an ``event_id`` takes back that event or nothing. The same event by the same person again records nothing.

    ``note`` is the reason of a dismissal or the outcome of a done one (won, lost, no_result; the first two become labels).

    Raises:
        UnknownNameError: no such action or outcome.
        UsageError: a reason, a date or an outcome is missing, or there is nothing to undo.
        ConflictError: somebody else did the same already, or did something after the event that was to be undone.
    """
    action = one(view, parts, action_id)
    if event == "undo":
        parts.store.undo_action(str(action["action_id"]), who=view.viewer.user, event_id=event_id)
    else:
        parts.store.act(
            event,
            str(action["action_id"]),
            as_of=view.context.as_of,
            account_id=_text(action["account_id"]),
            type=_text(action["type"]),
            subject=_text(action["subject"]),
            until=until,
            why=note if event == "dismiss" else None,
            outcome=note if event == "done" else None,
            evidence=f"{action['evidence_count']} {json.dumps(action['evidence_keys'], separators=(',', ':'), ensure_ascii=False)}",
            who=view.viewer.user,
        )
    return one(view, parts, str(action["action_id"]))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
