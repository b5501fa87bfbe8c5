"""The pills under a page's title: the as-of date and the snapshot, the shared account filters, the page's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from onelead.web._ask import ME, TEAM
from onelead.web._page import Choice, Filter
from onelead.workspace.people import owners
from onelead.workspace.selecting import account_columns, account_names, account_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.web._ask import Ask

MANY_SHOWN = 60
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


def pills(ask: Ask) -> list[Pill]:
    """The filters of the page: shared ones first, where the page has them."""
    if ask.page is None or ask.stamp is None:
        return []
    shared = [ACCOUNT, OWNER] if ask.page.account_filters else []
    return [_pill(found, ask) for found in (*shared, *ask.page.filters)]


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
    choices = tuple(found.choices(ask)) if callable(found.choices) else found.choices or ()
    chosen = ask.many(found.name)
    labels = {choice.value: choice.label for choice in choices}
    names = [labels.get(value, value) for value in chosen]
    given = bool(ask.params.get(found.name))
    value = found.everything if not names else names[0] if len(names) == 1 else f"{names[0]} +{len(names) - 1}"
    kept = tuple(
        (name, entry) for name, entries in ask.params.items() for entry in entries if name != found.name and not name.startswith("page.")
    )
    return Pill(found, value, given, choices, chosen, kept, ask.here(**{found.name: None}), more=len(choices) > MANY_SHOWN)


def _accounts(ask: Ask) -> Sequence[Choice]:
    return [Choice(account_id, name) for account_id, name in ask.overall(account_names)]


def _owners(ask: Ask) -> Sequence[Choice]:
    counted = ask.overall(owners).group_by("person").agg(pl.col("account_id").n_unique().alias("accounts")).sort("person")
    mine = [Choice(ME, f"Me ({ask.person.name})")] if ask.person.name else []
    team = [Choice(TEAM, "My team", len(ask.person.team))] if ask.person.team else []
    return [*mine, *team, *(Choice(str(name), str(name), int(count)) for name, count in counted.iter_rows())]


ACCOUNT = Filter("account", "Account", _accounts, icon="building", many=True, everything="All")
OWNER = Filter("owner", "Owner", _owners, icon="user", many=True, everything="Everyone")
