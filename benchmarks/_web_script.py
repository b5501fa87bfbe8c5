"""The mixed script: pages, sections of pages and API requests, each under filters that the workspace's own accounts satisfy."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import polars as pl

import onelead
from onelead.workspace.people import owners

if TYPE_CHECKING:
    from pathlib import Path

SEED = 11
FILTERS = 30
COLUMNS = ("region", "country", "industry", "territory_id")
PAGES = ("/action-required", "/customer-health", "/pipeline", "/revenue-focus", "/service-recommendations")
SECTIONS = ("/s/action-required/list", "/s/action-required/weeks", "/s/customer-health/accounts", "/s/customer-health/spread")
APIS = ("/api/v1/actions?limit=25", "/api/v1/accounts?limit=25", "/api/v1/metrics/expired_products/query?by=product_category")
PATHS = {"page": PAGES, "section": SECTIONS, "api": APIS}
MIX = {"page": 5, "section": 3, "api": 2}
"""Of ten requests."""
Filter = tuple[tuple[str, str], ...]
Item = tuple[str, str]


def filters(workspace: Path) -> tuple[list[Filter], list[Filter]]:
    """Thirty filters for the script, and many others, all different, that leave at least one account each."""
    with onelead.open(workspace, create=False) as ws:
        accounts = ws.table("accounts").filter(pl.col("level") == "account")
        people = dict(ws.ask(owners).select("account_id", "person").unique("account_id", keep="first", maintain_order=True).iter_rows())
    draw = random.Random(SEED)  # noqa: S311 - a plan of requests
    known = [name for name in COLUMNS if name in accounts.columns and accounts[name].n_unique() > 1]
    rows = accounts.select("account_id", *known).sort("account_id").to_dicts()
    singles = {(("where", f"{name}={row[name]}"),) for row in rows for name in known if row[name]}
    singles |= {(("owner", person),) for person in people.values()}
    chosen = draw.sample(sorted(singles), min(FILTERS // 2, len(singles)))
    chosen += [(("account", row["account_id"]),) for row in draw.sample(rows, min(FILTERS - len(chosen), len(rows)))]
    others = {one for _ in range(4000) if (one := _another(draw, rows, known, people)) not in chosen}
    # few accounts have few values: then pairs and triples of accounts are the filters that are left
    return chosen, draw.sample(sorted(others), len(others))


def _another(draw: random.Random, rows: list[dict[str, str]], known: list[str], people: dict[str, str]) -> Filter:
    """A filter over one account's own values, or over two accounts, or three."""
    row = draw.choice(rows)
    values = [("where", f"{name}={row[name]}") for name in known if row[name]]
    if row["account_id"] in people:
        values.append(("owner", people[row["account_id"]]))
    if len(values) > 1 and draw.random() < 0.5:
        return tuple(sorted(draw.sample(values, 2)))
    picked = draw.sample(rows, min(len(rows), draw.choice((2, 3))))
    return tuple(sorted(("account", found["account_id"]) for found in picked))


def items(found: list[Filter]) -> list[Item]:
    """Every request under every filter, repeated so that one drawn of them is of a kind as often as the mix wants."""
    out = []
    for kind, share in MIX.items():
        out += [(kind, _address(kind, path, one)) for one in found for path in PATHS[kind]] * (share * 12 // len(PATHS[kind]))
    return out


def once_each(found: list[Filter], known: list[Item]) -> list[Item]:
    """One request under each filter, by the mix: none twice, none of ``known``."""
    draw = random.Random(SEED)  # noqa: S311 - a plan of requests
    kinds = [kind for kind, share in MIX.items() for _ in range(share)]
    seen = {path for _, path in known}
    out: dict[str, str] = {}
    for one in found:
        kind = draw.choice(kinds)
        out.setdefault(_address(kind, draw.choice(PATHS[kind]), one), f"new {kind}")
    return [(kind, path) for path, kind in out.items() if path not in seen]


def _address(kind: str, path: str, one: Filter) -> str:
    return _api(path, one) if kind == "api" else _page(path, one)


def _page(path: str, one: Filter) -> str:
    return f"{path}?{urlencode(one)}"


def _api(path: str, one: Filter) -> str:
    """The API names accounts by conditions on columns, all of which hold; it has no owners, and its list of actions knows the account's id only."""
    ids = [("where", f"account_id={value}") for name, value in one if name == "account"][:1]
    columns = [value for name, value in one if name == "where"]
    if path.startswith("/api/v1/metrics"):
        ids += [("where", f"account.{value}") for value in columns]
    elif path.startswith("/api/v1/accounts"):
        ids += [("where", value) for value in columns]
    return f"{path}{'&' if '?' in path else '?'}{urlencode(ids)}" if ids else path
