"""Action Required, its loaders: the list under the filters of the address, its side rail, its tiles."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from onelead.core.errors import UnknownNameError
from onelead.web._actions import row_of, rows_of
from onelead.web._page import Choice, Micro
from onelead.workspace.defining import metric_lines
from onelead.workspace.evidence import opened
from onelead.workspace.glance import glance
from onelead.workspace.worklist import recent_work, unattributed, waiting, worklist

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from onelead.web._ask import Ask
    from onelead.web._page import Status

ORDERS = (Choice("rank", "Priority, then value"), Choice("due", "Due date"), Choice("value", "Expected value"))
STEP = 25
READING = 26
"""So many characters leave room for the bar beside them."""
MOST = 500
EXPORTED = 50_000
SEGMENTS = (("open", "Open"), ("accepted", "Accepted"), ("snoozed", "Snoozed"), ("dismissed", "Dismissed"), ("done", "Done"))
EMPTY = {
    "open": "No open actions under these filters.",
    "accepted": "Nothing is accepted. Accept an action of the open list, and it is kept here until it is done.",
    "snoozed": "Nothing is snoozed. A snoozed action comes back to the open list on its date.",
    "dismissed": "Nothing is dismissed. What is dismissed stays here after later loads, with its reason.",
    "done": "Nothing is done yet. Mark an action done with its outcome: outcomes teach the chances.",
}
TONES: tuple[Status, ...] = ("crit", "warn", "info", "unknown")


def asked(ask: Ask, limit: int | None = None) -> dict[str, Any]:
    """The list under the filters of the address; asked for by every part of the page, computed once.

    Under a type that no rule has nothing is found, as under any unknown value of a filter: the page names it and offers to clear it.
    """
    order = ask.one("order")
    filters: dict[str, Any] = {
        "state": ask.one("state") or "open",
        "urgencies": ask.many("urgency"),
        "subjects": ask.many("subject"),
        "week": ask.day("week"),
        "order": order if order in {choice.value for choice in ORDERS} else "rank",
        "limit": limit or shown(ask),
    }
    try:
        found: dict[str, Any] = ask(worklist, types=ask.many("type"), least=ask.number("least"), **filters)
    except UnknownNameError:
        # a value beyond every number stands for "nothing"; an unknown state is refused here as well
        return ask(worklist, types=(), least=inf, **filters)
    return found


def shown(ask: Ask) -> int:
    """How many rows are shown: 25, and 25 more each time it is asked for."""
    text = ask.one("show") or ""
    wanted = int(text) if text.isdecimal() and len(text) < 6 else STEP  # noqa: PLR2004 - more digits are no number of rows
    return min(max(wanted, STEP), MOST)


def count(ask: Ask) -> tuple[int, str]:
    """The number beside the page in the menu: open actions, whatever the filters; accepted ones are no longer counted."""
    found = ask.overall(waiting)
    return found, f"{ask.fmt.plural(found, 'open action')} in the whole workspace, accepted ones not counted"


def lead(ask: Ask) -> str:
    """How many there are, in what order."""
    found, fmt, state = asked(ask), ask.fmt, ask.one("state") or "open"
    order = {"rank": "ranked by priority, then expected value", "due": "the first due first", "value": "the largest expected value first"}
    where = f" in {fmt.plural(found['accounts'], 'account')}" if found["accounts"] else ""
    # elsewhere "waiting" is open and accepted together: said here, so that the two numbers can be told apart
    taken = f"; {fmt.count(found['states']['accepted'])} accepted" if state == "open" and found["states"]["accepted"] else ""
    return f"{fmt.plural(found['count'], f'{state} action')}{where}, {order.get(ask.one('order') or 'rank', order['rank'])}{taken}"


def actions(ask: Ask) -> dict[str, Any]:
    """The list's panel."""
    found, state = asked(ask), ask.one("state") or "open"
    rows, wanted = found["rows"], ask.one("open")
    ids = rows["action_id"].to_list()
    first = ids[0] if ids and state == "open" else None
    details = _details(ask, wanted or first)
    apart = details if details and details["action_id"] not in ids else None
    more = min(STEP, found["count"] - len(ids), MOST - len(ids))
    return {
        "rows": rows_of(rows, ask, details),
        "apart": row_of(apart, ask, opened=apart) if apart else None,
        "count": found["count"],
        "segments": segments(ask, found["states"]),
        "more": max(more, 0),
        "more_link": ask.here(show=len(ids) + STEP),
        "more_section": ask.section("list", show=len(ids) + STEP),
        "empty": EMPTY[state],
        "remedy": _clearing(ask, found["states"], state),
    }


