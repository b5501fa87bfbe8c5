"""Use case: the health of each account, by a scorecard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.registry import pick
from onelead.scorecards import measures, score, scorecards

if TYPE_CHECKING:
    import polars as pl

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts


def health(view: View, parts: Parts, card: str) -> pl.DataFrame:
    """Score, band, parts and reason of each top-level account that the viewer may see, the least healthy first; unknown last.

    Scorecards are the built-in ones and those in the workspace's directory ``scorecards``. Raises UnknownNameError.
    """
    chosen = pick(scorecards(parts.scorecards), card, "scorecard")
    found = score(chosen, measures(view.snapshot, view.context, view.snapshot.frame("features"), chosen))
    names = view.frame("accounts").select("account_id", "account_name")
    return found.join(names, on="account_id", how="inner").sort(["score", "account_id"], nulls_last=True)
