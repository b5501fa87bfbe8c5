"""Cross-sell, medium propensity: room for another platform, and some chance that it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.rules._cross_sell import cross_sell
from onelead.rules._proposal import Rule, RuleInput

if TYPE_CHECKING:
    import polars as pl


def propose(given: RuleInput) -> pl.DataFrame:
    """The account runs at most two platforms (product categories; a setting), and its propensity is Medium.

    Who: accounts of that propensity class with any asset, project or opportunity on record; no installed product counts as no platform,
    and is said. What to offer is the category that most accounts with one of its products run too: at least two of them, and at least
    30 % (a setting).
    Worth: a typical won or running project: the account's own median from three on, else that of the practice of what is offered, else of
    all; always estimated, and unknown where no project has a value. It is not revenue at risk.
    Chance: the recorded success rate of such actions, an assumption until there are enough outcomes; where the propensity was learned from
    outcomes, shifted account by account with it. The range spans the uncertainty of the chance and the quartiles of the project values.
    Sure: High only where the propensity was learned from outcomes, Medium where from rules, Low otherwise; one step less without an
    installed product and for an identity under review.
    """
    return cross_sell(given, "Medium", RULE.due_days)


RULE = Rule(
    id="cross_sell_medium",
    label="Cross-sell, medium propensity",
    priority=3,
    timeline="Within 90 days",
    due_days=90,
    urgency="Low",
    template="cross_sell_platform",
    propose=propose,
    fits=("workshop", "assess", "design", "advis", "foundation", "blueprint", "survey"),
)
