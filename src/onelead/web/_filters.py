"""The pills under a page's title: the as-of date and the snapshot, the shared account filters, the page's own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from onelead.core.errors import UnknownNameError
from onelead.web._ask import ME, TEAM
from onelead.web._page import Choice, Filter
from onelead.workspace.people import busiest_owners, persons
from onelead.workspace.selecting import account_columns, account_names, account_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.web._ask import Ask

SHOWN = 30
"""Choices that a menu shows at first; more are found by typing."""
FOUND = 100
NAMED = 12
"""So many choices at most are named where a value is none of them."""
LABELS = {"region": "Region", "country": "Country", "industry": "Industry", "territory_id": "Territory"}


@dataclass(frozen=True)
class Pill:
    """A filter, ready to be written. ``kept`` are the other parameters, which its form sends along."""

    filter: Filter
    value: str
    on: bool
    choices: tuple[Choice, ...]
    chosen: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]
    clear: str
    more: bool = False
    """Whether there are choices that the menu does not show until some letters are typed."""


def pills(ask: Ask) -> list[Pill]:
    """The filters of the page: shared ones first, where the page has them."""
    if ask.page is None or ask.stamp is None:
        return []
    shared = [ACCOUNT, OWNER] if ask.page.account_filters else []
    return [_pill(found, ask) for found in (*shared, *ask.page.filters)]


@dataclass(frozen=True)
class Unknown:
    """A value of a filter that does not exist, the values that do (none where they are many), and the address without it."""

    label: str
    value: str
    valid: tuple[str, ...]
    clear: str


def unknown_values(ask: Ask) -> list[Unknown]:
    """Values of the choice filters that nothing in the data has: nothing can be found under them, and the page says why."""
    if ask.page is None or ask.stamp is None:
        return []
    shared = [ACCOUNT, OWNER] if ask.page.account_filters else []
    out = []
    for found in (*shared, *ask.page.filters):
        given = ask.params.get(found.name, ())
        if found.choices is None or not any(given):
            continue
        known = _known_values(found, ask, given)
        for value in given:
            if value and known and value not in known:
                left = tuple(other for other in given if other != value)
                out.append(Unknown(found.label, value, _named(found, ask), ask.here(**{found.name: left or None})))
    return out


def _named(found: Filter, ask: Ask) -> tuple[str, ...]:
    """The labels of a filter's choices, where they are few enough to be read."""
    labels = tuple(choice.label for choice in _choices(found, _bare(found, ask)))
    return labels if len(labels) <= NAMED else ()


def _bare(found: Filter, ask: Ask) -> Ask:
    """The request without the filters that narrow what ``found`` offers."""
    own = {found.name, *(other.name for other in ask.page.filters)} if ask.page else set()
    return replace(ask, params={name: values for name, values in ask.params.items() if name not in {*own, "account", "owner", "where"}})


def _known_values(found: Filter, ask: Ask, given: tuple[str, ...]) -> set[str]:
    if found is ACCOUNT:
        return {account_id for account_id, _ in ask.overall(account_names, chosen=given)} | {
            choice.value for choice in _choices(found, ask)
        }
    if found is OWNER:
        return {ME, TEAM, *ask.overall(persons)["person"].drop_nulls().to_list()}
    # what other filters leave nothing of is there all the same: both the bare choices and those of the moment are known
    return {choice.value for given_to in (_bare(found, ask), ask) for choice in _choices(found, given_to)}


def condition_pills(ask: Ask) -> list[tuple[str, str]]:
    """The conditions on account columns in force: words, and the address without each."""
    conditions = ask.params.get("where", ())
    out = []
    for condition in conditions:
        name, _, value = condition.partition("=")
        left = tuple(other for other in conditions if other != condition)
        out.append((f"{LABELS.get(name.removesuffix('!'), name)} {'≠ ' if name.endswith('!') else ''}{value}", ask.here(where=left)))
    return out


def more_filters(ask: Ask) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """What "+ Filter" offers: column label, and its values with count and address."""
    if ask.page is None or not ask.page.account_filters or ask.stamp is None:
        return []
    now = ask.params.get("where", ())
    out = []
    for column in ask.overall(account_columns):
        values = ask.overall(account_values, column, 30)
        offered = [(value, count, ask.here(where=(*now, f"{column}={value}"))) for value, count in values]
        out.append((LABELS.get(column, column), offered))
    return out


def _pill(found: Filter, ask: Ask) -> Pill:
    choices = _choices(found, ask)
    chosen = ask.many(found.name)
    labels = {choice.value: choice.label for choice in choices}
    if found is ACCOUNT and not labels.keys() >= set(chosen):
        labels |= dict(ask.overall(account_names, chosen=chosen))
    names = [labels.get(value, value) for value in chosen]
    value = found.everything if not names else names[0] if len(names) == 1 else f"{names[0]} +{len(names) - 1}"
    kept = tuple(
        (name, entry) for name, entries in ask.params.items() for entry in entries if name != found.name and not name.startswith("page.")
    )
    first = [Choice(value, labels.get(value, value)) for value in chosen if value not in {choice.value for choice in choices[:SHOWN]}]
    return Pill(
        filter=found,
        value=value,
        on=bool(ask.params.get(found.name)),
        choices=(*(first if choices else ()), *choices[:SHOWN]),
        chosen=chosen,
        kept=kept,
        clear=ask.here(**{found.name: None}),
        more=len(choices) > SHOWN,
    )


def found_choices(ask: Ask, name: str, words: str) -> Pill:
    """The menu of a filter with the choices whose label holds ``words``. Raises UnknownNameError."""
    own = ask.page.filters if ask.page else ()
    known = {found.name: found for found in (ACCOUNT, OWNER, *own)}
    found = pick_filter(known, name)
    lowered = words.lower().strip()
    if found is ACCOUNT:
        choices = [Choice(account_id, label) for account_id, label in ask.overall(account_names, limit=FOUND, holding=lowered)]
    else:
        choices = [choice for choice in _choices(found, ask) if lowered in choice.label.lower()]
    return replace(_pill(found, ask), choices=tuple(choices[:FOUND]))


def pick_filter(known: dict[str, Filter], name: str) -> Filter:
    """The filter of a name. Raises UnknownNameError."""
    if name not in known:
        raise UnknownNameError("filter", name, list(known))
    return known[name]


def _choices(found: Filter, ask: Ask) -> tuple[Choice, ...]:
    return tuple(found.choices(ask)) if callable(found.choices) else found.choices or ()


def _accounts(ask: Ask) -> Sequence[Choice]:
    return [Choice(account_id, name) for account_id, name in ask.overall(account_names, limit=SHOWN + 1)]


def _owners(ask: Ask) -> Sequence[Choice]:
    mine = [Choice(ME, f"Me ({ask.person.name})")] if ask.person.name else []
    team = [Choice(TEAM, "My team", len(ask.person.team))] if ask.person.team else []
    return [*mine, *team, *(Choice(name, name, count) for name, count in ask.overall(busiest_owners))]


ACCOUNT = Filter("account", "Account", _accounts, icon="building", many=True, everything="All")
OWNER = Filter("owner", "Owner", _owners, icon="user", many=True, everything="Everyone")
