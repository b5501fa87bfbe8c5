"""Use cases: who looks after which account and why, who the people are, and who is in whose team.

Names of people are personal data: whoever shows or exports these frames treats the columns of ``PERSONAL`` as such.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

SCHEMA = {"account_id": pl.String, "person": pl.String, "how": pl.String, "rows": pl.Int64}
PERSONS = {"person": pl.String, "role": pl.String, "guessed": pl.Boolean, "accounts": pl.Int64, "team": pl.Int64, "manager": pl.String}
PERSONAL = frozenset({"person", "manager"})
"""Columns that hold names of people."""
ROLES = {
    "consultant": "Consultant",
    "account_manager": "Account manager",
    "rep": "Sales rep",
    "manager": "Sales manager",
    "vp": "VP of sales",
    "executive": "Executive",
    "csm": "Customer-success manager",
    "sales_operations": "Sales operations",
    "data_person": "Data person",
}
"""The people that OneLead is made for, as a reader chooses among them. What a signed-in user may do is another matter (``rights``)."""
TIES = (
    ("accounts", "owner_name", "is named as the owner in the data"),
    ("opportunities", "owner_name", "owns {} of its opportunities"),
    ("projects", "responsible_person", "is responsible for {} of its projects"),
)
"""Tables whose rows name somebody, the stronger tie first: table, column, what it makes of them."""
ALONE = ("opportunities",)
"""Tables whose rows are somebody's without an account too."""
GUESSED = {0: "account_manager", 1: "account_manager", 2: "rep", 3: "consultant"}
"""Strongest tie of a person (0: the settings, then the place in ``TIES``) → the role that it suggests."""


def owners(view: View, parts: Parts) -> pl.DataFrame:
    """People by account: account_id, person, how (what makes them its owner), rows; the strongest tie first.

    Ties are, from strong to weak: the owners table of the settings (rows is null), being named as the account's owner in the data, owning
    its opportunities, being responsible for its projects; within one kind, more rows are stronger. A person with two ties to an account has two rows. Opportunities without an account
    are their owner's all the same: account_id is null, for those who see every account.
    """
    return _ties(view, parts).select(*SCHEMA)


@of_the_snapshot
def busiest_owners(view: View, parts: Parts) -> list[tuple[str, int]]:
    """People with the number of accounts that they look after, the busiest first."""
    counted = owners(view, parts).group_by("person").agg(pl.col("account_id").drop_nulls().n_unique().alias("accounts"))
    return [(str(name), int(count)) for name, count in counted.sort(["accounts", "person"], descending=[True, False]).iter_rows()]


def accounts_of(view: View, parts: Parts, names: Sequence[str]) -> tuple[str, ...]:
    """Ids of the accounts that any of ``names`` looks after."""
    return tuple(sorted(set(_ties(view, parts, names=tuple(names))["account_id"].drop_nulls().to_list())))


