"""Columns that are written when a deal closes or afterwards: they know the outcome, and no model may see them.

A column that people keep while they work on a deal changes at a closing about as often as at any other entry of the history. One that is
written at or after closings far more often is refused, whatever its name.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from onelead.models.deals.states import EXTRA, ID, Deals

TIMES = 2.0
"""A refused column changes at least so many times as often at or after closings as at other entries …"""
MARGIN = 0.05
"""… and by this much more, as a share of the entries …"""
Z = 4.0
"""… and beyond so many standard errors."""


@dataclass(frozen=True)
class Leak:
    """A refused column, and the evidence: shares of the entries of the history that changed it."""

    column: str
    before: float
    at_or_after: float

    def as_dict(self) -> dict[str, object]:
        """For the card."""
        return {"column": self.column, "changed_before_closing": round(self.before, 4), "changed_at_or_after": round(self.at_or_after, 4)}


def find_leaks(deals: Deals) -> list[Leak]:
    """Columns without a name of ours that change at or after closing; named ones are only ever read as of an earlier day."""
    entries = deals.states.join(deals.ends.select(ID, "closed"), on=ID)
    over = pl.col("changed_at").dt.date() >= pl.col("closed")
    first = pl.col("changed_at") == pl.col("changed_at").min().over(ID)
    found = []
    for name in deals.extras:
        changed = ~pl.col(name).eq_missing(pl.col(name).shift(1).over(ID))
        counted = entries.select(over.alias("over"), changed.alias("changed"), first.alias("first")).filter(~pl.col("first"))
        rates = {bool(late): (share, rows) for late, share, rows in _rates(counted).iter_rows()}
        before, late = rates.get(False, (0.0, 0)), rates.get(True, (0.0, 0))
        if _refused(before, late):
            found.append(Leak(name.removeprefix(EXTRA), before[0], late[0]))
    return found


def _rates(counted: pl.DataFrame) -> pl.DataFrame:
    return counted.group_by("over").agg(pl.col("changed").mean().alias("share"), pl.len().alias("rows")).sort("over")


def _refused(before: tuple[float, int], late: tuple[float, int]) -> bool:
    if not late[1]:
        return False
    together = (before[0] * before[1] + late[0] * late[1]) / (before[1] + late[1])
    error = math.sqrt(together * (1 - together) * (1 / max(before[1], 1) + 1 / late[1]))
    gap = late[0] - before[0]
    return late[0] > TIMES * before[0] and gap > MARGIN and gap > Z * error
