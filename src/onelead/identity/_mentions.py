"""Where fact tables name customers: the distinct combinations of territory, customer id and names, and the shared keys.

A table of a million rows becomes a few ten thousand combinations here; everything after works on those.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FACTS = ("assets", "opportunities", "projects", "service_credits")
COMBINATION = ("territory", "via", "customer", "name", "title")
"""What decides a row's account: its territory, the territory that a shared key gives, customer id, name, territory's name."""

_NOBODY = r"^[0\s-]*$"


def cleaned(column: str) -> pl.Expr:
    """An id or name without blanks around it; null where nothing, or only zeros, is left."""
    text = pl.col(column).str.strip_chars()
    return pl.when(text.str.contains(_NOBODY)).then(None).otherwise(text)


@dataclass
class Territory:
    """What rows say of a sales territory. ``names`` are on its own rows, ``reached`` on rows that a shared key brings."""

    rows: int = 0
    names: Counter[str] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    titles: Counter[str] = field(default_factory=Counter)


@dataclass
class Customer:
    """What rows say of a customer id. ``keys`` counts (what kind of row, territory, name on it or "")."""

    rows: int = 0
    names: Counter[str] = field(default_factory=Counter)
    titles: Counter[str] = field(default_factory=Counter)
    keys: Counter[tuple[str, str, str]] = field(default_factory=Counter)


@dataclass(frozen=True)
class Mentions:
    """The combinations of every fact table, and what they say of each territory, customer id and name without id."""

    combinations: dict[str, pl.DataFrame]
    territories: dict[str, Territory]
    customers: dict[str, Customer]
    alone: Counter[str]


def with_keys(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The columns of COMBINATION for every row of every fact table, in row order (credits: with ``project``)."""
    found: dict[str, pl.DataFrame] = {}
    nothing = pl.lit(None, dtype=pl.String)
    base = {"territory": cleaned("territory_id"), "customer": cleaned("customer_id"), "name": cleaned("account_name")}
    for table in ("assets", "opportunities"):
        if table in tables:
            found[table] = tables[table].select(**base, via=nothing, title=nothing).select(COMBINATION)
    if "projects" in tables:
        projects = tables["projects"].select(
            **base, title=cleaned("territory_name"), opportunity=cleaned("opportunity_id"), project=cleaned("project_id")
        )
        found["projects"] = projects.join(_by_opportunity(tables), on="opportunity", how="left", maintain_order="left")
    if "service_credits" in tables:
        drawn = tables["service_credits"].select(**base, title=nothing, project=cleaned("project_id"))
        found["service_credits"] = drawn.with_columns(via=nothing)
    return found


def _by_opportunity(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """(opportunity, via): opportunity ids that mean one territory; an id that is on two territories is no key."""
    if "opportunities" not in tables:
        return pl.DataFrame(schema={"opportunity": pl.String, "via": pl.String})
    pairs = tables["opportunities"].select(opportunity=cleaned("opportunity_id"), via=cleaned("territory_id")).drop_nulls().unique()
    return pairs.filter(pl.len().over("opportunity") == 1)


def collect(rows: Mapping[str, pl.DataFrame]) -> Mentions:
    """Mentions from the frames of ``with_keys``."""
    combinations = {table: frame.group_by(COMBINATION).agg(rows=pl.len()).sort(COMBINATION) for table, frame in rows.items()}
    mentions = Mentions(combinations, {}, {}, Counter())
    for table, frame in combinations.items():
        for where, via, who, name, title, count in frame.select(*COMBINATION, "rows").iter_rows():
            _note(mentions, table, where, via, who, name, title, count)
    for who, where, count in _credit_keys(rows):
        mentions.customers.setdefault(who, Customer()).keys["service credits with ST ID", where, ""] += count
    return mentions


def _credit_keys(rows: Mapping[str, pl.DataFrame]) -> Iterable[tuple[str, str, int]]:
    """(customer, territory, rows): credits whose ST ID tells the territory of their project's customer."""
    if not {"projects", "service_credits"} <= set(rows):
        return ()
    owners = rows["projects"].filter(pl.col("territory").is_null()).select("project", owner="customer").drop_nulls().unique()
    drawn = rows["service_credits"].filter(pl.col("territory").is_not_null()).select("project", "territory")
    joined = drawn.join(owners.filter(pl.len().over("project") == 1), on="project")
    return joined.group_by("owner", "territory").len().sort("owner", "territory").iter_rows()


_KEYED = {
    "assets": "assets with its id",
    "opportunities": "opportunities with its id",
    "projects": "projects with ST ID",
    "service_credits": "service credits with ST ID",
}


def _note(
    mentions: Mentions, table: str, where: str | None, via: str | None, who: str | None, name: str | None, title: str | None, count: int
) -> None:
    reached = where or via
    if reached:
        place = mentions.territories.setdefault(reached, Territory())
        place.rows += count
        if name:
            (place.names if where else place.reached)[name] += count
        if title:
            place.titles[title] += count
    if who:
        them = mentions.customers.setdefault(who, Customer())
        them.rows += count
        if name:
            them.names[name] += count
        if title:
            them.titles[title] += count
        if reached:
            them.keys[_KEYED[table] if where else "projects with opportunity ids", reached, name or ""] += count
    elif not reached and (name or title):
        mentions.alone[name or title or ""] += count
