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
    and is said, but where no account has any, the installed base is unknown, and nothing is offered. What to offer is the category that most accounts with one of its products run too: at least two of them, and at least
    30 % (a setting).
    Worth: a typical won or running project, of at least three: the median of the account's own where their values are stated, else the
    median of the practice of what is offered over all accounts, else of all projects; always estimated, else unknown. Most exports give
    a size bucket instead of a value, so that one account's own few projects would jump by a factor of ten from one bucket to the next:
    the median bucket of everybody's is steadier. An account without an installed product is compared with others of as few platforms:
    the median of their projects, from three such accounts on. It is not revenue at risk.
    Chance: the recorded success rate of such actions, an assumption until there are enough outcomes; where the propensity was learned from
    outcomes, shifted account by account with it. The range spans the uncertainty of the chance and the median bucket from end to end (of stated values
    the quartiles).
    Sure: High only where the propensity was learned from outcomes, Medium where from rules, Low otherwise; Low without an installed
    product, one step less for an identity under review.
    """
    return cross_sell(given, "Medium", RULE.due_days)


RULE = Rule(
    id="cross_sell_medium",
    label="Cross-sell, medium propensity",
    kind="cross_sell",
    priority=3,
    timeline="Within 90 days",
    due_days=90,
    urgency="Low",
    template="cross_sell_platform",
    propose=propose,
    fits=("workshop", "assess", "design", "advis", "foundation", "blueprint", "survey"),
)
