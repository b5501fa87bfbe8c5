"""Use cases: the health of each account by a scorecard, and the scorecards there are.

Scores are computed when they are asked for and not at refresh: three queries by account cost some 100 ms, a scorecard file that a
person edits counts at once, and any as-of date can be asked for. What was computed is kept, under all that it depends on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onelead.core.registry import pick
from onelead.scorecards import Scorecard, measures, score, scorecards
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    import polars as pl

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

DEFAULT_CARD = "install_base"


def health(view: View, parts: Parts, card: str, version: str = "") -> pl.DataFrame:
    """Score, band, parts and reason of each top-level account that the viewer may see, the least healthy first; unknown last.

    Scorecards are the built-in ones and those in the workspace's directory ``scorecards``. ``version`` (of ``cards``) changes nothing:
    it keeps kept answers of an edited scorecard apart. Raises UnknownNameError.
    """
    del version
    found = scored(view, parts, card)
    names = view.frame("accounts", ["account_id", "account_name"])
    return found.join(names, on="account_id", how="inner").sort(["score", "account_id"], nulls_last=True)


def chosen_card(parts: Parts, card: str) -> Scorecard:
    """The scorecard with the id ``card``. Raises UnknownNameError."""
    return pick(scorecards(parts.scorecards), card, "scorecard")


def scored(view: View, parts: Parts, card: str) -> pl.DataFrame:
    """The health (as tables/health.py) of each account that the viewer may see."""
    return view.of_everyone(parts, every_score, card, chosen_card(parts, card).version)


@of_the_snapshot
def every_score(view: View, parts: Parts, card: str, version: str = "") -> pl.DataFrame:
    """The health of every account by the scorecard ``card``; ``version`` keeps answers of an edited one apart."""
    del version
    chosen = chosen_card(parts, card)
    return score(chosen, measures(view.snapshot, view.context, view.snapshot.frame("features"), chosen))


def cards(parts: Parts) -> dict[str, dict[str, Any]]:
    """Every scorecard of the workspace by id.

    Each has label, doc, version, bands (lowest scores of healthy and at_risk), missing (what a gap does, in words) and parts, each with
    id, label, weight and measures (label, doc, direction).

    No use case: files may change at any time, and ``version`` tells.
    """
    return {name: _described(card) for name, card in scorecards(parts.scorecards).items()}


def _described(card: Scorecard) -> dict[str, Any]:
    gaps = {
        "skip": "A part without data is left out and the rest re-weighed.",
        "neutral": f"A measure without data counts {card.neutral_points:g} points.",
        "worst": "A measure without data counts 0 points.",
    }
    return {
        "id": card.id,
        "label": card.label,
        "doc": card.doc,
        "version": card.version,
        "bands": {"healthy": card.bands.healthy, "at_risk": card.bands.at_risk},
        "missing": gaps[card.missing],
        "parts": [
            {
                "id": part.id,
                "label": part.label,
                "weight": part.weight,
                "measures": [{"label": entry.label, "doc": entry.doc, "direction": entry.direction} for entry in part.measures],
            }
            for part in card.categories
        ],
    }
