"""Small fact tables, written row by row."""

from __future__ import annotations

import polars as pl

from onelead.core.settings import IdentitySettings
from onelead.identity import Decision, Directory, Resolution, decisions_frame, resolve
from onelead.tables import assets, opportunities, projects, service_credits

TABLES = {
    "assets": assets.TABLE,
    "opportunities": opportunities.TABLE,
    "projects": projects.TABLE,
    "service_credits": service_credits.TABLE,
}
KEYS = {"assets": "asset_id", "opportunities": "opportunity_id", "projects": "project_id"}

Rows = list[dict[str, object]]


def tables(**rows: Rows) -> dict[str, pl.DataFrame]:
    """Fact tables with delivered columns; keys that are not given are numbered."""
    made = {}
    for name, table in TABLES.items():
        given = [{KEYS[name]: f"{name}-{number}", **row} if name in KEYS else row for number, row in enumerate(rows.get(name, []))]
        schema = {column: type_ for column, type_ in table.delivered.items() if any(column in row for row in given)}
        frame = pl.DataFrame(given, schema=schema) if given else pl.DataFrame(schema=table.delivered)
        missing = [pl.lit(None, dtype=type_).alias(column) for column, type_ in table.delivered.items() if column not in frame.columns]
        made[name] = frame.with_columns(missing).select(table.delivered.names())
    return made


def run(
    data: dict[str, pl.DataFrame], *decisions: Decision, known: pl.DataFrame | None = None, settings: IdentitySettings | None = None
) -> Resolution:
    """``resolve`` with decisions and known ids."""
    directory = Directory(decisions=decisions_frame(list(decisions)))
    if known is not None:
        directory = Directory(known=known, decisions=directory.decisions)
    return resolve(data, directory, settings or IdentitySettings())


def means(resolution: Resolution, kind: str, value: str) -> str:
    """The account, or named account, that (kind, value) means."""
    links = resolution.links.filter((pl.col("kind") == kind) & (pl.col("value") == value) & pl.col("candidate_id").is_null())
    assert links.height == 1, links
    return str(links["account_id"][0])


def top(resolution: Resolution) -> set[str]:
    """Ids of the accounts at the top level."""
    return set(resolution.accounts.filter(pl.col("level") == "account")["account_id"])


def waiting(resolution: Resolution) -> set[frozenset[str]]:
    """Pairs of accounts on the review list."""
    links = resolution.links.filter((pl.col("status") == "review") & pl.col("candidate_id").is_not_null())
    return {frozenset(pair) for pair in links.select("account_id", "candidate_id").iter_rows()}


def deal(number: str, territory: str, name: str | None = None) -> dict[str, object]:
    return {"opportunity_id": number, "territory_id": territory, "account_name": name}


def project(customer: str | None = None, name: str | None = None, **more: object) -> dict[str, object]:
    return {"customer_id": customer, "account_name": name, **more}