def _details(ask: Ask, action_id: str | None) -> dict[str, Any] | None:
    """What opens with an action; None for "none", and for a link to an action that is not there (any more)."""
    if action_id is None or action_id == "none":
        return None
    try:
        # whatever the filters: the same action opens the same, and is computed once
        found: dict[str, Any] = ask.overall(opened, action_id)
    except UnknownNameError:
        return None
    return found


def _clearing(ask: Ask, states: Mapping[str, int], state: str) -> tuple[str, str] | None:
    """What would show something: clearing the filters, or the state that has most."""
    if ask.filtered:
        return "Clear filters", ask.cleared
    best = max(states, key=lambda name: states[name])
    return (f"Show {best} actions", ask.here(state=best, open=None)) if states[best] and best != state else None


def segments(ask: Ask, states: Mapping[str, int]) -> list[tuple[str, str, int, str, bool]]:
    """States with their counts: name, label, count, link, whether it is the one shown."""
    now = ask.one("state") or "open"
    return [
        (name, label, states.get(name, 0), ask.here(state=None if name == "open" else name, open=None, show=None), name == now)
        for name, label in SEGMENTS
    ]


def exported(ask: Ask) -> pl.DataFrame:
    """The filtered list as it is taken away, all of it, at most 50,000 rows."""
    frame: pl.DataFrame = asked(ask, EXPORTED)["rows"]
    return frame.drop("parameters", "template", "evidence_where", "owner_how", "chance_low", "chance_high", "tries")


def types(ask: Ask) -> dict[str, Any]:
    """By type: count and expected value, each a link that filters by it."""
    found, fmt, chosen = asked(ask)["types"], ask.fmt, ask.many("type")
    largest = found["value"].max() or 0.0
    rows = [
        {
            "label": row["label"],
            "count": row["count"],
            "value": fmt.money(row["value"]),
            "estimated": row["estimated"],
            "width": 100 * (row["value"] or 0.0) / largest if largest else 0.0,
            "link": ask.here(type=None if (row["type"],) == chosen else row["type"], open=None),
            "now": row["type"] in chosen,
        }
        for row in found.iter_rows(named=True)
    ]
    return {"types": rows, "all_link": ask.here(type=None, open=None) if chosen else None}


def types_sub(ask: Ask) -> str:
    """The sum of the types."""
    found = asked(ask)
    return f"{ask.fmt.money(found['value'])}{' est.' if found['estimated'] else ''}" if found["value"] is not None else ""


def weeks(ask: Ask) -> pl.DataFrame:
    """Expected value by the week that actions are due in."""
    frame: pl.DataFrame = asked(ask)["weeks"]
    return frame


def weeks_sub(ask: Ask) -> str:
    """What the bars measure."""
    frame = weeks(ask)
    if frame.is_empty():
        return ""
    return "expected value" if frame["value"].drop_nulls().len() else "how many; no value is known"


def recent(ask: Ask) -> dict[str, Any]:
    """What was done in the 30 days up to the as-of date."""
    found = ask(recent_work)
    return {**found, "any": any(found[name] for name in ("accept", "snooze", "dismiss", "done"))}


NOTES = {
    "projects": ("project", "carries", "carry", "no customer that joins an account"),
    "service_credits": ("credit row", "reaches", "reach", "no account"),
    "assets": ("asset", "reaches", "reach", "no account"),
    "opportunities": ("opportunity", "reaches", "reach", "no account"),
}


