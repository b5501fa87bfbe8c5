"""Service expiration: a support or credit contract ends within a quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.rules._contracts import ending_contracts
from onelead.rules._proposal import Rule, RuleInput

if TYPE_CHECKING:
    import polars as pl


def propose(given: RuleInput) -> pl.DataFrame:
    """Support on products of one category, or a service credit contract, ends in 31 to 90 days (settings; both days count).

    Who: every account with such contracts: one action for each product category, and one for its service credits. A credit contract
    without an end date counts where its range of days to expiry ends within the 90 days: 0-45 may be nearer than 30 days, but not surely,
    so that it stands here, and the action says that the source gives no date. An account keeps one renewal action a category, the most
    urgent.
    Worth: contract values, else a share of the replacement value for a year of support (a setting, estimated); credit contracts at the
    credits purchased × the price of a credit (estimated). All of it counts as revenue at risk. Chance and range as for every renewal.
    Due: on the first end, at the latest in 60 days.
    Sure: High; one step less for ranges of days instead of dates, and for an identity under review.
    """
    settings = given.context.settings.actions
    return ending_contracts(given, after=settings.urgent_contract_days, until=settings.expiring_contract_days, due_days=RULE.due_days)


RULE = Rule(
    id="service_expiration",
    label="Service expiration",
    kind="renewals",
    priority=7,
    timeline="Within 60 days",
    due_days=60,
    urgency="High",
    template="support_ending",
    propose=propose,
    group="renewal",
    fits=("support", "managed", "monitor", "health check", "operations", "renew"),
    priced=True,
)
