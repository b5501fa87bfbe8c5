"""From linked companies to accounts with levels, ids and names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from onelead.identity._book import PRIVATE
from onelead.identity._mint import Holder, Mint, hashed
from onelead.identity._names import script_of
from onelead.identity._types import Node, territory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onelead.identity._book import Book

INSIDE = " › "


@dataclass
class Account:
    """An account at the top level: its territories, its companies (root → nodes), and the named accounts among them."""

    places: list[str] = field(default_factory=list)
    companies: dict[Node, list[Node]] = field(default_factory=dict)
    account_id: str = ""
    children: dict[Node, str] = field(default_factory=dict)

    @property
    def customers(self) -> list[str]:
        """Customer ids in it."""
        return sorted(node[2] for nodes in self.companies.values() for node in nodes if node[0] == "customer_id")


@dataclass
class Chart:
    """All accounts, and which one a territory or a company belongs to."""

    accounts: list[Account]
    by_place: dict[str, Account]
    by_company: dict[Node, Account]
    aliases: list[tuple[str, str]]
    known: pl.DataFrame


def chart(book: Book, known: pl.DataFrame, reserved: frozenset[str] = frozenset()) -> Chart:
    """The accounts of a linked book, with ids; ``reserved`` ones are somebody else's."""
    accounts, by_place, by_company = _gather(book)
    parts = [(account, root) for account in accounts for root in named_companies(book, account) if account.places]
    several = Counter(id(account) for account, _ in parts)
    children = [(account, root) for account, root in parts if several[id(account)] > 1 and not _is_title(book, account, root)]
    mint = Mint(known, reserved)
    ids = mint.ids([*(_holder(book, account) for account in accounts), *(_child(book, *each) for each in children)])
    for account, minted in zip(accounts, ids, strict=False):
        account.account_id = minted
    for (account, root), minted in zip(children, ids[len(accounts) :], strict=True):
        account.children[root] = minted
    return Chart(accounts, by_place, by_company, mint.aliases(), mint.remembered())


def _gather(book: Book) -> tuple[list[Account], dict[str, Account], dict[Node, Account]]:
    accounts: list[Account] = []
    by_root: dict[Node, Account] = {}
    by_place: dict[str, Account] = {}
    for value in sorted(book.mentions.territories):
        root = book.tops.find(territory(value))
        if root not in by_root:
            by_root[root] = Account()
            accounts.append(by_root[root])
        by_root[root].places.append(value)
        by_place[value] = by_root[root]
    by_company: dict[Node, Account] = {}
    for root, nodes in book.companies.all().items():
        place = book.home(root)
        if place is None:
            account = Account()
            accounts.append(account)
        else:
            account = by_root[place]
        account.companies[root] = nodes
        by_company[root] = account
    return accounts, by_place, by_company


def named_companies(book: Book, account: Account) -> list[Node]:
    """Roots of the companies of an account that bear a name; a territory's title counts only where there is no other."""
    roots = [root for root, nodes in account.companies.items() if any(book.raws.get(node) for node in nodes)]
    told = [root for root in roots if not set(account.companies[root]) <= book.titles]
    return told or roots


def _is_title(book: Book, account: Account, root: Node) -> bool:
    """Whether the company is the one that the territory itself is called by: it is the account, not a part of it."""
    return any(node in book.titled for node in account.companies[root])


def natural(node: Node) -> str:
    """Id of a new account that the node founds."""
    kind, place, value = node
    return value if kind != "name" else hashed(f"{place}/{value}" if place else value.replace(PRIVATE, "/"))


def _holder(book: Book, account: Account) -> Holder:
    nodes = [territory(value) for value in account.places]
    nodes += sorted((node for group in account.companies.values() for node in group if not (node[0] == "name" and node[1])), key=_founding)
    keys = {key: natural(node) for node in nodes for key in node_keys(book, node)}
    hints = [("name", raw) for group in account.companies.values() for node in group for raw in sorted(book.raws.get(node, ()))]
    return Holder(natural(nodes[0]), keys, hints if not account.places else [])


def _founding(node: Node) -> tuple[int, Node]:
    return (node[0] == "name", node)


def node_keys(book: Book, node: Node) -> list[tuple[str, str]]:
    """What a node is remembered by."""
    kind, place, value = node
    if kind != "name":
        return [(kind, value)]
    prefix = f"{place}{INSIDE}" if place else ""
    return [("name", prefix + raw) for raw in sorted(book.raws[node])]


