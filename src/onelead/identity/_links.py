"""The links: which id or name means which account, why, how sure; and the review list."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

import polars as pl

from onelead.identity._accounts import natural
from onelead.identity._book import Why
from onelead.identity._types import Node, customer, named, territory
from onelead.tables.account_links import TABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from onelead.identity._accounts import Chart
    from onelead.identity._book import Book, Doubt

Row = tuple[str, str, str, str | None, str, float, str, str, int]
COLUMNS = ("kind", "value", "account_id", "candidate_id", "method", "confidence", "status", "evidence", "rows")
SHARED_NAMES = 3
"""Accounts that one name is listed under as a doubt, besides the one with the most rows."""


class Links:
    """Collects the links of one resolution."""

    def __init__(self, book: Book, made: Chart, combinations: Mapping[str, pl.DataFrame]) -> None:
        self._book = book
        self._made = made
        self._combinations = combinations
        decided = (doubt for doubt in book.doubts if doubt.status == "rejected")
        # Account, or named account → kind and id of what it stands for: names alone cannot tell two of one name apart.
        self._entries: dict[str, str] = {}
        for account in made.accounts:
            ids = [f"territory {value}" for value in account.places[:1]] or [f"customer {value}" for value in account.customers[:1]]
            self._entries.update(dict.fromkeys([account.account_id, *account.children.values()], *ids or ["rows without an id"]))
        self._rejected = {frozenset(self._target(node)[0] for node in (doubt.left, doubt.right)) for doubt in decided}

    def frame(self) -> pl.DataFrame:
        """Rows of the account_links contract, sorted."""
        rows = [*self._territories(), *self._customers(), *self._names(), *self._aliases(), *self._doubts()]
        types = {"confidence": pl.Float64, "rows": pl.Int64}
        frame = pl.DataFrame(rows, schema={column: types.get(column, pl.String) for column in COLUMNS}, orient="row")
        frame = frame.unique(["kind", "value", "account_id", "candidate_id"], keep="first", maintain_order=True)
        frame = frame.with_columns(link_id=link_id()).unique("link_id", keep="first", maintain_order=True)
        return frame.select(TABLE.contract.create_empty().columns).sort("kind", "value", "candidate_id", nulls_last=False)

    def _territories(self) -> Iterable[Row]:
        for account in self._made.accounts:
            for value in account.places:
                node = territory(value)
                why = self._book.whys.get(node)
                rows = self._book.mentions.territories[value].rows
                if why is None or value == account.places[0]:
                    why = Why("own", 1.0, f"{_rows(rows)} of the territory")
                yield self._row("territory_id", value, account.account_id, why, rows)

    def _customers(self) -> Iterable[Row]:
        for value, them in sorted(self._book.mentions.customers.items()):
            node = customer(value)
            account = self._made.by_company[self._book.companies.find(node)]
            why = self._book.whys.get(node)
            if account.places:
                yield self._row("customer_id", value, account.account_id, why or self._company_why(node), them.rows)
                continue
            if why is None or (value == account.customers[0] and why.method != "decision"):
                why = Why("own", 1.0, f"{_rows(them.rows)} of the customer")
            if self._made.by_place and why.method == "own":
                told = f"{why.evidence}; it joins no territory by shared keys or by name"
                yield ("customer_id", value, account.account_id, None, "own", 1.0, "review", told, them.rows)
            else:
                yield self._row("customer_id", value, account.account_id, why, them.rows)

    def _company_why(self, node: Node) -> Why:
        """Why the node's company is at home where it is, for a member that founded the company."""
        for each in self._book.companies.members(node):
            why = self._book.whys.get(each)
            if why:
                return why
        return Why("own", 1.0, "the customer of the territory")

    def _row(self, kind: str, value: str, account: str, why: Why, rows: int) -> Row:
        status = "decided" if why.method == "decision" else "auto"
        return (kind, value, account, None, why.method, why.confidence, status, why.evidence, rows)

    def _names(self) -> Iterable[Row]:
        counts: dict[str, Counter[str]] = {}
        for table, frame in self._combinations.items():
            told = frame.filter(pl.col("account_id").is_not_null() & pl.col("name").is_not_null())
            account = pl.coalesce("named_account_id", "account_id")
            for name, target, rows in told.select("name", account, "rows").iter_rows():
                counts.setdefault(name, Counter())[target] += rows
            if table == "projects":
                titled = frame.filter(pl.col("account_id").is_not_null() & pl.col("title").is_not_null())
                for name, target, rows in titled.select("title", "account_id", "rows").iter_rows():
                    counts.setdefault(name, Counter())[target] += rows
        homes = self._bearers()
        for raw, targets in sorted(counts.items()):
            yield from self._name(raw, targets, homes.get(self._book.spelling.key_of.get(raw, ""), set()))

    def _bearers(self) -> dict[str, set[str]]:
        """Key of a name → the accounts, or named accounts, whose companies are linked by it."""
        found: dict[str, set[str]] = {}
        for node, keys in self._book.keys.items():
            if node not in self._book.weak:
                root = self._book.companies.find(node)
                account = self._made.by_company[root]
                for key in keys:
                    found.setdefault(key, set()).add(account.children.get(root, account.account_id))
        return found

    def _name(self, raw: str, targets: Counter[str], bearers: set[str]) -> Iterable[Row]:
        total = targets.total()
        ranked = sorted(targets.items(), key=lambda entry: (entry[0] not in bearers, -entry[1], entry[0]))
        target, rows = ranked[0]
        if target not in bearers and self._book.spelling.key_of.get(raw):
            # Rows go by their ids; that such a row says what the name means is doubtful.
            evidence = f"{rows} of {total} rows with this name are of this account, which goes by another name"
            candidate = min(bearers) if len(bearers) == 1 else None
            yield ("name", raw, target, candidate, "shared_key", 0.6, "review", evidence, rows)
            return
        yield self._row("name", raw, target, self._name_why(raw, rows, total), rows)
        asked = [(other, found) for other, found in ranked[1:] if frozenset({target, other}) not in self._rejected]
        for other, found in asked[:SHARED_NAMES]:
            sure = max(0.6, min(0.94, found / total))
            evidence = f"of {total} rows with the name “{raw}” {rows} are of {self._entries[target]}, {found} of {self._entries[other]}"
            yield ("name", raw, target, other, "name_equal", sure, "review", evidence, found)

    def _name_why(self, raw: str, rows: int, total: int) -> Why:
        key = self._book.spelling.key_of.get(raw)
        why = self._book.whys.get(named(key)) if key else None
        if why and raw in self._book.mentions.alone:
            return why
        return Why("own", round(rows / total, 4), f"{rows} of {total} rows with this name are of this account")

    def _aliases(self) -> Iterable[Row]:
        for old, now in self._made.aliases:
            yield ("account_id", old, now, None, "own", 1.0, "auto", "the account was merged into the other, which keeps its older id", 0)

    def _doubts(self) -> Iterable[Row]:
        best: dict[tuple[str, str, str], Row] = {}
        for doubt in sorted(self._book.doubts, key=lambda each: (-each.why.confidence, each.left, each.right)):
            sides = sorted((self._target(doubt.left), self._target(doubt.right)))
            (one, left), (other, right) = sides
            if (one == other and doubt.status == "review") or self._decided(doubt):
                continue
            row = self._doubt_row(doubt, left, one, other) if left[0] != "territory_id" or right[0] == "territory_id" else None
            row = row or self._doubt_row(doubt, right, other, one)
            best.setdefault((one, other, doubt.status), row)
        yield from best.values()

    def _decided(self, doubt: Doubt) -> bool:
        if doubt.status != "review":
            return False
        book = self._book
        if doubt.left in book.companies and doubt.right in book.companies and book.companies.apart(doubt.left, doubt.right):
            return True
        ends = [territory(node[1]) if node[0] == "name" and node[1] else node for node in (doubt.left, doubt.right)]
        tops = [each for end in ends for each in self._in_tops(end)[:1]]
        return len(tops) == len(ends) and book.tops.apart(*tops)

    def _in_tops(self, node: Node) -> list[Node]:
        members = self._book.companies.members(node) if node in self._book.companies else [node]
        return [each for each in members if each in self._book.tops]

    def _doubt_row(self, doubt: Doubt, node: Node, account: str, candidate: str) -> Row:
        kind, value = self._source(node)
        rows = self._rows_of(node)
        method = doubt.why.method
        return (kind, value, account, candidate, method, doubt.why.confidence, doubt.status, doubt.why.evidence, rows)

    def _target(self, node: Node) -> tuple[str, Node]:
        """The account, or named account, that a node belongs to now."""
        if node[0] == "territory_id":
            return self._made.by_place[node[2]].account_id, node
        root = self._book.companies.find(node)
        account = self._made.by_company[root]
        if root in account.children:
            return account.children[root], node
        return account.account_id, territory(node[1]) if node[1] else node

    def _source(self, node: Node) -> tuple[str, str]:
        if node[0] != "name":
            return node[0], node[2]
        raws = self._book.raws[node]
        return "name", max(raws, key=lambda raw: (raws[raw], raw))

    def _rows_of(self, node: Node) -> int:
        if node[0] == "territory_id":
            return self._book.mentions.territories[node[2]].rows
        if node[0] == "customer_id":
            return self._book.mentions.customers[node[2]].rows
        return sum(self._book.raws[node].values())


def _rows(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"


def link_id() -> pl.Expr:
    """Hash of kind, value and candidate that no version of a library changes."""

    def digest(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    text = pl.concat_str("kind", "value", pl.col("candidate_id").fill_null(""), separator="\x1f")
    return text.map_elements(digest, return_dtype=pl.String)


def account_nodes(book: Book) -> list[tuple[str, Node]]:
    """(id that the node would found, node) for every node of the load: how decisions about account ids find their side."""
    nodes = [*(territory(value) for value in sorted(book.mentions.territories)), *sorted(book.keys)]
    return [(natural(node), node) for node in nodes]


def review(links: pl.DataFrame) -> pl.DataFrame:
    """The links that wait for a person, surest first."""
    return links.filter(pl.col("status") == "review").sort(["confidence", "kind", "value"], descending=[True, False, False])
