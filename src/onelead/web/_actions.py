"""An action as a list shows it: pure functions from a row of ``workspace.worklist`` to what the templates of ``_actions.html`` write.

Every page that lists actions uses these and posts to Action Required; which page a row stands on travels in ``act.…`` parameters.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from onelead.web._acted import Evidence, Letter, evidence_of, letter_of, state_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from onelead.web._ask import Ask
    from onelead.web._formats import Formats

HOME = "/action-required"
DOTS = 5
WORDS = {"High": ("Strong", 3), "Medium": ("Fair", 2), "Low": ("Weak", 1)}
"""Confidence of the evidence → the word of a score by rule, and how many of five marks it fills."""
URGENT_DAYS = 7
CHIPS = 3
NOUNS = {
    "assets": ("asset", "package"),
    "service_credits": ("credit row", "ticket"),
    "projects": ("project", "clipboard-list"),
    "opportunities": ("opportunity", "filter"),
    "accounts": ("account", "building"),
}
"""Evidence table → what one of its rows is called, and its icon."""
PATH = re.compile(r"/[a-z0-9-]*")


@dataclass(frozen=True)
class Chip:
    """A piece of evidence that opens its rows."""

    icon: str
    tone: str
    text: str
    url: str


@dataclass(frozen=True)
class Meter:
    """Confidence: ``measured`` ones have a percentage and a filled meter, all others a word and a hollow one."""

    word: str
    filled: int
    measured: bool
    note: str


@dataclass(frozen=True)
class Opened:
    """What an opened row shows below itself."""

    why: str
    letter: Letter
    evidence: Evidence
    next_steps: tuple[str, ...]
    risk_flags: tuple[str, ...]
    areas: tuple[str, ...]
    services: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """An action, ready to be written. ``query`` says on which page its list stands, for what is fetched or posted from it."""

    id: str
    priority: int
    title: str
    type_label: str
    account: str | None
    account_link: str | None
    territory: str | None
    owner: str | None
    owner_how: str | None
    chips: tuple[Chip, ...]
    value: str
    known: bool
    estimated: bool
    low: float | None
    point: float | None
    high: float | None
    span: str
    scale: float
    due: str
    within: str
    pressing: bool
    meter: Meter
    state: str
    state_words: str
    state_title: str
    event: int | None
    top: bool
    opened: Opened | None
    toggle: str
    query: str


def rows_of(frame: pl.DataFrame, ask: Ask, opened: Mapping[str, Any] | None = None) -> list[Row]:
    """The rows of a list, on one scale; the first is the top one. ``opened`` are the details of the one that is open, if any."""
    found = frame.to_dicts()
    scale = max((row["expected_value_high"] or row["expected_value"] or 0.0 for row in found), default=0.0)
    return [
        row_of(row, ask, top=place == 0, scale=scale, opened=opened if opened and opened["action_id"] == row["action_id"] else None)
        for place, row in enumerate(found)
    ]


def row_of(row: Mapping[str, Any], ask: Ask, *, top: bool = False, scale: float = 0.0, opened: Mapping[str, Any] | None = None) -> Row:
    """One action. ``row`` is one of ``worklist.shown``, ``opened`` what ``evidence.opened`` gave for it."""
    fmt, value = ask.fmt, row["expected_value"]
    words, title = state_words(row, fmt)
    days = (row["due_date"] - ask.as_of).days
    return Row(
        id=row["action_id"],
        priority=row["priority"],
        title=row["title"],
        type_label=row["type_label"],
        account=row["account_name"],
        account_link=ask.account_link(row["account_id"]),
        territory=row["territory_id"],
        owner=row["owner"],
        owner_how=row["owner_how"],
        chips=chips_of(row, ask),
        value=fmt.money(value),
        known=value is not None,
        estimated=bool(row["estimated"]) and value is not None,
        low=row["expected_value_low"],
        point=value,
        high=row["expected_value_high"],
        span=fmt.span(row["expected_value_low"], row["expected_value_high"]) if value is not None else "value unknown",
        scale=scale or row["expected_value_high"] or 0.0,
        due=fmt.short_date(row["due_date"]),
        within=fmt.within(row["due_date"]),
        pressing=days <= URGENT_DAYS,
        meter=meter_of(row, ask),
        state=row["state"],
        state_words=words,
        state_title=title,
        event=row["event_id"],
        top=top,
        opened=_opened(opened, ask) if opened else None,
        toggle=ask.here(open="none" if opened else row["action_id"]),
        query=_query(ask, scale),
    )


def meter_of(row: Mapping[str, Any], ask: Ask) -> Meter:
    """Confidence as it may be shown: a percentage only where recorded outcomes measured it."""
    if row["chance_low"] is not None:
        fmt = ask.fmt
        note = f"model {fmt.span(row['chance_low'], row['chance_high'], 'percent')}"
        return Meter(fmt.percent(row["chance"]), round(row["chance"] * DOTS), measured=True, note=note.replace(" – ", "–"))
    word, filled = WORDS.get(row["confidence"], ("Weak", 1))
    return Meter(word, filled, measured=False, note="by rule")


def chips_of(row: Mapping[str, Any], ask: Ask) -> tuple[Chip, ...]:
    """At most three pieces of evidence, the most pressing first; each opens the rows that it counts."""
    fmt, out = ask.fmt, []
    noun, icon = NOUNS.get(row["evidence_table"] or "", ("row", "table"))
    facts = json.loads(row["parameters"])
    count, table = row["evidence_count"], row["evidence_table"]

    def link(part: str | None = None) -> str:
        return ask.link("/evidence", action=row["action_id"], part=part, account=None, owner=None, where=None)

    if table == "assets" and (past := _whole(facts.get("past"))):
        out.append(Chip("clock-x", "crit", f"{fmt.count(past)} past end of life", link("past")))
    elif table is not None:
        tone = "warn" if row["priority"] >= URGENT_DAYS else ""
        text = fmt.plural(count, noun, "opportunities" if noun == "opportunity" else None)
        out.append(Chip(icon, tone, text, link()))
    if table == "assets" and (bare := _whole(facts.get("unsupported"))):
        out.append(Chip("shield-off", "crit", f"{fmt.count(bare)} without support", link("unsupported")))
    if _whole(facts.get("past")) and _whole(facts.get("ahead")):
        out.append(Chip("calendar-due", "warn", f"{fmt.count(facts['ahead'])} more from {_day(facts['next_date'], fmt)}", link()))
    # a row of the list holds its lists as JSON, an opened one as lists
    services = json.loads(row["services"]) if isinstance(row["services"], str) else row["services"]
    if services and len(out) < CHIPS:
        text = f"{len(services)} services fit" if len(services) > 1 else "1 service fits"
        out.append(Chip("tools", "", text, ask.here(open=row["action_id"])))
    return tuple(out[:CHIPS])


def _day(text: str, fmt: Formats) -> str:
    """A day that a rule wrote out for its letter ("30 September 2024"), as the reader writes days."""
    try:
        return fmt.date(datetime.strptime(text, "%d %B %Y").date())  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return text


def _whole(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _opened(found: Mapping[str, Any], ask: Ask) -> Opened:
    return Opened(
        why=str(found["why"]),
        letter=letter_of(found["letter"]),
        evidence=evidence_of(found, ask),
        next_steps=tuple(found["next_steps"]),
        risk_flags=tuple(found["risk_flags"]),
        areas=tuple(found["opportunity_areas"]),
        services=tuple(found["services"]),
    )


# On which page a row stands ------------------------------------------------------------------------------------------------


def _query(ask: Ask, scale: float) -> str:
    """The page's own parameters, its address and the scale of its list; the scripts add the row's id."""
    own = [(name, value) for name, values in ask.params.items() for value in values if not name.startswith("act.")]
    return urlencode([*own, ("act.base", ask.path), ("act.scale", f"{scale:.0f}")])


def standing(ask: Ask) -> Ask:
    """The request as the page behind a fetched or posted row would have it: its address and its parameters."""
    base = ask.params.get("act.base", (HOME,))[0]
    params = {name: values for name, values in ask.params.items() if not name.startswith("act.")}
    return replace(ask, path=base if PATH.fullmatch(base) else HOME, params=params)


def place_of(ask: Ask) -> tuple[str, bool, float]:
    """Id, whether it is the top row, and scale, of the row that was fetched or posted."""
    scale = ask.params.get("act.scale", ("0",))[0]
    return ask.params.get("act.id", ("",))[0], bool(ask.params.get("act.top")), float(scale) if scale.isdecimal() else 0.0