def main_owners(view: View, parts: Parts, accounts: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Account → the one with the strongest tie, and how; only those of ``accounts`` that have anybody."""
    found = _ties(view, parts, accounts=tuple(accounts)).unique("account_id", keep="first", maintain_order=True)
    return {account: (person, how) for account, person, how in found.select("account_id", "person", "how").iter_rows()}


def persons(view: View, parts: Parts) -> pl.DataFrame:
    """Everybody whom the loaded tables or the settings name: person, role, guessed, accounts, team, manager; by name.

    ``role`` is that of the settings, else one guessed from what the person does: leads a team, is named as an owner, owns opportunities,
    is responsible for projects; null where there is nothing to guess from. ``team`` counts its people, those of managers in it included.
    """
    people = parts.settings.people
    held = pl.col("account_id").drop_nulls().n_unique().cast(pl.Int64)
    counted = _ties(view, parts).group_by("person").agg(held.alias("accounts"), pl.col("kind").min())
    known = {str(row["person"]): row for row in counted.iter_rows(named=True)}
    managers = {member: manager for manager, members in people.teams.items() for member in members}
    named = sorted({*known, *people.teams, *managers, *people.roles})
    rows = [
        {
            "person": name,
            "role": people.roles.get(name) or _guess(name, name in people.teams, known.get(name)),
            "guessed": name not in people.roles,
            "accounts": known.get(name, {}).get("accounts", 0),
            "team": len(_team(people.teams, name)),
            "manager": managers.get(name),
        }
        for name in named
    ]
    return pl.DataFrame(rows, schema=PERSONS)


def team_in(parts: Parts, name: str) -> tuple[str, ...]:
    """As ``team_of``: the settings alone say it."""
    return _team(parts.settings.people.teams, name)


def team_of(_: View, parts: Parts, name: str) -> tuple[str, ...]:
    """Names of a manager's team by the settings, the teams of managers in it included; none for everybody else."""
    return _team(parts.settings.people.teams, name)


def unknown_accounts(view: View, parts: Parts) -> list[str]:
    """Accounts of the owners table that no account, source id or name in the snapshot means: mistyped, or not loaded yet."""
    table = parts.settings.people.owners
    return [given for given in table if given not in _accounts_meant(view, tuple(table))]


def _guess(name: str, leads: bool, row: dict[str, object] | None) -> str | None:  # noqa: FBT001 - a plain helper
    del name
    if leads:
        return "manager"
    return None if row is None else GUESSED[int(str(row["kind"]))]


def _team(teams: dict[str, tuple[str, ...]], name: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    waiting = list(teams.get(name, ()))
    while waiting:
        member = waiting.pop(0)
        # a team that leads back to its manager is read once round
        if member not in found and member != name:
            found[member] = None
            waiting += teams.get(member, ())
    return tuple(found)


def _ties(view: View, parts: Parts, *, names: tuple[str, ...] | None = None, accounts: tuple[str, ...] | None = None) -> pl.DataFrame:
    """The rows of ``ties`` that the viewer may see, of some people or some accounts only."""
    found = view.of_everyone(parts, ties)
    if names is not None:
        found = found.filter(pl.col("person").is_in(list(names)))
    return found if accounts is None else found.filter(pl.col("account_id").is_in(list(accounts)))


@of_the_snapshot
def ties(view: View, parts: Parts) -> pl.DataFrame:
    """Who has to do with which account: SCHEMA and ``kind`` (0: settings, then the place in TIES), the strongest first."""
    found = pl.concat([_by_settings(view, parts), *(_by_rows(view, kind) for kind in range(1, len(TIES) + 1))])
    return view.seen(found).sort(["kind", "rows", "account_id", "person"], descending=[False, True, False, False], nulls_last=True)


def _by_settings(view: View, parts: Parts) -> pl.DataFrame:
    table = parts.settings.people.owners
    meant = _accounts_meant(view, tuple(table)) if table else {}
    rows = [(account, table[given], "is named in the settings", None, 0) for given, account in meant.items()]
    return pl.DataFrame(rows, schema={**SCHEMA, "kind": pl.Int64}, orient="row")


def _by_rows(view: View, kind: int) -> pl.DataFrame:
    table_name, column, how = TIES[kind - 1]
    table = view.snapshot.table(table_name)
    if column not in table.columns:
        return pl.DataFrame(schema={**SCHEMA, "kind": pl.Int64})
    # counted in the engine: at a million projects the rows stay where they are
    table = table.filter(table[column].notnull() & (table[column] != ""))
    if "is_repeat" in table.columns:
        table = table.filter(~table.is_repeat)
    if table_name not in ALONE:
        table = table.filter(table.account_id.notnull())
    counted = view.snapshot.execute(table.group_by(["account_id", column]).aggregate(rows=table.count()))
    return counted.select(
        "account_id",
        pl.col(column).alias("person"),
        (pl.format(how, pl.col("rows")) if "{}" in how else pl.lit(how)).alias("how"),
        pl.col("rows").cast(pl.Int64),
        pl.lit(kind, dtype=pl.Int64).alias("kind"),
    )


def _accounts_meant(view: View, given: Sequence[str]) -> dict[str, str]:
    """What each of ``given`` means: an account's id, a source id of it, or its name; named accounts count for the one above."""
    accounts = view.frame("accounts", ["account_id", "account_name", "level", "parent_id"])
    tops = dict(accounts.select("account_id", pl.coalesce("parent_id", "account_id")).iter_rows())
    links = view.frame("account_links", ["value", "account_id"]).filter(
        pl.col("value").str.to_lowercase().is_in([x.lower() for x in given])
    )
    by_link = {value.lower(): account for value, account in links.iter_rows()}
    by_name = {
        name.lower(): account for account, name in accounts.sort("level", descending=True).select("account_id", "account_name").rows()
    }
    meant = {word: word if word in tops else by_link.get(word.lower()) or by_name.get(word.lower()) for word in given}
    return {word: tops[account] for word, account in meant.items() if account in tops}
