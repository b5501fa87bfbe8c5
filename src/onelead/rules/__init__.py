"""Layer 3: recommended actions: one rule a file (``RULE``), their ranking, evidence and conversation starters."""

from __future__ import annotations

from onelead.rules._assets import prepared as asset_readings
from onelead.rules._chance import Chance, chance_of
from onelead.rules._evidence import evidence_rows
from onelead.rules._openers import FILL_ENDS, FILL_STARTS, Opener, render, render_marked, templates
from onelead.rules._peers import BUYERS_LEAST, Profiles, known_projects, peer_shares, profiles, similar_to
from onelead.rules._practices import installed_of, open_deals, practice_table, values_of
from onelead.rules._projects import prepared as project_readings
from onelead.rules._proposal import KINDS, Rule, RuleInput
from onelead.rules._rank import action_ids, recommend, rules
from onelead.rules._worths import Prices, worth_under, worths

__all__ = [
    "BUYERS_LEAST",
    "FILL_ENDS",
    "FILL_STARTS",
    "KINDS",
    "Chance",
    "Opener",
    "Prices",
    "Profiles",
    "Rule",
    "RuleInput",
    "action_ids",
    "asset_readings",
    "chance_of",
    "evidence_rows",
    "installed_of",
    "known_projects",
    "open_deals",
    "peer_shares",
    "practice_table",
    "profiles",
    "project_readings",
    "recommend",
    "render",
    "render_marked",
    "rules",
    "similar_to",
    "templates",
    "values_of",
    "worth_under",
    "worths",
]
