"""Use case: search for anything by a few letters of its name or id: accounts, products, assets, opportunities, projects, services, metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from onelead import metrics as kpis
from onelead.core.errors import UsageError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import polars as pl

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

MAX_TEXT = 100
MAX_HITS = 100
MAX_WORDS = 6


@dataclass(frozen=True)
class _Place:
    """A table that is searched. ``name`` and ``key`` are what a hit is called and found by; ``more`` are further columns that may hold a word."""

    kind: str
    table: str
    key: str
    name: str
    more: tuple[str, ...]
    detail: tuple[str, ...]
    grouped: bool = False
    """One hit for each name, with the number of its rows."""


PLACES = (
    _Place("account", "accounts", "account_id", "account_name", ("territory_id", "source_ids"), ("region", "country")),
    _Place(
        "product",
        "assets",
        "product_name",
        "product_name",
        ("product_category", "product_description", "product_id"),
        ("product_category",),
        grouped=True,
    ),
    _Place("asset", "assets", "asset_id", "asset_id", ("product_id",), ("product_name", "product_category")),
    _Place("opportunity", "opportunities", "opportunity_id", "opportunity_name", (), ("product_line", "stage")),
    _Place("project", "projects", "project_id", "project_description", (), ("practice",)),
    _Place("service", "services", "service", "service", ("practice", "sub_practice"), ("practice", "sub_practice")),
)
KINDS = (*(place.kind for place in PLACES), "metric")


def search(view: View, parts: Parts, text: str, limit: int = 20) -> list[dict[str, object]]:  # noqa: ARG001 - a use case takes the parts
    """What matches ``text`` best, at most ``limit``: dicts with kind, id, label, detail, account_id (None where it is of no one account).

    Case does not count. Every word has to occur in the names and ids of a hit; those that begin with the text come before those
    with a word that does, and these before the rest. Accounts come first, then the kinds with the best match; where several kinds match, each
    gets its share of the places.

    Raises UsageError for a text over 100 characters or a limit out of range.
    """
    if not 1 <= limit <= MAX_HITS:
        raise UsageError(f"{limit} hits cannot be asked for.", hint=f"Ask for 1 to {MAX_HITS}.")
    if len(text) > MAX_TEXT:
        raise UsageError(f"The text to search for has {len(text)} characters.", hint=f"Use at most {MAX_TEXT}.")
    words = tuple(" ".join(text.replace("\x00", " ").lower().split()).split(" ")[:MAX_WORDS])
    if words == ("",):
        return []
    here = set(view.snapshot.tables())
    found = {place.kind: _hits(view, place, words, limit) for place in PLACES if place.table in here}
    found["metric"] = _metrics(words, limit)
    return _shared_out(found, limit)


def _hits(view: View, place: _Place, words: tuple[str, ...], limit: int) -> list[dict[str, object]]:
    rows = _permitted(view, place)
    name, key = rows[place.name].lower(), rows[place.key].lower()
    texts = [name, *([key] if place.key != place.name else []), *(rows[column].lower() for column in place.more)]
    tests = [ibis.or_(*(column.contains(word) for column in texts)).fill_null(False) for word in words]  # noqa: FBT003
    whole = " ".join(words)
    rank = ibis.cases(
        (name == whole, 0),
        (key == whole, 0),
        (name.startswith(whole), 1),
        (key.startswith(whole), 2),
        (name.contains(" " + whole), 3),
        else_=4,
    )
    chosen = rows.filter(*tests, rows[place.key].notnull()).mutate(rank=rank)
    wanted = {"id": place.key, "label": place.name, **{f"detail_{at}": column for at, column in enumerate(place.detail)}}
    if place.grouped:
        kept = {label: chosen[column].max() for label, column in wanted.items() if label.startswith("detail_")}
        chosen = chosen.group_by(id=chosen[place.key], label=chosen[place.name]).aggregate(
            rank=chosen["rank"].min(), count=chosen.count(), **kept
        )
        chosen = chosen.mutate(account_id=ibis.null("string"))
    else:
        owner = chosen["account_id"] if "account_id" in chosen.columns else ibis.null("string")
        chosen = chosen.select(rank="rank", account_id=owner, **wanted)
    frame = view.snapshot.execute(chosen.order_by("rank", "label", "id").limit(limit))
    return _described(view, place, frame)


def _permitted(view: View, place: _Place) -> ir.Table:
    rows = view.snapshot.table(place.table)
    if "is_repeat" in rows.columns:
        rows = rows.filter(~rows.is_repeat)
    permitted = view.account_filter
    if permitted is None or "account_id" not in rows.columns:
        return rows
    return rows.filter(rows.account_id.isin(permitted) if permitted else ibis.literal(value=False))


def _described(view: View, place: _Place, frame: pl.DataFrame) -> list[dict[str, object]]:
    names = _names(view, [] if place.table == "accounts" else frame["account_id"].drop_nulls().unique().to_list())
    out: list[dict[str, object]] = []
    for row in frame.iter_rows(named=True):
        told = [row[f"detail_{at}"] for at in range(len(place.detail))]
        if place.grouped:
            told.append(f"{row['count']:,} installed")
        if place.table == "accounts":
            told.insert(0, row["id"])
        elif row["account_id"] is not None:
            told.append(names.get(row["account_id"]))
        detail = " · ".join(dict.fromkeys(str(entry) for entry in told if entry))
        label = row["label"] or row["id"]
        out.append(
            {
                "kind": place.kind,
                "id": row["id"],
                "label": label,
                "detail": detail,
                "account_id": row["account_id"],
                "rank": row["rank"],
            }
        )
    return out


def _names(view: View, ids: list[str]) -> dict[str, str]:
    if not ids:
        return {}
    accounts = view.snapshot.table("accounts")
    found = view.snapshot.execute(accounts.filter(accounts.account_id.isin(sorted(ids))).select("account_id", "account_name"))
    return dict(found.iter_rows())


def _metrics(words: tuple[str, ...], limit: int) -> list[dict[str, object]]:
    whole = " ".join(words)
    out: list[dict[str, object]] = []
    for metric in kpis.metrics().values():
        label = metric.label.lower()
        if all(word in label or word in metric.id for word in words):
            rank = 0 if whole in {label, metric.id} else 1 if label.startswith(whole) else 3 if f" {whole}" in label else 4
            out.append(
                {
                    "kind": "metric",
                    "id": metric.id,
                    "label": metric.label,
                    "detail": metric.definition,
                    "account_id": None,
                    "rank": rank,
                }
            )
    return sorted(out, key=lambda hit: (hit["rank"], hit["label"]))[:limit]


def _shared_out(found: dict[str, list[dict[str, object]]], limit: int) -> list[dict[str, object]]:
    """At most ``limit`` hits, taken in turn from each kind, accounts first, then kind by kind, the best match first."""
    order = sorted((kind for kind in found if found[kind]), key=lambda kind: (kind != "account", found[kind][0]["rank"], KINDS.index(kind)))
    taken = dict.fromkeys(order, 0)
    left = limit
    while left:
        open_kinds = [kind for kind in order if taken[kind] < len(found[kind])]
        if not open_kinds:
            break
        for kind in open_kinds[:left]:
            taken[kind] += 1
        left -= min(left, len(open_kinds))
    kept = [hit for kind in order for hit in found[kind][: taken[kind]]]
    return [{name: value for name, value in hit.items() if name != "rank"} for hit in kept]
