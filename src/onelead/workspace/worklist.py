"""Use cases: the ranked list of actions as people work through it: filtered, counted, a page of it at a time; and what was done of late.

Lists of hundreds of thousands of actions are read by a few narrow columns; only the rows that are shown are read whole.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UnknownNameError
from onelead.rules import rules
from onelead.workspace._chances import with_measured_chance
from onelead.workspace.acting import LISTED, STATES, action_states, reopened
from onelead.workspace.people import main_owners

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

NARROW = ("action_id", "rank", "account_id", "type", "priority", "subject", "urgency", "due_date", "expected_value", "estimated")
ORDERS = {"rank": "rank", "due": "due_date", "value": "expected_value"}
URGENCIES = ("Critical", "High", "Medium", "Low")
RECENT_DAYS = 30
SOON_DAYS = 14
WEEKS_SHOWN = 10


def worklist(
    view: View,
    parts: Parts,
    *,
    state: str = "open",
    types: Sequence[str] = (),
    urgencies: Sequence[str] = (),
    subjects: Sequence[str] = (),
    least: float | None = None,
    week: date | None = None,
    account: str | None = None,
    order: str = "rank",
    limit: int = 25,
) -> dict[str, Any]:
    """The first ``limit`` actions under the filters, and the counts beside them.

    A count by state, type or week heeds all filters but its own, so that it says what choosing another value would show.

    Parameters: ``least`` is the smallest expected value (unknown ones go), ``week`` any day of the week that an action is due in,
    ``order`` one of rank, due, value.

    Returns a dict: rows (see ``shown``), count, accounts, value and estimated of all that match, states {state: count}, types (type,
    label, count, value, estimated), weeks (week, value, count, when: late, soon or later), subjects [(subject, count)], urgencies.

    Raises UnknownNameError for a state, type or order that does not exist.
    """
    _known(state, types, order)
    frame = narrow(view, parts)
    tests = {
        "state": pl.col("state") == state if state != "all" else None,
        "type": pl.col("type").is_in(list(types)) if types else None,
        "urgency": pl.col("urgency").is_in(list(urgencies)) if urgencies else None,
        "subject": pl.col("subject").is_in(list(subjects)) if subjects else None,
        "least": pl.col("expected_value") >= least if least is not None else None,
        "week": pl.col("due_date").dt.truncate("1w") == week - timedelta(days=week.weekday()) if week is not None else None,
        "account": pl.col("account_id") == account if account is not None else None,
    }
    found = _under(frame, tests)
    ordered = found.sort(ORDERS[order], "rank", descending=[order == "value", False], nulls_last=True)
    return {
        "rows": shown(view, parts, ordered.head(limit)),
        "count": found.height,
        "accounts": found["account_id"].drop_nulls().n_unique(),
        **_worth(found),
        "states": dict.fromkeys(STATES, 0) | dict(_under(frame, tests, "state").group_by("state").len().iter_rows()),
        "types": _by_type(_under(frame, tests, "type")),
        "weeks": _by_week(_under(frame, tests, "week"), view.context.as_of),
        "subjects": _counted(_under(frame, tests, "subject"), "subject"),
        "urgencies": _counted(_under(frame, tests, "urgency"), "urgency"),
    }


def waiting(view: View, parts: Parts) -> int:
    """How many actions are open."""
    return narrow(view, parts, ("action_id", "rank")).filter(pl.col("state") == "open").height


def waiting_worth(view: View, parts: Parts) -> dict[str, Any]:
    """What waits, which is what is open or accepted: count, open, accepted, value (None where none is known) and estimated."""
    frame = listed(view, parts, ("action_id", "expected_value", "estimated"))
    opened = frame.filter(pl.col("state") == "open").height
    return {"count": frame.height, "open": opened, "accepted": frame.height - opened, **_worth(frame)}


def narrow(view: View, parts: Parts, columns: Sequence[str] = NARROW) -> pl.DataFrame:
    """All actions with the columns that lists are filtered and counted by, and their state on the as-of date."""
    frame = view.frame("actions", list(columns))
    states = action_states(view, parts).select("action_id", "state")
    again = reopened(view, parts)
    joined = frame.join(states.filter(~pl.col("action_id").is_in(again)), on="action_id", how="left", maintain_order="left")
    return joined.with_columns(pl.col("state").fill_null("open"))


def listed(view: View, parts: Parts, columns: Sequence[str]) -> pl.DataFrame:
    """Actions that wait, as ``acting.actions`` has them, but only some columns of them: the whole rows are a hundred times as large."""
    frame = narrow(view, parts, list(dict.fromkeys(["action_id", "rank", *columns])))
    return frame.filter(pl.col("state").is_in(LISTED)).sort("rank")


def shown(view: View, parts: Parts, picked: pl.DataFrame, whole: pl.DataFrame | None = None) -> pl.DataFrame:
    """The whole rows of some actions (action_id, state), in their order, with what people did with them and who looks after the account.

    Beside the columns of the actions table: state, until, note (reason or outcome), who, at, event_id; type_label; territory_id; owner, owner_how;
    chance_low, chance_high (null unless the chance was measured, see ``_chances``). ``whole`` are their stored rows, where they were read.
    """
    whole = view.picked("actions", "action_id", picked["action_id"].to_list()) if whole is None else whole
    note = pl.coalesce("outcome", "why").alias("note")
    done = action_states(view, parts).select("action_id", "until", note, "who", "at", "event_id")
    accounts = whole["account_id"].drop_nulls().unique().to_list()
    keepers = main_owners(view, parts, tuple(sorted(accounts)))
    places = view.frame("accounts", ["account_id", "territory_id"]).filter(pl.col("account_id").is_in(accounts))
    rows = (
        picked.select("action_id", "state")
        .join(whole, on="action_id", how="left", maintain_order="left")
        .join(done, on="action_id", how="left", maintain_order="left")
        .join(places, on="account_id", how="left", maintain_order="left")
    )
    of = pl.col("account_id")
    label = {rule.id: rule.label for rule in rules().values()}
    return with_measured_chance(
        rows.with_columns(
            pl.when(pl.col("state") != "open").then(pl.col("until", "note", "who", "at", "event_id")),
            owner=of.replace_strict({key: name for key, (name, _) in keepers.items()}, default=None, return_dtype=pl.String),
            owner_how=of.replace_strict({key: how for key, (_, how) in keepers.items()}, default=None, return_dtype=pl.String),
            type_label=pl.col("type").replace_strict(label, default=pl.col("type"), return_dtype=pl.String),
        ),
        view,
        parts,
    )


def recent_work(view: View, parts: Parts, days: int = RECENT_DAYS) -> dict[str, Any]:
    """What people did with actions in the ``days`` up to the as-of date: accepted, snoozed, done, won, lost, dismissed, and reasons.

    An event counts on the as-of date of the list that it was made on; what was undone does not count. ``won_value`` sums the listed value
    of the won actions that the snapshot still holds (``won_valued`` of ``won``); what was booked in fact is not recorded.
    """
    log = view.once(parts, _log)
    undone = log["undoes"].drop_nulls()
    day = view.context.as_of
    kept = log.filter(
        (pl.col("event") != "undo") & ~pl.col("event_id").is_in(undone.implode()) & pl.col("as_of").is_between(day - timedelta(days), day)
    )
    if view.account_filter is not None:
        kept = kept.filter(pl.col("account_id").is_in(view.account_filter))
    counts = dict(kept.group_by("event").len().iter_rows())
    done = kept.filter(pl.col("event") == "done")
    won = done.filter(pl.col("outcome") == "won")["action_id"].unique().to_list()
    worth = view.picked("actions", "action_id", won).select("value", "estimated").drop_nulls("value")
    reasons = kept.filter(pl.col("event") == "dismiss").group_by("why").len().sort(["len", "why"], descending=[True, False])
    return {
        **{event: int(counts.get(event, 0)) for event in ("accept", "snooze", "dismiss", "done")},
        "won": len(won),
        "lost": done.filter(pl.col("outcome") == "lost").height,
        "won_valued": worth.height,
        "won_value": worth["value"].sum() if worth.height else None,
        "estimated": bool(worth["estimated"].any()),
        "reasons": [(str(why), int(count)) for why, count in reasons.iter_rows()],
        "since": day - timedelta(days),
    }


def _log(_: View, parts: Parts) -> pl.DataFrame:
    return parts.store.action_log()


def unattributed(view: View, _: Parts) -> dict[str, int]:
    """Rows by table that reached no account, so that no account's action rests on them; nothing for those who do not see every account."""
    if view.account_filter is not None:
        return {}
    counts = {}
    for name in ("projects", "service_credits", "assets", "opportunities"):
        table = view.snapshot.table(name)
        rows = table.filter(table.account_id.isnull() & ~table.is_repeat)
        counts[name] = int(view.snapshot.execute(rows.aggregate(rows=rows.count())).item())
    return {name: count for name, count in counts.items() if count}


