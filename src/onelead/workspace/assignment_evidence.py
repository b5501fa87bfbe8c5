"""What closed deals say of the terms of an assignment: whether deals were won less often away from one's region, or without the skill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.rules import chance_of
from onelead.workspace.assigned_today import deal_needs
from onelead.workspace.deals import LOST, WON, deals
from onelead.workspace.forecasting import UNIFORM

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

LEAST = 30
"""Closed deals on either side that a comparison of win rates needs."""


def evidence(view: View, parts: Parts, people: pl.DataFrame) -> dict[str, dict[str, Any] | None]:
    """For the terms away and unskilled: how often deals were won with and without; None where fewer than LEAST were closed on a side.

    Each has ``inside`` and ``outside`` (deals, won, rate, low, high: 80 % range) and ``keeps``: outside's rate over inside's. It compares; who
    got which deal was not drawn by lot.
    """
    closed = deals(view, parts).filter(pl.col("state").is_in([WON, LOST])).select("opportunity_id", "account_id", "owner_name", "state")
    regions = view.frame("accounts", ["account_id", "region"]).unique("account_id")
    own = people.select(owner_name="person", own_region="region", skills="skills")
    rows = closed.join(regions, on="account_id", how="left").join(own, on="owner_name", how="inner")
    known = people["skills"].explode().drop_nulls().unique()
    about = deal_needs(view, parts).filter(pl.col("need").is_in(known.implode())).group_by("opportunity_id").agg(pl.col("need"))
    flags = rows.join(about, on="opportunity_id", how="left").select(
        "state",
        away=pl.col("region") != pl.col("own_region"),
        unskilled=pl.col("need").list.set_intersection(pl.col("skills")).list.len() == 0,
    )
    return {term: _compared(flags.select("state", outside=term).drop_nulls()) for term in ("away", "unskilled")}


def _compared(flags: pl.DataFrame) -> dict[str, Any] | None:
    inside, outside = (_rate(flags.filter(pl.col("outside") == side)) for side in (False, True))
    if min(inside["deals"], outside["deals"]) < LEAST or not inside["won"]:
        return None
    return {"inside": inside, "outside": outside, "keeps": outside["rate"] / inside["rate"]}


def _rate(frame: pl.DataFrame) -> dict[str, Any]:
    won, count = frame.filter(pl.col("state") == WON).height, frame.height
    chance = chance_of("deal", UNIFORM, {"deal": (won, count)}) if count else None
    return {
        "deals": count,
        "won": won,
        "rate": won / count if count else None,
        "low": chance.low if chance else None,
        "high": chance.high if chance else None,
    }