def notes(ask: Ask) -> dict[str, Any]:
    """Rows that no account's action rests on, with a link to them."""
    out = []
    for table, number in ask(unattributed).items():
        noun, one, many, what = NOTES[table]
        things = ask.fmt.plural(number, noun, "opportunities" if noun == "opportunity" else None)
        feeds = "feeds" if number == 1 else "feed"
        text = f"{things} {one if number == 1 else many} {what} and {feeds} no account's action."
        out.append((text, "Open them", ask.rows_link("unattributed_rows", f"table={table}")))
    return {"notes": out}


# Choices of the filters ----------------------------------------------------------------------------------------------------


def type_choices(ask: Ask) -> Sequence[Choice]:
    """Types that occur."""
    return [Choice(row["type"], row["label"], row["count"]) for row in asked(ask)["types"].iter_rows(named=True)]


def urgency_choices(ask: Ask) -> Sequence[Choice]:
    """Urgencies that occur, the most urgent first."""
    order = ("Critical", "High", "Medium", "Low")
    counts = dict(asked(ask)["urgencies"])
    return [Choice(name, name, counts[name]) for name in order if name in counts]


def subject_choices(ask: Ask) -> Sequence[Choice]:
    """What actions are about: product categories, credits and the like."""
    return [Choice(name, name, number) for name, number in asked(ask)["subjects"]]


# Tiles ---------------------------------------------------------------------------------------------------------------------


def of_assets(ask: Ask) -> str:
    """The denominator of the lifecycle tiles."""
    total = ask(metric_lines, ("assets",))["assets"]["value"]
    return f"of {ask.fmt.plural(total, 'asset')}" if total else ""


def expired_micro(ask: Ask) -> Micro | None:
    """How many of today's assets had passed their end of life, month by month."""
    found = ask(glance)
    new = found["expired"][-1] - found["expired"][0]
    reading = f"{ask.fmt.count(new)} in the last year" if new else "none in the last year"
    return Micro(reading=reading, line=tuple(found["expired"]))


def credits_also(ask: Ask) -> tuple[str, bool] | None:
    """What the unused credits are worth."""
    line = ask(metric_lines, ("unused_credit_value",))["unused_credit_value"]
    return None if line["value"] is None else (ask.fmt.money_full(line["value"]), bool(line["estimated"]))


def credits_micro(ask: Ask) -> Micro | None:
    """Delivered and not delivered."""
    lines = ask(metric_lines, ("purchased_credits", "delivered_credits"))
    bought, used = (lines[name]["value"] for name in ("purchased_credits", "delivered_credits"))
    if not bought or used is None:
        return None
    fmt = ask.fmt
    shares = (
        (f"{fmt.count(used)} of {fmt.count(bought)} delivered", used, "brand"),
        (f"{fmt.count(bought - used)} unused", bought - used, "warn"),
    )
    return Micro(reading=f"{fmt.percent(used / bought)} used", shares=shares)  # type: ignore[arg-type]  # the tones are those of Micro


def unsupported_micro(ask: Ask) -> Micro | None:
    """By the support status that the export gives; the reading by its first word, which is what the tile has room for."""
    fmt, found = ask.fmt, ask(glance)["unsupported"]
    shares = tuple((f"{fmt.count(number)} {status}", float(number), TONES[min(at, 3)]) for at, (status, number) in enumerate(found))
    firsts: dict[str, int] = {}
    for status, number in found:
        word = status.split()[0].lower()
        firsts[word] = firsts.get(word, 0) + number
    words = [f"{fmt.count(number)} {word}" for word, number in firsts.items()]
    two = " · ".join(words[:2])
    return Micro(reading=two if len(two) <= READING else "".join(words[:1]), shares=shares)


def risk_micro(ask: Ask) -> Micro | None:
    """Month by month, and the range that the price spread leaves."""
    found = ask(glance)
    return Micro(reading=ask.fmt.span(found["at_risk_low"], found["at_risk_high"]), line=tuple(found["at_risk"]))
