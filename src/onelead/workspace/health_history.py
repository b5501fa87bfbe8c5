"""Use cases: how health moved from snapshot to snapshot, for one account and for all.

Past snapshots are scored by the scorecard and the settings of today, so that their scores can be compared with those of today.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.tables.health import BANDS
from onelead.workspace.health import chosen_card, every_score, scored
from onelead.workspace.snapshots import standing_publications

if TYPE_CHECKING:
    from datetime import date

    from onelead.scorecards import Scorecard
    from onelead.store import Publication
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

SNAPSHOTS = 12
"""So many snapshots are looked at, the newest."""
HEALTHY, AT_RISK, CRITICAL = BANDS
SCORES = {"account_id": pl.String, "score": pl.Float64, "band": pl.String}


def scores_before(view: View, parts: Parts, card: str, version: str = "") -> tuple[date | None, pl.DataFrame]:
    """Date and scores (account_id, score, band) of the newest snapshot of an earlier as-of date; None and no rows where there is none."""
    del version
    earlier = [found for found in _by_date(view, parts) if found.as_of < view.context.as_of]
    if not earlier:
        return None, pl.DataFrame(schema=SCORES)
    return earlier[-1].as_of, _scores(view, parts, earlier[-1], chosen_card(parts, card))


def account_health_history(view: View, parts: Parts, account_id: str, card: str, version: str = "") -> pl.DataFrame:
    """as_of, snapshot, score and band of one account, the oldest first; null where its score was unknown, no row where it was not there."""
    frame = _history(view, parts, card, version).filter(pl.col("account_id") == account_id)
    return frame.select("as_of", "snapshot", "score", "band").sort("as_of")


def portfolio_health_history(view: View, parts: Parts, card: str, version: str = "") -> pl.DataFrame:
    """as_of, snapshot, average (null without a score), healthy, at_risk, critical and unknown accounts, the oldest first."""
    counts = {name: (pl.col("band") == band).sum() for name, band in (("healthy", HEALTHY), ("at_risk", AT_RISK), ("critical", CRITICAL))}
    grouped = _history(view, parts, card, version).group_by("as_of", "snapshot")
    return grouped.agg(pl.col("score").mean().alias("average"), unknown=pl.col("score").null_count(), **counts).sort("as_of")


def _history(view: View, parts: Parts, card: str, version: str) -> pl.DataFrame:
    del version
    chosen = chosen_card(parts, card)
    frames = []
    for found in _by_date(view, parts)[-SNAPSHOTS:]:
        scores = _scores(view, parts, found, chosen)
        frames.append(scores.with_columns(pl.lit(_day(view, found)).alias("as_of"), pl.lit(found.id).alias("snapshot")))
    schema = {**SCORES, "as_of": pl.Date, "snapshot": pl.Int64}
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)


def _by_date(view: View, parts: Parts) -> list[Publication]:
    """One publication a date up to the view's, the newest of each, the oldest date first; the view's own stands for its date."""
    by_date = {_day(view, found): found for found in reversed(standing_publications(view, parts))}
    by_date[view.context.as_of] = view.publication
    return [found for day, found in sorted(by_date.items()) if day <= view.context.as_of]


def _day(view: View, found: Publication) -> date:
    """The date that a publication is scored for: the view's for its own publication, else its own."""
    return view.context.as_of if found.id == view.publication.id else found.as_of


def _scores(view: View, parts: Parts, found: Publication, card: Scorecard) -> pl.DataFrame:
    """Scores of a publication, only of the accounts that the viewer may see."""
    if found.id == view.publication.id:
        frame = scored(view, parts, card.id)
    else:
        frame = view.seen(view.elsewhere(parts, found.id, every_score, card.id, card.version))
    return frame.select(*SCORES)
