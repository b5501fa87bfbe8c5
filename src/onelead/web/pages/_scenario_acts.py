"""What readers do with scenarios: keep, change, copy, delete, bring back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from onelead.core.errors import UsageError
from onelead.web._page import Done
from onelead.web.pages._forecast import levers as action_levers
from onelead.web.pages._scenarios import PERCENT, SHARES
from onelead.workspace import scenario_store as store

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from onelead.core.viewer import Viewer
    from onelead.web._ask import Ask

BLOCKS = ("scenarios-list", "scenarios-ranges", "scenarios-quarters", "scenarios-beside", "scenarios-effects", "scenarios-form")
PLAIN = ("price_effect", "reps", "reps_in", "ramp", "campaign_months")
LONGEST = 200


def save(ask: Ask, form: FormData) -> Done:
    """Keep a new scenario, or the one that is changed."""
    levers, name, known = _levers(form), _word(form, "name"), _word(form, "id")
    parts, viewer = ask.serving.parts, _viewer(ask)
    if known:
        kept = store.change_scenario(parts, viewer, known, name=name, levers=levers)
        return Done(message=f"Changed: {kept['name']}", refresh=BLOCKS)
    kept = store.save_scenario(parts, viewer, name, levers)
    return Done(message=f"Kept: {kept['name']}", undo=("drop-scenario", {"id": kept["id"]}), refresh=BLOCKS)


def keep_actions(ask: Ask, form: FormData) -> Done:
    """Keep the assumptions about actions of the address as a scenario."""
    kept = store.save_scenario(
        ask.serving.parts, _viewer(ask), _word(form, "name"), {}, store.written_actions(action_levers(_tried(ask, form)))
    )
    return Done(message=f"Kept: {kept['name']}", to=ask.link("/forecast", tab="scenarios", compare=kept["id"]))


def _tried(ask: Ask, form: FormData) -> Ask:
    """The request with the levers that the form carries."""
    given = {name: (str(value),) for name, value in form.multi_items() if isinstance(value, str) and name != "name"}
    return replace(ask, params={**ask.params, **given})


def copy(ask: Ask, form: FormData) -> Done:
    """Copy a scenario."""
    kept = store.duplicate_scenario(ask.serving.parts, _viewer(ask), _word(form, "id"))
    return Done(message=f"Kept: {kept['name']}", undo=("drop-scenario", {"id": kept["id"]}), refresh=BLOCKS)


def drop(ask: Ask, form: FormData) -> Done:
    """Delete a scenario; it can be brought back."""
    gone = store.delete_scenario(ask.serving.parts, _viewer(ask), _word(form, "id"))
    return Done(message=f"Deleted: {gone['name']}", undo=("restore-scenario", {"id": gone["id"]}), refresh=BLOCKS)


def restore(ask: Ask, form: FormData) -> Done:
    """Bring a deleted one back."""
    back = store.restore_scenario(ask.serving.parts, _viewer(ask), _word(form, "id"))
    return Done(message=f"Back again: {back['name']}", refresh=BLOCKS)


def _viewer(ask: Ask) -> Viewer:
    """Until there is a sign-in, the record carries the name that the reader gave."""
    return replace(ask.everyone, user=ask.person.name) if ask.person.name else ask.everyone


def _levers(form: FormData) -> dict[str, Any]:
    found: dict[str, Any] = {name: 1 + _number(form, name) / PERCENT for name in SHARES}
    found |= {name: _number(form, name) for name in PLAIN if _word(form, name)}
    found["campaign"] = _number(form, "campaign") / PERCENT
    segment = _word(form, "campaign_on")
    found["campaign_on"] = segment.split(":", 1) if ":" in segment else None
    found["dropped"] = [value for value in form.getlist("dropped") if isinstance(value, str) and value]
    deal, day = _word(form, "pulled"), _word(form, "pulled_on")
    if deal and not day:
        raise UsageError("No day is given for the deal that is pulled in.", hint="Choose the day on which it would close.")
    found["pulled"] = [[deal, day]] if deal else []
    return found


def _number(form: FormData, name: str) -> float:
    text = _word(form, name).replace(",", ".").replace("−", "-") or "0"
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"{text!r} is no number.", hint="Write a number, such as 10 or -5.") from None


def _word(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip()[:LONGEST] if isinstance(value, str) else ""


POSTS = {"save-scenario": save, "keep-actions": keep_actions, "copy-scenario": copy, "drop-scenario": drop, "restore-scenario": restore}
