"""Use case: one account against its peers, on the axes of the solution document's radar and on the parts of a scorecard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.workspace.account_rows import checked
from onelead.workspace.health import chosen_card, health
from onelead.workspace.health_overview import with_parts

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

LEAST = 3
"""So few peers say nothing."""
ENOUGH = 5
"""From so many peers of the same kind on, only these are looked at."""
KINDS = (("industry", "of the same industry"), ("region", "of the same region"))
AXES = (
    ("urgency_score", "Urgency", 4.0, "of at most 4: end of life or of service within a year or two, and a contract that ends"),
    ("rfm_score", "RFM", 9.0, "of at most 9: how recent, how frequent, how much"),
    ("total_projects", "Projects", None, "projects, on a scale to the most that any of them has"),
    ("platform_diversity", "Platforms", None, "product platforms, on a scale to the most that any of them has"),
    ("project_success_rate", "Success rate", 1.0, "successes of all projects that ended one way or the other"),
)
"""Feature, label, top of its scale (None: the most in the group) and meaning. Source: solution document, customer deep dive."""
FULL = 100.0
VAGUE = ("Unspecified", "Unknown", "Other", "-", "")


def peers(view: View, _: Parts, account_id: str) -> dict[str, Any]:
    """The account against the median of its peers: {"who" (in words), "count", "axes"}.

    Peers are the other accounts of its industry, else of its region, where there are at least five, else all others; below three there
    are none (count 0, medians null). Each axis has id, label, doc, value, peer (median of those that know it, null without peers), top
    (of its scale), share and peer_share (0 to 100 on that scale). Only accounts that the viewer may see are peers.

    Raises UnknownNameError for an account that the viewer may not see.
    """
    checked(view, account_id)
    who, ids = peer_ids(view, account_id)
    frame = view.frame("features", ["account_id", *(name for name, *_ in AXES)])
    mine = frame.filter(pl.col("account_id") == account_id)
    others = frame.filter(pl.col("account_id").is_in(ids))
    return {"who": who, "count": len(ids), "axes": [_axis(axis, mine, others) for axis in AXES]}


def health_against_peers(view: View, parts: Parts, account_id: str, card: str, version: str = "") -> dict[str, Any]:
    """The parts of an account's health against the median of its peers, in the shape of ``peers``; points are 0 to 100."""
    checked(view, account_id)
    who, ids = peer_ids(view, account_id)
    frame = with_parts(health(view, parts, card, version), chosen_card(parts, card))
    mine, others = frame.filter(pl.col("account_id") == account_id), frame.filter(pl.col("account_id").is_in(ids))
    known = chosen_card(parts, card).categories
    axes = [_axis((f"part_{part.id}", part.label, FULL, "points of 100"), mine, others) for part in known]
    return {"who": who, "count": len(ids), "axes": axes}


def peer_ids(view: View, account_id: str) -> tuple[str, list[str]]:
    """Who the peers are, in words, and their ids; none where there are fewer than three."""
    accounts = view.frame("accounts", ["account_id", "level", *(name for name, _ in KINDS)]).filter(pl.col("level") == "account")
    mine = accounts.filter(pl.col("account_id") == account_id).to_dicts()
    others = accounts.filter(pl.col("account_id") != account_id)
    for column, words in KINDS if mine else ():
        value = mine[0][column]
        alike = others.filter(pl.col(column) == value) if value and value not in VAGUE else others.clear()
        if alike.height >= ENOUGH:
            return f"{alike.height:,} accounts {words}, {value}", alike["account_id"].to_list()
    if others.height < LEAST:
        return f"fewer than {LEAST} other accounts", []
    return f"{others.height:,} other accounts", others["account_id"].to_list()


def _axis(axis: tuple[str, str, float | None, str], mine: pl.DataFrame, others: pl.DataFrame) -> dict[str, Any]:
    name, label, fixed, doc = axis
    value: Any = mine[name].cast(pl.Float64).first() if mine.height else None
    peer: Any = others[name].cast(pl.Float64).median()
    most: Any = others[name].cast(pl.Float64).max()
    top = fixed or max(value or 0.0, most or 0.0) or 1.0
    return {
        "id": name,
        "label": label,
        "doc": doc,
        "value": value,
        "peer": peer,
        "top": top,
        "share": None if value is None else FULL * value / top,
        "peer_share": None if peer is None else FULL * peer / top,
    }