def _child(book: Book, account: Account, root: Node) -> Holder:
    nodes = account.companies[root]
    inside = sorted(node for node in nodes if node[0] == "name" and node[1])
    keys = {key: natural(node) for node in inside for key in node_keys(book, node)}
    first = account.places[0]
    for node in nodes:
        if node not in inside:
            for raw in sorted(book.raws.get(node, ())):
                keys.setdefault(("name", f"{first}{INSIDE}{raw}"), hashed(f"{first}/{node[2]}"))
    return Holder(natural(inside[0]) if inside else hashed(f"{first}/{nodes[0][2]}"), keys)


def _frequent(rows: int, raw: str) -> tuple[int, int, tuple[int, ...]]:
    """Order of spellings: the most rows, then the longest, then the first by alphabet."""
    return rows, len(raw), tuple(-ord(sign) for sign in raw)


def shown_name(book: Book, nodes: list[Node], rows: Counter[str]) -> str | None:
    """The name to show for a company: in Latin script if it can be, not in capitals alone if it can be, the spelling with the most ``rows``."""
    raws = {raw for node in nodes for raw in book.raws.get(node, ())}
    if not raws:
        return None
    return max(raws, key=lambda raw: (script_of(raw) == "latin", not raw.isupper(), _frequent(rows[raw], raw)))


@dataclass
class Counts:
    """Rows of the accounts, or named accounts: ``sizes`` of each, ``spellings`` by name on the row, each row once."""

    sizes: Counter[str] = field(default_factory=Counter)
    spellings: dict[str, Counter[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, combinations: Mapping[str, pl.DataFrame]) -> Counts:
        """Counts of the combinations with their accounts."""
        found = cls()
        target, spelt = pl.coalesce("named_account_id", "account_id").alias("target"), pl.coalesce("name", "title").alias("said")
        frames = [frame.filter(pl.col("account_id").is_not_null()).select(target, spelt, "rows") for frame in combinations.values()]
        if frames:
            for account, said, rows in pl.concat(frames).group_by("target", "said").agg(pl.col("rows").sum()).iter_rows():
                found.sizes[account] += rows
                if said:
                    found.spellings.setdefault(account, Counter())[said] = rows
        return found

    def said(self, account_id: str) -> Counter[str]:
        """Rows of the account by name."""
        return self.spellings.get(account_id, Counter())


def account_name(book: Book, account: Account, counts: Counts) -> str:
    """The name to show for an account: its one company's; the territory's title, or its largest company's, where there are several."""
    named = named_companies(book, account)
    if len(named) == 1:
        return shown_name(book, account.companies[named[0]], counts.said(account.account_id)) or ""
    if not named:
        return f"Territory {account.places[0]}" if account.places else f"Customer {account.customers[0]}"
    titles: Counter[str] = Counter()
    for value in account.places:
        titles += book.mentions.territories[value].titles
    if titles:
        return max(titles, key=lambda raw: _frequent(titles[raw], raw))
    largest = max(sorted(named), key=lambda root: counts.sizes[account.children.get(root, "")])
    rows = counts.said(account.children.get(largest, ""))
    return f"{shown_name(book, account.companies[largest], rows)} and {len(named) - 1} more"


def accounts_frame(book: Book, made: Chart, combinations: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Accounts without industry, country and region: those come from the rows. ``combinations`` have their accounts and rows."""
    counts = Counts.of(combinations)
    rows: list[tuple[str, str, str, str | None, str | None, str | None, int]] = []
    for account in made.accounts:
        sources = [*account.places, *account.customers]
        place = account.places[0] if account.places else None
        rows.append(
            (account.account_id, account_name(book, account, counts), "account", None, place, ", ".join(sources) or None, len(sources))
        )
        for root, child in account.children.items():
            ids = sorted(node[2] for node in account.companies[root] if node[0] == "customer_id")
            name = shown_name(book, account.companies[root], counts.said(child)) or child
            rows.append((child, name, "named", account.account_id, place, ", ".join(ids) or None, len(ids)))
    columns = ["account_id", "account_name", "level", "parent_id", "territory_id", "source_ids"]
    return pl.DataFrame(rows, schema={**dict.fromkeys(columns, pl.String), "raw_ids": pl.Int64}, orient="row")
