"""Use cases: scenarios under a name: assumptions that are kept, changed, copied, deleted and brought back."""

from __future__ import annotations

import secrets
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypedDict

from onelead.core.errors import ForbiddenError, UnknownNameError, UsageError
from onelead.models.bookings.levers import Levers as Levers  # noqa: PLC0414 - who shows scenarios writes their levers
from onelead.workspace.whatif import Levers as ActionLevers
from onelead.workspace.whatif import checked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onelead.core.viewer import Viewer
    from onelead.workspace.wiring import Parts

NAMESPACE, DELETED = "scenarios", "scenarios.deleted"
MOST, MAX_NAME, MAX_DEALS, MAX_SEGMENT = 200, 80, 200, 200
RANGES = {
    "win_rate": (0.0, 5.0),
    "deal_size": (0.0, 5.0),
    "cycle": (0.1, 5.0),
    "price": (0.1, 5.0),
    "price_effect": (-10.0, 10.0),
    "churn": (0.0, 10.0),
    "reps": (-10_000.0, 10_000.0),
    "reps_in": (0.0, 12.0),
    "ramp": (0.0, 36.0),
    "campaign": (0.0, 10.0),
    "campaign_months": (0.0, 12.0),
}
"""What each number may be."""
SEGMENTS = ("region", "team", "industry", "size_class")
"""What a campaign may be aimed at."""


class Scenario(TypedDict):
    """Assumptions under a name. ``levers`` and ``actions`` hold what is moved only, as JSON; times are UTC, in ISO form."""

    id: str
    name: str
    owner: str
    created: str
    changed: str
    levers: dict[str, Any]
    actions: dict[str, Any]


def scenarios(parts: Parts) -> list[Scenario]:
    """All of them, by name."""
    found: list[Scenario] = list(parts.store.recall_all(NAMESPACE).values())
    return sorted(found, key=lambda entry: (entry["name"].casefold(), entry["id"]))


def scenario(parts: Parts, scenario_id: str) -> Scenario:
    """One of them. Raises UnknownNameError."""
    found: Scenario | None = parts.store.recall(NAMESPACE, scenario_id)
    if found is None:
        raise UnknownNameError("scenario", scenario_id, [entry["id"] for entry in scenarios(parts)])
    return found


def save_scenario(
    parts: Parts, viewer: Viewer, name: str, levers: Mapping[str, Any] | None = None, actions: Mapping[str, Any] | None = None
) -> Scenario:
    """Keep assumptions under a new name.

    Raises UsageError for a name that is taken (case does not count), empty or too long, for an assumption outside its range, and when there
    are too many scenarios.
    """
    known = scenarios(parts)
    if len(known) >= MOST:
        raise UsageError(f"There are {len(known)} scenarios; that is the limit.", hint="Delete one that nobody needs.")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    kept: Scenario = {
        "id": secrets.token_hex(6),
        "name": _free_name(name, known),
        "owner": viewer.user,
        "created": now,
        "changed": now,
        "levers": written(read_levers(levers or {})),
        "actions": written_actions(read_actions(actions or {})),
    }
    parts.store.remember(NAMESPACE, kept["id"], kept)
    return kept