def _known(state: str, types: Sequence[str], order: str) -> None:
    for kind, given, valid in (
        ("state", (state,), [*STATES, "all"]),
        ("action type", types, list(rules())),
        ("order", (order,), list(ORDERS)),
    ):
        wrong = next((value for value in given if value not in valid), None)
        if wrong is not None:
            raise UnknownNameError(kind, wrong, valid)


def _under(frame: pl.DataFrame, tests: dict[str, pl.Expr | None], but: str = "") -> pl.DataFrame:
    return frame.filter([test for name, test in tests.items() if test is not None and name != but] or [pl.lit(value=True)])


def _worth(frame: pl.DataFrame) -> dict[str, Any]:
    known = frame.drop_nulls("expected_value")
    return {"value": known["expected_value"].sum() if known.height else None, "estimated": bool(known["estimated"].any())}


def _sums() -> list[pl.Expr]:
    value = pl.col("expected_value")
    some = pl.when(value.is_not_null().any()).then(value.sum())
    return [
        pl.len().cast(pl.Int64).alias("count"),
        some.alias("value"),
        (pl.col("estimated") & value.is_not_null()).any().alias("estimated"),
    ]


def _by_type(frame: pl.DataFrame) -> pl.DataFrame:
    known = rules()
    order = {name: place for place, name in enumerate(known)}
    labels = {name: rule.label for name, rule in known.items()}
    return (
        frame.group_by("type")
        .agg(_sums())
        .sort(pl.col("type").replace_strict(order, default=len(order), return_dtype=pl.Int64), "type")
        .select(
            "type", pl.col("type").replace_strict(labels, default=pl.col("type"), return_dtype=pl.String).alias("label"), pl.exclude("type")
        )
    )


def _by_week(frame: pl.DataFrame, day: date) -> pl.DataFrame:
    """By Monday of the due date; the weeks after the tenth as one, which ``when`` calls "after"."""
    last = day - timedelta(days=day.weekday()) + timedelta(weeks=WEEKS_SHOWN)
    week = pl.min_horizontal(pl.col("due_date").dt.truncate("1w"), pl.lit(last)).alias("week")
    when = (
        pl.when(pl.col("week") >= last)
        .then(pl.lit("after"))
        .when(pl.col("due") < day)
        .then(pl.lit("late"))
        .when(pl.col("week") <= day + timedelta(days=SOON_DAYS))
        .then(pl.lit("soon"))
        .otherwise(pl.lit("later"))
    )
    grouped = frame.group_by(week).agg(*_sums(), pl.col("due_date").max().alias("due")).sort("week")
    return grouped.with_columns(when=when).select("week", "value", "count", "estimated", "when")


def _counted(frame: pl.DataFrame, column: str) -> list[tuple[str, int]]:
    found = frame.group_by(column).len().sort(["len", column], descending=[True, False])
    return [(str(value), int(count)) for value, count in found.iter_rows()]
