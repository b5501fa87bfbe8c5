"""Urgent renewal: a support or credit contract ends within a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.rules._contracts import ending_contracts
from onelead.rules._proposal import Rule, RuleInput

if TYPE_CHECKING:
    import polars as pl


def propose(given: RuleInput) -> pl.DataFrame:
    """Support on products of one category, or a service credit contract, ends within 30 days (a setting; today and the last day count).

    Who: every account with such contracts: one action for each product category, and one for its service credits. Contracts that have
    ended are not ending: they show as assets without support. A support end that lies more than 25 years after its start is not believed.
    A credit contract without an end date only counts where its range of days to expiry surely lies within the 30 days.
    An account keeps one renewal action a category, the most urgent.
    Worth: contract values, else a share of the replacement value for a year of support (a setting, estimated); credit contracts at the
    credits purchased × the price of a credit (estimated). All of it counts as revenue at risk. Chance and range as for every renewal.
    Due: on the first end, at the latest in 30 days.
    Sure: High; one step less for an identity under review.
    """
    return ending_contracts(given, after=-1, until=given.context.settings.actions.urgent_contract_days, due_days=RULE.due_days)


RULE = Rule(
    id="urgent_renewal",
    label="Urgent renewal",
    kind="renewals",
    priority=8,
    timeline="Within 30 days",
    due_days=30,
    urgency="High",
    template="support_ending",
    propose=propose,
    group="renewal",
    fits=("support", "managed", "monitor", "health check", "operations", "renew"),
    priced=True,
)
