"""Why an amount of deals is not known, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.workspace.currencies import other_currencies
from onelead.workspace.deals import untold

if TYPE_CHECKING:
    from onelead.web._ask import Ask

OF_DEALS = ("open_pipeline_value", "won_value", "lost_value", "average_deal_size")
"""Metrics that add up amounts of deals."""
OF_OUTCOMES = ("win_rate", "won_value", "lost_value", "average_deal_size", "closed_opportunities", "sales_cycle_days")
"""Metrics that need to know which deals were closed."""


def unknown(ask: Ask, metric: str, usual: str) -> str:
    """Why a metric is unknown: outcomes that nobody knew on that date yet, amounts in another currency, else what is usually the reason."""
    if metric in OF_OUTCOMES and (found := ask.deals(untold)) is not None:
        count, day = found
        say = ("states", "its") if count == 1 else ("state", "their")
        return f"{ask.fmt.plural(count, 'deal')} {say[0]} an outcome without a date: {say[1]} outcome is known from {ask.fmt.date(day)} on"
    return no_amounts(ask, usual) if metric in OF_DEALS else usual


def unlike(currency: str | None) -> str:
    """Why a number has no change although an earlier snapshot knew it; empty where that is not so."""
    return f"not compared: earlier in {currency}" if currency else ""


def no_amounts(ask: Ask, usual: str) -> str:
    """That the amounts are in another currency, where they are; else what is usually the reason."""
    return ask.deals(other_currencies) or usual
