"""From fact tables to accounts: shared keys first, names second, people's decisions above both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.identity import _assign
from onelead.identity._accounts import accounts_frame, chart, node_keys
from onelead.identity._book import Book, Spelling
from onelead.identity._by_name import NameLinker
from onelead.identity._companies import Companies
from onelead.identity._company_rows import assign_sales, company_accounts, company_links, numbered_ids, sales_names
from onelead.identity._decide import apply_aliases, apply_decisions, names_apart
from onelead.identity._links import Links, account_nodes
from onelead.identity._mentions import collect, with_keys
from onelead.identity._mint import FOUNDER, claim
from onelead.identity._shared_keys import link_keys, link_titles
from onelead.identity._types import Resolution
from onelead.tables.accounts import TABLE as ACCOUNTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onelead.core.settings import IdentitySettings
    from onelead.identity._accounts import Chart
    from onelead.identity._mentions import Mentions
    from onelead.identity._types import Decision, Directory, Node


def resolve(tables: Mapping[str, pl.DataFrame], directory: Directory, settings: IdentitySettings) -> Resolution:
    """Find out which rows mean the same customer, and give every fact row its account.

    A project reaches its account through its territory id, else its opportunity id, else its customer id, else its name; a credit
    through its own territory id, else its project. Ids and names are unified by shared keys first (rows that carry both), by equal
    names second, by alike names of at least ``settings.auto_confidence`` third; what is less sure waits with status "review".
    Ids of companies, and of the tables of the sales model, join exactly; only a row without any id is looked up by name.

    Args:
        tables: Canonical name → frame with the delivered columns. Tables that hang on no account are passed through.
        directory: Ids minted by earlier loads, and what people decided.
        settings: Confidences and reviewed aliases.

    Returns:
        Accounts and links (by their contracts), the tables with ``account_id`` and ``named_account_id`` (null: unattributed), and the
        ``known`` to hand in next time. The same input gives the same result, whatever the order of rows.
    """
    companies = Companies.of(tables)
    rows, taken = companies.pick(with_keys(tables))
    mentions = collect(rows)
    mentions.alone.update(sales_names(tables, companies))
    decisions = directory.decided()
    book = Book(mentions, Spelling.of(_raw_names(mentions), names_apart(decisions)))
    _link(book, directory, decisions, settings)
    made = chart(book, directory.known, companies.among({*mentions.territories, *mentions.customers}))
    combinations = _assign.assigned_combinations(book, made)
    placed = companies.placed(decisions, _homes(book, made), directory.known, _ids(made))
    owners = pl.concat([placed.select("customer_id", *_assign.ASSIGNED), _assign.customers(book, made)])
    assigned = _assign.assign(tables, rows, combinations, taken, owners)
    assigned = assign_sales(assigned, owners, _assign.names(book, made, mentions.alone), companies)
    accounts = accounts_frame(book, made, combinations).join(_assign.most_frequent(assigned), on="account_id", how="left")
    accounts = pl.concat([ACCOUNTS.contract.create_empty(), accounts], how="diagonal")
    links = pl.concat([Links(book, made, combinations).frame(), company_links(placed, tables)])
    return Resolution(
        company_accounts(placed, accounts).sort("account_id"),
        links.sort("kind", "value", "candidate_id", nulls_last=False),
        assigned,
        numbered_ids(placed, made.known),
    )


def _homes(book: Book, made: Chart) -> dict[tuple[str, str], str]:
    """(kind, value) → account of every territory, customer id and name of the book."""
    homes = {("territory_id", place): account.account_id for place, account in made.by_place.items()}
    for root, account in made.by_company.items():
        for node in book.companies.members(root):
            homes |= dict.fromkeys(node_keys(book, node), account.account_id)
    return homes


def _ids(made: Chart) -> set[str]:
    """Ids of all accounts and named accounts of the book."""
    return {each for account in made.accounts for each in (account.account_id, *account.children.values())}


def _link(book: Book, directory: Directory, decisions: Sequence[Decision], settings: IdentitySettings) -> None:
    apply_decisions(book, decisions, _founders(book, directory.known) if decisions else {})
    apply_aliases(book, settings.aliases)
    names = NameLinker(book, settings)
    names.unify_inside()
    names.merge_territories()
    link_keys(book)
    link_titles(book, settings.auto_confidence)
    names.link_equal()
    names.link_alike()
    names.link_scripts()


def _founders(book: Book, known: pl.DataFrame) -> dict[str, Node]:
    """Account id → the node that founded it, else the oldest that is known by it and present."""
    naturals = account_nodes(book)
    by_key = {
        key: (node, natural) for natural, node in naturals for key in (node_keys(book, node) if node in book.keys else [(node[0], node[2])])
    }
    rows = [(*by_key[kind, value], kind, account) for kind, value, account in known.iter_rows() if (kind, value) in by_key]
    found: dict[str, Node] = {}
    for rank in range(FOUNDER):
        for node, natural, _, account in rows:
            if claim(natural, account) == rank:
                found.setdefault(account, node)
    for node, _, kind, account in rows:
        if kind == "name":
            found.setdefault(account, node)
    for natural, node in naturals:
        found.setdefault(natural, node)
    for node, _, _, account in rows:
        found.setdefault(account, node)
    return found


def _raw_names(mentions: Mentions) -> set[str]:
    found = set(mentions.alone)
    for place in mentions.territories.values():
        found.update(place.names, place.reached, place.titles)
    for them in mentions.customers.values():
        found.update(them.names, them.titles)
    return found