def change_scenario(
    parts: Parts,
    viewer: Viewer,
    scenario_id: str,
    *,
    name: str | None = None,
    levers: Mapping[str, Any] | None = None,
    actions: Mapping[str, Any] | None = None,
) -> Scenario:
    """Rename a scenario or assume otherwise; what is None stays. Raises as ``save_scenario``, and ForbiddenError for somebody else's."""
    found = _own(parts, viewer, scenario_id)
    others = [other for other in scenarios(parts) if other["id"] != scenario_id]
    changed: Scenario = {
        **found,
        "name": found["name"] if name is None else _free_name(name, others),
        "levers": found["levers"] if levers is None else written(read_levers(levers)),
        "actions": found["actions"] if actions is None else written_actions(read_actions(actions)),
        "changed": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    parts.store.remember(NAMESPACE, scenario_id, changed)
    return changed


def duplicate_scenario(parts: Parts, viewer: Viewer, scenario_id: str) -> Scenario:
    """A copy that belongs to who made it, under a free name."""
    found = scenario(parts, scenario_id)
    taken = {entry["name"].casefold() for entry in scenarios(parts)}
    names = (f"{found['name'][: MAX_NAME - 12]} (copy{f' {number}' if number > 1 else ''})" for number in range(1, MOST + 2))
    name = next(name for name in names if name.casefold() not in taken)
    return save_scenario(parts, viewer, name, found["levers"], found["actions"])


def delete_scenario(parts: Parts, viewer: Viewer, scenario_id: str) -> Scenario:
    """Put a scenario aside. Raises UnknownNameError, and ForbiddenError for somebody else's (an administrator may)."""
    found = _own(parts, viewer, scenario_id)
    parts.store.remember(DELETED, scenario_id, found)
    parts.store.forget(NAMESPACE, scenario_id)
    return found


def restore_scenario(parts: Parts, viewer: Viewer, scenario_id: str) -> Scenario:
    """Bring a deleted scenario back, under its name where that is still free. Raises UnknownNameError and ForbiddenError."""
    found: Scenario | None = parts.store.recall(DELETED, scenario_id)
    if found is None:
        raise UnknownNameError("deleted scenario", scenario_id, [])
    _may(viewer, found)
    back: Scenario = {**found, "name": _free_name(found["name"], scenarios(parts))}
    parts.store.remember(NAMESPACE, scenario_id, back)
    parts.store.forget(DELETED, scenario_id)
    return back


# What is assumed -------------------------------------------------------------------------------------------------------


def read_levers(given: Mapping[str, Any]) -> Levers:
    """Levers from JSON: factors and numbers by name, campaign_on [column, value], dropped [ids], pulled [[id, day]]. Raises UsageError."""
    known = {entry.name for entry in fields(Levers)}
    if unknown := sorted(set(given) - known):
        raise UnknownNameError("lever", unknown[0], sorted(known))
    numbers = {name: _number(name, given[name]) for name in RANGES if given.get(name) is not None}
    segment = given.get("campaign_on") or None
    if segment is not None and (len(segment) != 2 or segment[0] not in SEGMENTS or len(str(segment[1])) > MAX_SEGMENT):  # noqa: PLR2004 - a pair
        raise UsageError("A campaign needs a segment.", hint=f"Give one of {', '.join(SEGMENTS)}, and its value.")
    dropped, pulled = tuple(map(str, given.get("dropped") or ())), given.get("pulled") or ()
    if len(dropped) + len(pulled) > MAX_DEALS:
        raise UsageError(f"More than {MAX_DEALS} deals are named.", hint="Name those that matter.")
    days = tuple((str(name), _day(day)) for name, day in pulled)
    pair = (str(segment[0]), str(segment[1])) if segment else None
    return Levers(**numbers, campaign_on=pair, dropped=tuple(sorted(set(dropped))), pulled=tuple(sorted(set(days))))


def read_actions(given: Mapping[str, Any]) -> ActionLevers:
    """Levers of the waiting actions from JSON: chances {type: share}, price_factor, support_share, credit. Raises UsageError."""
    if unknown := sorted(set(given) - {entry.name for entry in fields(ActionLevers)}):
        raise UnknownNameError("lever", unknown[0], [entry.name for entry in fields(ActionLevers)])
    chances = tuple(sorted((str(name), float(value)) for name, value in dict(given.get("chances") or {}).items()))
    others = {name: float(given[name]) for name in ("price_factor", "support_share", "credit") if given.get(name) is not None}
    found = ActionLevers(chances=chances, **others)
    checked(found)
    return found


def written(levers: Levers) -> dict[str, Any]:
    """Levers as JSON: those that are moved."""
    still = Levers()
    found = {
        entry.name: getattr(levers, entry.name) for entry in fields(levers) if getattr(levers, entry.name) != getattr(still, entry.name)
    }
    if "pulled" in found:
        found["pulled"] = [[name, day.isoformat()] for name, day in levers.pulled]
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


def written_actions(levers: ActionLevers) -> dict[str, Any]:
    """Levers of actions as JSON: those that are moved."""
    others = {name: getattr(levers, name) for name in ("price_factor", "support_share", "credit") if getattr(levers, name) is not None}
    return {**({"chances": dict(levers.chances)} if levers.chances else {}), **others}


def _number(name: str, value: object) -> float:
    low, high = RANGES[name]
    found = float(str(value))
    if not low <= found <= high:
        raise UsageError(f"{name.replace('_', ' ')} is {found:g}.", hint=f"Give {low:g} to {high:g}.")
    return found


def _day(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise UsageError(f"{text!r} is no date.", hint="Write a date as 2024-09-04.") from None


def _own(parts: Parts, viewer: Viewer, scenario_id: str) -> Scenario:
    found = scenario(parts, scenario_id)
    _may(viewer, found)
    return found


def _may(viewer: Viewer, found: Scenario) -> None:
    if found["owner"] != viewer.user and "admin" not in viewer.roles:
        raise ForbiddenError(f"{viewer.user} may not change a scenario of {found['owner']}.", hint="Duplicate it, and change the copy.")


def _free_name(name: str, known: list[Scenario]) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > MAX_NAME or not plain.isprintable():
        raise UsageError(f"{name[:MAX_NAME]!r} cannot name a scenario.", hint=f"Give it 1 to {MAX_NAME} printable characters.")
    if plain.casefold() in {entry["name"].casefold() for entry in known}:
        raise UsageError(f"There is a scenario {plain!r} already.", hint="Choose another name, or change that one.")
    return plain
