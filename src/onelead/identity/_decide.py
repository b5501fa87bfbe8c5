"""What people decided, and reviewed aliases: applied before anything else, the later before the earlier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.identity._book import Doubt, Why
from onelead.identity._names import normalise
from onelead.identity._types import Decision, Node, customer, territory

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from onelead.identity._book import Book

SAME = Why("decision", 1.0, "a person decided that they are the same customer")
SPLIT = Why("decision", 1.0, "a person split it off")


def names_apart(decisions: Iterable[Decision]) -> frozenset[str]:
    """Names as written that decisions tell apart from others, though their keys may be equal."""
    found: set[str] = set()
    for each in decisions:
        if each.decision == "split" and each.kind == "name":
            found.add(each.value)
        elif each.decision == "different":
            pairs = ((each.kind, each.value), (each.other_kind, each.other_value))
            found.update(value for kind, value in pairs if kind == "name" and value)
    return frozenset(found)


class Resolver:
    """Finds the nodes that a decision speaks of."""

    def __init__(self, book: Book, accounts: Mapping[str, Node]) -> None:
        self._book = book
        self._accounts = accounts
        self._by_name: dict[str, list[Node]] = {}
        for node, raws in book.raws.items():
            for raw in raws:
                self._by_name.setdefault(raw, []).append(node)

    def nodes(self, kind: str | None, value: str | None) -> list[Node]:
        """The nodes of (kind, value); none where this load does not hold it."""
        if not kind or value is None:
            return []
        if kind == "name":
            return self._by_name.get(value, [])
        if kind == "account_id":
            node = self._accounts.get(value)
            return [node] if node else []
        node = territory(value) if kind == "territory_id" else customer(value)
        return [node] if node in self._book.tops or node in self._book.companies else []


def apply_decisions(book: Book, decisions: Sequence[Decision], accounts: Mapping[str, Node]) -> None:
    """Write ``decisions`` into the book. Of two that contradict each other, directly or by a chain, the later wins."""
    resolver = Resolver(book, accounts)
    rejoined: set[Node] = set()
    for each in reversed(decisions):
        left = resolver.nodes(each.kind, each.value)
        right = resolver.nodes(each.other_kind, each.other_value)
        if each.decision == "split":
            alone = set(left) - rejoined
            book.isolated |= alone
            book.whys.update(dict.fromkeys(sorted(alone), SPLIT))
            continue
        pairs = [(one, other) for one in left for other in right if one != other]
        for one, other in pairs:
            if each.decision == "same" and not {one, other} & book.isolated:
                same(book, one, other, SAME)
                rejoined |= {one, other}
            elif each.decision == "different":
                _different(book, one, other)


def same(book: Book, one: Node, other: Node, why: Why) -> None:
    """Make one customer of two nodes, unless a later decision keeps them apart."""
    if one in book.companies and other in book.companies and book.companies.apart(one, other):
        return
    places = [_place(one), _place(other)]
    for node, place in zip((one, other), places, strict=True):
        if node != place and len(book.own_names(place)) > 1 and places[0] != places[1]:
            return
    if any(place[0] == "territory_id" for place in places):
        for place in places:
            book.tops.add(place)
        if not book.tops.join(places[0], places[1]):
            return
    if "territory_id" not in {one[0], other[0]}:
        book.join(one, other, why)
        return
    for node, place in ((one, other), (other, one)):
        if node in book.companies and place[0] == "territory_id":
            book.settle(node, place, why)
    book.whys.setdefault(max(one, other) if one[0] == other[0] else one if other[0] == "territory_id" else other, why)


def _place(node: Node) -> Node:
    """A name on a territory's rows stands for the territory wherever territories are joined or kept apart."""
    return territory(node[1]) if node[0] == "name" and node[1] else node


def _different(book: Book, one: Node, other: Node) -> None:
    if "territory_id" in {one[0], other[0]}:
        places = (_place(one), _place(other))
        for place in places:
            book.tops.add(place)
        parted = book.tops.keep_apart(*places)
    else:
        parted = book.companies.keep_apart(one, other)
    if parted:
        why = Why("decision", 1.0, "a person decided that they are different customers")
        book.doubts.append(Doubt(one, other, why, status="rejected"))


def apply_aliases(book: Book, aliases: Mapping[str, str]) -> None:
    """Join names that the settings call aliases of one another, in whatever script."""
    by_key: dict[str, list[Node]] = {}
    for node, keys in book.keys.items():
        if node not in book.isolated:
            for key in keys:
                by_key.setdefault(key, []).append(node)
    for written, meant in sorted(aliases.items()):
        why = Why("alias", 1.0, f"reviewed alias: {written} stands for {meant}")
        nodes = [sorted(by_key.get(normalise(name).key, [])) for name in (written, meant)]
        if not nodes[0] or not nodes[1]:
            continue
        for node in nodes[0]:
            for target in nodes[1]:
                same(book, node, target, why)
