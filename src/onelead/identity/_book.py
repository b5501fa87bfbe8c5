"""The state of one resolution: companies (customer ids and names), territories, who is at home where, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rapidfuzz.fuzz import token_set_ratio

from onelead.identity._groups import Groups
from onelead.identity._names import Name, normalise
from onelead.identity._types import Node, customer, named, territory

if TYPE_CHECKING:
    from collections.abc import Iterable

    from onelead.identity._mentions import Mentions

VARIANT = 80
"""Likeness (0 to 100) from which on two names of one customer id are variants of one name."""
MOST = 0.6
PRIVATE = "\x1f"
"""Parts a name that was called different from others of its key from them."""


@dataclass(frozen=True)
class Why:
    """How a node came to its account."""

    method: str
    confidence: float
    evidence: str


@dataclass(frozen=True)
class Doubt:
    """Two nodes that may belong together, or that a person called different (``status`` rejected)."""

    left: Node
    right: Node
    why: Why
    status: str = "review"


@dataclass
class Spelling:
    """The keys of raw names. ``key_of`` leaves out names that name nobody."""

    key_of: dict[str, str] = field(default_factory=dict)
    names: dict[str, Name] = field(default_factory=dict)

    @classmethod
    def of(cls, raws: Iterable[str], private: frozenset[str]) -> Spelling:
        """Keys of ``raws``; those of ``private`` get a key that no other name shares."""
        spelling = cls()
        for raw in sorted(set(raws)):
            name = normalise(raw)
            if name.is_placeholder:
                continue
            if raw in private:
                name = replace(name, key=f"{name.key}{PRIVATE}{raw}")
            spelling.key_of[raw] = name.key
            spelling.names.setdefault(name.key, name)
        return spelling


Forms = frozenset[tuple[str, str | None]]


def _varies(key: str, other: str) -> bool:
    return key == other or token_set_ratio(key, other) >= VARIANT


class Book:
    """Companies and territories while they are being linked.

    ``weak`` names are on rows that only a shared key brings to the territory, ``titled`` ones are what rows call the territory itself
    (``titles``: nothing else bears them), ``isolated`` nodes were split off. ``companies`` groups customer ids and names, ``tops`` territories (with the ids that decisions tie to them). A company is at home
    in at most one territory group; one without a home is an account of its own.
    """

    def __init__(self, mentions: Mentions, spelling: Spelling) -> None:
        self.mentions = mentions
        self.spelling = spelling
        self.raws: dict[Node, Counter[str]] = {}
        self.keys: dict[Node, list[str]] = {}
        self.weak: set[Node] = set()
        self.titles: set[Node] = set()
        self.titled: set[Node] = set()
        self.isolated: set[Node] = set()
        self.whys: dict[Node, Why] = {}
        self.doubts: list[Doubt] = []
        self._home: dict[Node, Node] = {}
        self._forms: dict[Node, Forms] = {}
        self.tops = Groups(territory(value) for value in sorted(mentions.territories))
        self._name_nodes()
        self.companies = Groups(sorted({*self.raws, *(customer(value) for value in mentions.customers)}))
        for node in self.raws:
            self._forms[node] = self._node_forms(node)
            if node[1]:
                self._home[node] = territory(node[1])

    def _name_nodes(self) -> None:
        key_of = self.spelling.key_of
        for place, said in sorted(self.mentions.territories.items()):
            self.titled |= {named(key_of[raw], place) for raw in said.titles if raw in key_of}
            kinds = ((said.names, None), (said.reached, self.weak), (said.titles, self.titles))
            for names, flagged in kinds:
                for raw, count in sorted(names.items()):
                    if raw in key_of:
                        self._add_name(named(key_of[raw], place), raw, count, flagged)
        for raw, count in sorted(self.mentions.alone.items()):
            if raw in key_of:
                self._add_name(named(key_of[raw]), raw, count, None)
        for value, them in sorted(self.mentions.customers.items()):
            node = customer(value)
            self.keys[node] = self._main_keys(them.names or them.titles)
            self.raws[node] = Counter({raw: count for raw, count in them.names.items() if key_of.get(raw) in self.keys[node]})

    def _add_name(self, node: Node, raw: str, count: int, flagged: set[Node] | None) -> None:
        if node not in self.raws and flagged is not None:
            flagged.add(node)
        self.raws.setdefault(node, Counter())[raw] += count
        self.keys[node] = [node[2]]

    def _main_keys(self, names: Counter[str]) -> list[str]:
        """The most frequent key of each script, where most rows of that script agree with it: other names of an id are slips of the pen."""
        counts: dict[str, Counter[str]] = {}
        for raw, count in names.items():
            key = self.spelling.key_of.get(raw)
            if key is not None:
                counts.setdefault(self.spelling.names[key].script, Counter())[key] += count
        total = sum(said.total() for said in counts.values())
        best = []
        for said in counts.values():
            key = max(sorted(said), key=lambda each: said[each])
            agreeing = sum(count for each, count in said.items() if _varies(key, each))
            usual = said.total() > 1 or said.total() == total  # one row in another script may be somebody else's
            if agreeing >= MOST * said.total() and usual:
                best.append(key)
        return sorted(best)

    def agrees(self, node: Node, raw: str) -> bool:
        """Whether a name on a customer's row is one that the customer usually goes by, or none: else the row may be somebody else's."""
        key = self.spelling.key_of.get(raw)
        return key is None or any(_varies(key, each) for each in self.keys[node])

    def _node_forms(self, node: Node) -> Forms:
        return frozenset(form for raw in self.raws[node] for form in normalise(raw).forms)

    def home(self, node: Node) -> Node | None:
        """Root territory that the node's company is at home in."""
        place = self._home.get(self.companies.find(node))
        return self.tops.find(place) if place else None

    def forms(self, node: Node) -> Forms:
        """Legal forms that the node's company is written with."""
        return self._forms.get(self.companies.find(node), frozenset())

    def may_live(self, node: Node, place: Node) -> bool:
        """Whether no decision keeps any part of the node's company out of ``place``."""
        return not any(each in self.tops and self.tops.apart(each, place) for each in self.companies.members(node))

    def settle(self, node: Node, place: Node, why: Why) -> bool:
        """Make ``place`` the home of the node's company; False where it has another home or a decision forbids it."""
        now = self.home(node)
        if now is not None and now != self.tops.find(place):
            return False
        if not self.may_live(node, place):
            return False
        for each in self.companies.members(node):
            if each in self.tops:
                self.tops.join(each, place)
        self._home[self.companies.find(node)] = place
        self.whys.setdefault(node, why)
        return True

    def join(self, left: Node, right: Node, why: Why) -> bool:
        """Make one company of two; False where their homes differ or a decision keeps them apart."""
        one, other = self.companies.find(left), self.companies.find(right)
        if one == other:
            return True
        homes = (self.home(one), self.home(other))
        if homes[0] and homes[1] and homes[0] != homes[1]:
            return False
        place = homes[0] or homes[1]
        if self.companies.apart(one, other) or (place and not all(self.may_live(each, place) for each in (one, other))):
            return False
        forms = self.forms(one) | self.forms(other)
        joining = self.companies.members(other if homes[0] or (not homes[1] and one < other) else one)
        for node in joining:
            self.whys.setdefault(node, why)
        self.companies.join(one, other)
        root = self.companies.find(one)
        self._forms[root] = forms
        if place:
            self._home[root] = place
            for each in self.companies.members(root):
                if each in self.tops:
                    self.tops.join(each, place)
        return True

    def own_names(self, place: Node) -> set[Node]:
        """Roots of the companies that the rows of a territory (not its group) name themselves."""
        names = self.mentions.territories[place[2]].names
        nodes = {named(self.spelling.key_of[raw], place[2]) for raw in names if raw in self.spelling.key_of}
        return {self.companies.find(node) for node in nodes}
