"""Layer 3: scorecards. Each is a TOML file; one engine computes all of them."""

from __future__ import annotations

from onelead.scorecards._card import Category, Measure, Scorecard
from onelead.scorecards._load import scorecards
from onelead.scorecards._measures import measures, needed_measures
from onelead.scorecards._score import score

__all__ = ["Category", "Measure", "Scorecard", "measures", "needed_measures", "score", "scorecards"]
