"""What people do with an action, from whichever page its row stands on: accept, snooze, dismiss, done, undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from onelead.core.errors import UsageError
from onelead.web._actions import HOME, place_of, row_of, standing
from onelead.web._page import Done
from onelead.web._render import render
from onelead.web.pages import _worklist
from onelead.workspace.evidence import opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.datastructures import FormData

    from onelead.web._ask import Ask
    from onelead.workspace.facade import Workspace

BESIDE = ("types", "weeks", "recent")
"""Blocks of Action Required that count what was just done."""
WEEK = timedelta(days=7)
LONGEST = 400


def accept(ask: Ask, form: FormData) -> Done:
    """Take an action on."""
    return _done(ask, form, lambda workspace, action: workspace.accept(action), "Accepted")


def snooze(ask: Ask, form: FormData) -> Done:
    """Hide an action for a week, a month, or until a date."""
    until = _until(ask, form)
    return _done(ask, form, lambda workspace, action: workspace.snooze(action, until), f"Snoozed until {ask.fmt.short_date(until)}")


def dismiss(ask: Ask, form: FormData) -> Done:
    """Reject an action, with the reason. Raises UsageError without one."""
    words = _word(form, "words")
    reason = _word(form, "reason")
    why = f"{reason}: {words}" if reason and words else reason or words
    if not why:
        raise UsageError("Dismissing needs a reason.", hint="Choose one, or write it in your words.")
    return _done(ask, form, lambda workspace, action: workspace.dismiss(action, why), "Dismissed")


def done(ask: Ask, form: FormData) -> Done:
    """Complete an action with its outcome."""
    outcome = _word(form, "outcome")
    words = {"won": "Marked done: won", "lost": "Marked done: lost", "no_result": "Marked done: no result"}
    return _done(ask, form, lambda workspace, action: workspace.done(action, outcome), words.get(outcome, "Marked done"))


def undo(ask: Ask, form: FormData) -> Done:
    """Take back what the row or the message showed as done; nothing where somebody did another thing since."""
    event = _word(form, "event")
    meant = int(event) if event.isdecimal() else None
    return _done(ask, form, lambda workspace, action: workspace.undo(action, meant), "Taken back", undoable=False)


def _done(ask: Ask, form: FormData, act: Callable[[Workspace, str], dict[str, object]], words: str, *, undoable: bool = True) -> Done:
    action_id = _word(form, "id")
    if not action_id:
        raise UsageError("No action was named.", hint="Go back to the list and choose one.")
    name = ask.person.name
    # until there is a sign-in, the record carries the name that the reader gave
    viewer = replace(ask.everyone, user=name) if name else ask.everyone
    after = act(ask.serving.workspace(viewer), action_id)
    now = replace(ask, stamp=ask.serving.stamp(as_of=ask.known_stamp.as_of))
    return Done(
        message=f"{words}: {after['title']}",
        undo=("undo", {"id": str(after["action_id"]), "event": str(after["event_id"])}) if undoable else None,
        refresh=BESIDE if standing(ask).path == HOME else (),
        fragment=fragment(now, str(after["action_id"]), opens=bool(_word(form, "opened"))),
    )


def row(ask: Ask) -> str:
    """A row on its own, opened (``act.open``) or closed: ``GET /f/action-required/row``."""
    action_id, _, _ = place_of(ask)
    return fragment(ask, action_id, opens=bool(ask.params.get("act.open")), states=False)


def fragment(ask: Ask, action_id: str, *, opens: bool, states: bool = True) -> str:
    """The row of an action as it is now, and on Action Required the counts by state beside it."""
    if not action_id:
        raise UsageError("No action was named.", hint="Go back to the list and choose one.")
    _, top, scale = place_of(ask)
    page = standing(ask)
    details = page.overall(opened, action_id)
    shown = row_of(details, page, top=top, scale=scale, opened=details if opens else None)
    found = _worklist.segments(page, _worklist.asked(page)["states"]) if states and page.path == HOME else None
    return render("panels/action_row.html", row=shown, states=found, ask=page, fmt=page.fmt)


def _until(ask: Ask, form: FormData) -> date:
    """The day that a snooze ends: a week or a month after the as-of date, or the date given. Raises UsageError for what is none."""
    choice, day = _word(form, "until"), _word(form, "on")
    if choice == "1w":
        return ask.as_of + WEEK
    if choice == "1m":
        return _month_after(ask.as_of)
    hint = "Choose one week, one month or a date."
    if not day:
        raise UsageError("No date to snooze until was given.", hint=hint)
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise UsageError(f"{day!r} is no date to snooze until.", hint=hint) from None


def _month_after(day: date) -> date:
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = ((first + timedelta(days=32)).replace(day=1) - timedelta(days=1)).day
    return first.replace(day=min(day.day, last))


def _word(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip()[:LONGEST] if isinstance(value, str) else ""
