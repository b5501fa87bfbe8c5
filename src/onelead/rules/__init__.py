"""Layer 3: recommended actions: one rule a file (``RULE``), their ranking, evidence and conversation starters."""

from __future__ import annotations

from onelead.rules._evidence import evidence_rows
from onelead.rules._openers import Opener, render, templates
from onelead.rules._peers import BUYERS_LEAST, Profiles, peer_shares, profiles, similar_to
from onelead.rules._practices import installed_of, open_deals, practice_table, values_of
from onelead.rules._proposal import Rule, RuleInput
from onelead.rules._rank import action_ids, recommend, rules

__all__ = [
    "BUYERS_LEAST",
    "Opener",
    "Profiles",
    "Rule",
    "RuleInput",
    "action_ids",
    "evidence_rows",
    "installed_of",
    "open_deals",
    "peer_shares",
    "practice_table",
    "profiles",
    "recommend",
    "render",
    "rules",
    "similar_to",
    "templates",
    "values_of",
]
