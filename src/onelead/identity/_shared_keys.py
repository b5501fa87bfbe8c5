"""Linking by shared keys: rows that carry a customer id and, through ST ID or an opportunity id, a territory."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from onelead.identity._book import Doubt, Why
from onelead.identity._similar import related
from onelead.identity._types import Node, customer, named, territory

if TYPE_CHECKING:
    from onelead.identity._book import Book

OVERWHELMING_SHARE = 0.9
OVERWHELMING_ROWS = 10
FIRM_ROWS = 3
"""Rows from which on a shared key outweighs an equal name of another territory."""


def link_keys(book: Book) -> None:
    """Settle every customer whose rows point to one territory; conflicting keys become doubts."""
    spelled = _territories_by_key(book)
    for root, members in book.companies.all().items():
        ids = [node for node in members if node[0] == "customer_id" and node not in book.isolated]
        counts, kinds = _counted(book, ids)
        if counts:
            _settle(book, root, ids, counts, kinds, spelled)
        for node in ids:
            _keep_name(book, node)


def _counted(book: Book, ids: list[Node]) -> tuple[Counter[Node], dict[Node, Counter[str]]]:
    """Rows by territory, and by territory and kind. A row under a name that its customer does not go by speaks for nothing but a doubt."""
    counts: Counter[Node] = Counter()
    kinds: dict[Node, Counter[str]] = {}
    for node in ids:
        for (kind, place, raw), rows in book.mentions.customers[node[2]].keys.items():
            top = book.tops.find(territory(place))
            if raw and not book.agrees(node, raw):
                told = f"{rows} rows of territory {place}, but under another name than the customer's others"
                book.doubts.append(Doubt(node, top, Why("shared_key", 0.6, told)))
                continue
            counts[top] += rows
            kinds.setdefault(top, Counter())[kind] += rows
    return counts, kinds


def _territories_by_key(book: Book) -> dict[str, set[Node]]:
    """Key of a name → territories whose own rows carry it."""
    found: dict[str, set[Node]] = {}
    for node in book.raws:
        if node[0] == "name" and node[1] and node not in book.weak:
            found.setdefault(node[2], set()).add(book.tops.find(territory(node[1])))
    return found


def _settle(
    book: Book, root: Node, ids: list[Node], counts: Counter[Node], kinds: dict[Node, Counter[str]], spelled: dict[str, set[Node]]
) -> None:
    total = counts.total()
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    best, rows = ranked[0]
    named_by = set().union(*(spelled.get(key, set()) for node in ids for key in book.keys.get(node, [])))
    why = Why("shared_key", _sure(rows, total), _evidence(best, rows, total, kinds[best]))
    agreed = [place for place, _ in ranked if place in named_by]
    contradicted = bool(named_by) and best not in named_by
    firm = FIRM_ROWS if contradicted else 1 if _compatible(book, ids, best) else 2
    clear = len(ranked) == 1 and rows >= firm
    overwhelming = rows >= OVERWHELMING_ROWS and rows / total >= OVERWHELMING_SHARE and not contradicted
    if clear or overwhelming:
        settled = book.settle(root, best, why)
    elif len(agreed) == 1 and len(named_by) == 1:
        best, rows = agreed[0], counts[agreed[0]]
        why = Why("shared_key", 0.97, _evidence(best, rows, total, kinds[best]) + ", and the names are equal")
        settled = book.settle(root, best, why)
    else:
        settled = False
    if settled:
        for node in ids:
            book.whys.setdefault(node, why)
        return
    for place, found in ranked[:3]:
        sure = min(0.94, max(0.6, found / total))
        book.doubts.append(Doubt(ids[0], place, Why("shared_key", sure, _evidence(place, found, total, kinds[place]))))
    for place in sorted(named_by - set(counts)):
        told = f"customer {ids[0][2]} and territory {place[2]} have equal names, but shared keys point elsewhere"
        book.doubts.append(Doubt(ids[0], place, Why("name_equal", 0.7, told)))


def _compatible(book: Book, ids: list[Node], place: Node) -> bool:
    """Whether nothing in the names speaks against the territory: they are alike, in other scripts, or missing on one side.

    One row with a foreign name may be one wrong key; two rows are not.
    """
    tops = [node[2] for node in book.tops.members(place) if node[0] == "territory_id"]
    inside = {key for node in tops for raw in book.mentions.territories[node].names for key in [book.spelling.key_of.get(raw)] if key}
    own = {key for node in ids for key in book.keys.get(node, [])}
    pairs = [(book.spelling.names[one], book.spelling.names[other]) for one in own for other in inside]
    comparable = [(one, other) for one, other in pairs if one.script == other.script]
    return not comparable or any(related(one, other) for one, other in comparable)


def _sure(rows: int, total: int) -> float:
    return round(min(0.995, 0.96 + 0.035 * (1 - 1 / rows)) * (rows / total), 4)


def _evidence(place: Node, rows: int, total: int, kinds: Counter[str]) -> str:
    kind = max(sorted(kinds), key=lambda name: kinds[name])
    what = {
        "projects with opportunity ids": f"projects with opportunity ids of territory {place[2]}",
        "projects with ST ID": f"projects with the ST ID {place[2]}",
        "service credits with ST ID": f"service credits with the ST ID {place[2]}",
    }.get(kind, f"rows with the territory {place[2]}")
    return f"{rows} of {total} {what}"


def _keep_name(book: Book, node: Node) -> None:
    """Let a settled customer's own names be one company with the same names inside its territory."""
    place = book.home(node)
    if place is None:
        return
    for key in book.keys.get(node, []):
        for member in book.tops.members(place):
            inside = named(key, member[2])
            if member[0] == "territory_id" and inside in book.companies:
                book.join(inside, node, Why("name_equal", 0.99, "the same name inside the territory"))


def link_titles(book: Book, auto: float) -> None:
    """Settle customers without a home whose project rows name a sales territory's account that one territory bears."""
    spelled = _territories_by_key(book)
    for value, them in sorted(book.mentions.customers.items()):
        node = customer(value)
        if not them.titles or book.home(node) or node in book.isolated:
            continue
        counts: Counter[Node] = Counter()
        for raw, rows in them.titles.items():
            places = spelled.get(book.spelling.key_of.get(raw, ""), set())
            if len(places) == 1 and not book.spelling.names[book.spelling.key_of[raw]].is_generic:
                counts[next(iter(places))] += rows
        if not counts:
            continue
        [(place, rows)] = counts.most_common(1)
        named_rows = them.titles.total()
        why = Why(
            "name_equal", round(0.98 * rows / named_rows, 4), f"{rows} of {named_rows} projects name the account of territory {place[2]}"
        )
        if why.confidence < auto or any(doubt.left == node for doubt in book.doubts) or not book.settle(node, place, why):
            book.doubts.append(Doubt(node, place, Why(why.method, min(why.confidence, 0.9), why.evidence)))
            continue
        _keep_name(book, node)
