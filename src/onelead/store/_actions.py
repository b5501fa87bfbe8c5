"""What people did with actions. Events are only ever added; the state of an action is derived from them.

Actions are keyed by account, type and subject, so that what was dismissed stays so after the next load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

from onelead.core.errors import ConflictError, UnknownNameError, UsageError
from onelead.store._frames import MOMENT, Columns, frame, new_id
from onelead.store._schema import action_events as table

if TYPE_CHECKING:
    from datetime import date

    from onelead.store._database import Database

STATES = {"accept": "accepted", "snooze": "snoozed", "dismiss": "dismissed", "done": "done"}
"""Event → state that it leaves an action in."""
OUTCOMES: dict[str, bool | None] = {"won": True, "lost": False, "no_result": None}
"""Outcome of a done action → the label that it becomes: "no_result" counts as a try without success, and labels nothing."""
STATE: Columns = {
    "action_id": pl.String,
    "state": pl.String,
    "account_id": pl.String,
    "type": pl.String,
    "subject": pl.String,
    "until": pl.Date,
    "why": pl.String,
    "outcome": pl.String,
    "evidence": pl.String,
    "who": pl.String,
    "as_of": pl.Date,
    "at": MOMENT,
    "event_id": pl.Int64,
}
LOG: Columns = {
    "event_id": pl.Int64,
    "event": pl.String,
    **{name: dtype for name, dtype in STATE.items() if name not in {"state", "event_id"}},
    "undoes": pl.Int64,
}
OUTCOME: Columns = {
    "account_id": pl.String,
    "as_of": pl.Date,
    "positive": pl.Boolean,
    "action_id": pl.String,
    "type": pl.String,
    "outcome": pl.String,
    "who": pl.String,
    "at": MOMENT,
}


class Actions:
    """Mixin of Store: action events."""

    _db: Database

    def act(
        self,
        event: str,
        action_id: str,
        *,
        as_of: date,
        account_id: str | None = None,
        type: str | None = None,  # noqa: A002 - the field's word, as in tables/actions
        subject: str | None = None,
        until: date | None = None,
        why: str | None = None,
        outcome: str | None = None,
        evidence: str | None = None,
        who: str = "local",
    ) -> int:
        """Add "accept", "snooze" (until), "dismiss" (why) or "done" (outcome) to an action. Returns the event's id.

        Who repeats the own event that is in force adds nothing and gets its id; who repeats somebody else's gets a ConflictError.

        ``as_of`` is the as-of date of the list that the action was on, ``evidence`` what it rested on, so that it can be told from new
        evidence later. Raises UnknownNameError, UsageError and ConflictError.
        """
        if event not in STATES:
            raise UnknownNameError("event", event, list(STATES))
        if event == "snooze" and (until is None or until <= as_of):
            raise UsageError("Snoozing needs a day after the as-of date.", hint=f"Give a day after {as_of}.")
        if event == "dismiss" and not (why or "").strip():
            raise UsageError("Dismissing needs a reason.", hint="Say why, so that the rule can be judged by it.")
        if event == "done" and outcome not in OUTCOMES:
            raise UnknownNameError("outcome", outcome or "", list(OUTCOMES))
        details = {
            "account_id": account_id,
            "type": type,
            "subject": subject,
            "until": until,
            "why": why,
            "outcome": outcome,
            "evidence": evidence,
        }
        with self._db.write() as connection:
            last = connection.execute(_last(action_id)).first()
            if last is not None and _repeats(last, event, who, as_of, details):
                return int(last.id)
            values = {"event": event, "action_id": action_id, "who": who, "as_of": as_of, "at": self._db.clock(), **details}
            return new_id(connection, sa.insert(table).values(**values).returning(table.c.id))

    def undo_action(self, action_id: str, *, who: str = "local", event_id: int | None = None) -> str:
        """Take back the last event of an action that is in force. Returns that event. Raises UsageError where there is none.

        ``event_id`` names the event that is meant: ConflictError where another is in force by now, or none.
        """
        with self._db.write() as connection:
            last = connection.execute(_last(action_id)).first()
            if event_id is not None and (last is None or last.id != event_id):
                told = f"{_told(last)} since." if last else "It was taken back already."
                raise ConflictError(
                    told, hint="Nothing was taken back. Look at the action as it is now.", event_id=last.id if last else None
                )
            if last is None:
                raise UsageError(f"Nothing was done with action {action_id!r} that could be undone.")
            values = {"event": "undo", "action_id": action_id, "who": who, "at": self._db.clock(), "undoes": last.id}
            connection.execute(sa.insert(table).values(account_id=last.account_id, type=last.type, subject=last.subject, **values))
            return str(last.event)

    def action_states(self, as_of: date) -> pl.DataFrame:
        """The state of every action that has one on ``as_of`` (schema STATE), by its last event in force; a snooze that is over is none."""
        events = self._events(_in_force())
        latest = events.unique("action_id", keep="last", maintain_order=True)
        over = (pl.col("event") == "snooze") & (pl.col("until") <= as_of)
        return latest.filter(~over).with_columns(state=pl.col("event").replace_strict(STATES, return_dtype=pl.String)).select(*STATE)

    def action_log(self, action_id: str | None = None) -> pl.DataFrame:
        """Every event, undone ones and undos included (schema LOG), of one action or of all."""
        statement = sa.select(table)
        return self._events(statement if action_id is None else statement.where(table.c.action_id == action_id))

    def recorded_outcomes(self) -> pl.DataFrame:
        """Every outcome in force (schema OUTCOME). ``positive`` is null where the outcome labels nothing."""
        done = self._events(_in_force()).filter(pl.col("event") == "done")
        label = pl.col("outcome").replace_strict(OUTCOMES, return_dtype=pl.Boolean)
        return done.with_columns(positive=label).select(*OUTCOME)

    def success_rates(self) -> dict[str, tuple[int, int]]:
        """Action type → (successes, tries), from the outcomes in force."""
        outcomes = self.recorded_outcomes().filter(pl.col("type").is_not_null())
        counted = outcomes.group_by("type").agg(won=(pl.col("outcome") == "won").sum(), tries=pl.len()).sort("type")
        return {str(row["type"]): (int(row["won"]), int(row["tries"])) for row in counted.iter_rows(named=True)}

    def _events(self, statement: sa.Select[Any]) -> pl.DataFrame:
        with self._db.read() as connection:
            rows = connection.execute(statement.order_by(table.c.id)).mappings().all()
        return frame(rows, LOG, {"event_id": "id"})


def _last(action_id: str) -> sa.Select[Any]:
    return _in_force().where(table.c.action_id == action_id).order_by(table.c.id.desc()).limit(1)


def _repeats(last: sa.Row[Any], event: str, who: str, as_of: date, details: dict[str, Any]) -> bool:
    """Whether an event changes nothing after ``last``. Raises ConflictError where that was somebody else's."""
    over = last.event == "snooze" and last.until <= as_of
    # what was done rests on its evidence: another evidence later is due anew
    anew = last.event == "done" and last.as_of < as_of and last.evidence != details["evidence"]
    if last.event != event or over or anew or (event == "snooze" and last.until != details["until"]):
        return False
    if last.who != who:
        hint = "Nothing was recorded. Look at the action as it is now."
        raise ConflictError(f"{_told(last)}.", hint=hint, event_id=last.id, who=last.who, event=last.event)
    return all(details[name] == getattr(last, name) for name in ("why", "outcome"))


def _told(last: sa.Row[Any]) -> str:
    """Who did what when: ``Keiko accepted it on 4 Sep 2024``."""
    done = "marked it done" if last.event == "done" else f"{STATES[last.event]} it"
    return f"{last.who} {done} on {last.at.day} {last.at:%b %Y}"


def _in_force() -> sa.Select[Any]:
    undone = sa.select(table.c.undoes).where(table.c.undoes.is_not(None))
    return sa.select(table).where(table.c.event != "undo", table.c.id.not_in(undone))
