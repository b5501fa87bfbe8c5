"""Layer 3: recommended actions: one rule a file (``RULE``), their ranking, evidence and conversation starters."""

from __future__ import annotations

from onelead.rules._evidence import evidence_rows
from onelead.rules._openers import Opener, render, templates
from onelead.rules._proposal import Rule, RuleInput
from onelead.rules._rank import action_ids, recommend, rules

__all__ = ["Opener", "Rule", "RuleInput", "action_ids", "evidence_rows", "recommend", "render", "rules", "templates"]
