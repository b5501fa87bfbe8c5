"""Linking by names: equal keys first, then alike ones, surest first; what may not or need not be joined becomes a doubt."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from onelead.identity._blocks import candidate_pairs
from onelead.identity._book import PRIVATE, Doubt, Why
from onelead.identity._names import forms_conflict
from onelead.identity._similar import Weights, likeness
from onelead.identity._types import Node, territory

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from onelead.core.settings import IdentitySettings
    from onelead.identity._book import Book

EQUAL = 0.99
UNSURE = 0.85
COMMON = ", but of words that many companies use"
CROWD = 30
"""Doubts that one key may raise: a name of hundreds of unlinked ids is a matter for a rule, not for a review list."""
FORM_FACTOR = {0: 1.0, 1: 0.9, 2: 0.8}


@dataclass(frozen=True)
class Edge:
    """Two keys (equal ones for equal names) that may mean one company."""

    one: str
    other: str
    why: Why
    slip: bool = False


def edges(book: Book, settings: IdentitySettings, ids: Mapping[str, int]) -> list[Edge]:
    """Every pair of keys worth linking or reviewing, surest first. ``ids`` counts the ids that bear each key."""
    keys = sorted({key for keys in book.keys.values() for key in keys})
    names = [book.spelling.names[key] for key in keys]
    counts = Counter(token for name in names for token in set(name.tokens))
    weights = Weights(len(names), counts)
    bases = [key.split(PRIVATE)[0] for key in keys]
    found = []
    for one, other in candidate_pairs(names):
        if bases[one] == bases[other]:
            found.append(Edge(keys[one], keys[other], Why("name_equal", EQUAL, "equal names once case and legal form are set aside")))
            continue
        like = likeness(names[one], names[other], weights)
        if like and like.confidence >= settings.review_confidence:
            found.append(Edge(keys[one], keys[other], Why("name_alike", like.confidence, like.reason), like.slip))
    return sorted(_weighed(found, ids), key=lambda edge: (-edge.why.confidence, edge.one, edge.other))


def _weighed(found: list[Edge], ids: Mapping[str, int]) -> list[Edge]:
    """Slips that are not one: both spellings are borne by several ids, or one spelling may be a slip of two others."""
    partners = Counter(key for edge in found if edge.slip for key in (edge.one, edge.other))
    weighed = []
    for edge in found:
        settled = min(ids.get(edge.one, 0), ids.get(edge.other, 0)) > 1
        torn = any(ids.get(key, 0) <= 1 and partners[key] > 1 for key in (edge.one, edge.other))
        if edge.slip and (settled or torn):
            why = Why(edge.why.method, min(edge.why.confidence, UNSURE), edge.why.evidence)
            weighed.append(Edge(edge.one, edge.other, why, slip=True))
        else:
            weighed.append(edge)
    return weighed


def carriers(book: Book) -> dict[str, list[Node]]:
    """Key → the customers and names that carry it, sorted; without what a person split off."""
    found: dict[str, list[Node]] = {}
    for node, keys in sorted(book.keys.items()):
        if node not in book.isolated:
            for key in keys:
                found.setdefault(key, []).append(node)
    return found


class NameLinker:
    """Links the companies of a book by name."""

    def __init__(self, book: Book, settings: IdentitySettings) -> None:
        self._book = book
        self._auto = settings.auto_confidence
        self._review = settings.review_confidence
        self._carriers = carriers(book)
        ids = {key: len({node for node in nodes if node[0] == "customer_id" or node[1]}) for key, nodes in self._carriers.items()}
        self._edges = edges(book, settings, ids)

    def unify_inside(self) -> None:
        """Make one company of the variants of a name inside one territory."""
        for edge in self._edges:
            if edge.why.confidence < self._auto:
                break
            inside: dict[Node, Node] = {}
            for node in self._named(edge.one):
                inside[territory(node[1])] = node
            for node in self._named(edge.other):
                if territory(node[1]) in inside:
                    self._join_if_sure(inside[territory(node[1])], node, edge.why)

    def _named(self, key: str) -> list[Node]:
        return [node for node in self._carriers.get(key, []) if node[0] == "name" and node[1]]

    def merge_territories(self) -> None:
        """Join territories that each hold one company, of equal or surely alike names."""
        single = {
            node: territory(node[1])
            for node in self._book.raws
            if node[0] == "name" and node[1] and node not in self._book.weak and node not in self._book.titles
        }
        single = {node: place for node, place in single.items() if place not in self._book.isolated and self._is_single(place)}
        for key, nodes in sorted(self._carriers.items()):
            self._merge_all([node for node in nodes if node in single], self._equal(key))
        for edge in self._edges:
            if edge.why.confidence >= self._auto and not edge.slip:
                both = [node for key in (edge.one, edge.other) for node in self._carriers.get(key, []) if node in single]
                self._merge_all(both, edge.why)

    def _is_single(self, place: Node) -> bool:
        return len(self._book.own_names(place)) == 1

    def _merge_all(self, nodes: list[Node], why: Why) -> None:
        book = self._book
        for first, node in pairwise(nodes):
            one, other = territory(first[1]), territory(node[1])
            if book.tops.find(one) == book.tops.find(other):
                book.join(first, node, why)
                continue
            sure = self._sure(why, first, node)
            if sure >= self._auto and not book.companies.apart(first, node) and book.tops.join(one, other):
                told = self._told(why, first, node)
                book.whys.setdefault(max(one, other), told)
                book.join(first, node, told)
            else:
                book.doubts.append(Doubt(one, other, self._asked(why, first, node, 1.0)))

    def _equal(self, key: str) -> Why:
        generic = self._book.spelling.names[key].is_generic
        if generic:
            return Why("name_equal", 0.8, f"equal names{COMMON}")
        return Why("name_equal", EQUAL, "equal names once case, accents, legal form and abbreviations are set aside")

    def _sure(self, why: Why, one: Node, other: Node) -> float:
        conflict = forms_conflict(self._book.forms(one), self._book.forms(other))
        return round(why.confidence * FORM_FACTOR[conflict], 4)

    def _told(self, why: Why, one: Node, other: Node) -> Why:
        """Why two were joined."""
        names = [self._shown(node) for node in (one, other)]
        text = f"{self._kind(why, names)} {names[0]}" if names[0] == names[1] else f"{why.evidence}: {names[0]} and {names[1]}"
        return Why(why.method, self._sure(why, one, other), text)

    def _asked(self, why: Why, one: Node, other: Node, most: float) -> Why:
        """Why a person is asked about two, with their ids: entries of one name cannot be told apart by it."""
        names = [self._shown(node) for node in (one, other)]
        entries = [f"{_entry(node)} {self._shown(node)}" if self._book.raws.get(node) else _entry(node) for node in (one, other)]
        text = f"{self._kind(why, names)}: {entries[0]} and {entries[1]}"
        return Why(why.method, min(self._sure(why, one, other), most), text)

    def _kind(self, why: Why, names: list[str]) -> str:
        if names[0] != names[1] or why.method != "name_equal":
            return why.evidence
        return f"the same name{COMMON}" if why.evidence.endswith(COMMON) else "the same name"

    def _shown(self, node: Node) -> str:
        raws = self._book.raws.get(node)
        return f"“{max(raws, key=lambda raw: (raws[raw], raw))}”" if raws else node[2]

    def _join_if_sure(self, one: Node, other: Node, why: Why) -> None:
        book = self._book
        if book.companies.find(one) == book.companies.find(other):
            return
        sure = self._sure(why, one, other)
        if (sure < self._auto or not book.join(one, other, self._told(why, one, other))) and sure >= self._review:
            book.doubts.append(Doubt(one, other, self._asked(why, one, other, 0.94)))

    def link_equal(self) -> None:
        """Join the companies of each key."""
        for key, nodes in sorted(self._carriers.items()):
            if len(nodes) > 1:
                self._link(nodes, self._equal(key))

    def link_alike(self) -> None:
        """Join companies of alike names, surest first, and put the rest on the review list."""
        for edge in self._edges:
            nodes = [*self._carriers.get(edge.one, []), *self._carriers.get(edge.other, [])]
            if edge.why.confidence >= self._auto:
                self._link(nodes, edge.why)
            else:
                self._doubt(edge)

    def _doubt(self, edge: Edge) -> None:
        left, right = (self._roots(self._carriers.get(key, [])) for key in (edge.one, edge.other))
        for one in left:
            for other in right[: max(1, CROWD // max(1, len(left)))]:
                self._join_if_sure(one, other, edge.why)

    def _roots(self, nodes: Iterable[Node]) -> list[Node]:
        return sorted({self._book.companies.find(node) for node in nodes if node not in self._book.weak})

    def _link(self, nodes: list[Node], why: Why) -> None:
        """Join companies without a home among themselves, then to the one home that their name points to."""
        book = self._book
        heads = self._gathered([root for root in self._roots(nodes) if book.home(root) is None], why)
        homed = [root for root in self._roots(nodes) if book.home(root) is not None]
        places = sorted({book.home(root) for root in homed} - {None}, key=str)
        for one, other in pairwise(homed):
            if book.home(one) == book.home(other):
                self._join_if_sure(one, other, why)
        for head in heads:
            for target in homed[:1] if len(places) == 1 else ():
                self._join_if_sure(target, head, why)
        if len(places) > 1:
            self._ambiguous([head for head in heads if book.home(head) is None], homed, why)
        for one, other in pairwise(heads[:CROWD]):
            if book.home(one) is None or book.home(other) is None:
                self._join_if_sure(one, other, why)

    def _gathered(self, roots: list[Node], why: Why) -> list[Node]:
        heads: list[Node] = []
        for root in roots:
            for head in heads[:CROWD]:
                if self._sure(why, head, root) >= self._auto and self._book.join(head, root, self._told(why, head, root)):
                    break
            else:
                heads.append(root)
        return heads

    def _ambiguous(self, heads: list[Node], homed: list[Node], why: Why) -> None:
        book = self._book
        for head in heads:
            for target in homed[:3]:
                evidence = f"{self._asked(why, target, head, 0.75).evidence}; several territories bear the name"
                book.doubts.append(Doubt(head, target, Why(why.method, 0.75, evidence)))
        for one, other in pairwise(homed[:CROWD]):
            if book.home(one) != book.home(other):
                book.doubts.append(Doubt(one, other, self._asked(why, one, other, 0.9)))

    def link_scripts(self) -> None:
        """Inside a territory, one company of each script is one company: shared keys brought both there."""
        book = self._book
        inside: dict[Node, dict[str, set[Node]]] = {}
        for root in sorted({book.companies.find(node) for node in book.keys if book.keys[node]}):
            place = book.home(root)
            if place is None:
                continue
            for node in book.companies.members(root):
                for key in book.keys.get(node, []):
                    inside.setdefault(place, {}).setdefault(book.spelling.names[key].script, set()).add(root)
        why = Why("shared_key", 0.96, "the only name in its script that shared keys bring to the territory")
        for _, scripts in sorted(inside.items()):
            if len(scripts) > 1 and all(len(roots) == 1 for roots in scripts.values()):
                roots = sorted({next(iter(group)) for group in scripts.values()})
                for other in roots[1:]:
                    book.join(roots[0], other, why)


def _entry(node: Node) -> str:
    kind, place, value = node
    if kind == "name":
        return f"territory {place}" if place else "the name"
    return f"customer {value}"
