"""Who may say, and hear, which number of the roll-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import ForbiddenError
from onelead.workspace.people import team_in

if TYPE_CHECKING:
    from onelead.core.viewer import Viewer
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

EVERYTHING, TEAMS = frozenset({"admin", "sales_operations"}), frozenset({"vp"})
"""Roles that may override for anybody, and for every team."""


def heard(view: View, parts: Parts, said: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Of what was said of ``rows`` of the roll-up, what the viewer may hear: it counts every deal of the quarter, so that who sees some accounts only hears of oneself and the own people."""
    if view.account_filter is None:
        return said
    own = [
        (row["level"], row["subject"]) for row in rows.iter_rows(named=True) if _own(view.viewer, row) or _leads(view.viewer, parts, row)
    ]
    known = pl.DataFrame(own, schema={"level": pl.String, "subject": pl.String}, orient="row")
    return said.join(known, on=["level", "subject"], how="semi", maintain_order="left")


def _own(viewer: Viewer, row: dict[str, Any]) -> bool:
    return row["level"] == "rep" and "rep" in viewer.roles and viewer.user == row["rep"]


def _leads(viewer: Viewer, parts: Parts, row: dict[str, Any]) -> bool:
    mine = row["manager"] == viewer.user or (row["rep"] is not None and row["rep"] in team_in(parts, viewer.user))
    return "manager" in viewer.roles and mine


def require(viewer: Viewer, parts: Parts, side: str, row: dict[str, Any]) -> None:
    """Raise ForbiddenError where the viewer may not say a side's number of a row."""
    own = side == "rep" and _own(viewer, row)
    boss = side == "manager" and _leads(viewer, parts, row)
    if not (own or boss or (side == "manager" and viewer.roles & TEAMS) or viewer.roles & EVERYTHING):
        whose = row["rep"] or row["team"] or "this quarter"
        raise ForbiddenError(
            f"{viewer.user} may not say the {side}'s number of {whose}.", hint="Reps say their own number, managers those of their team."
        )
