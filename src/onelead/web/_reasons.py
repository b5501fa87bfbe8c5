"""Why an amount of deals is not known, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.workspace.currencies import other_currencies

if TYPE_CHECKING:
    from onelead.web._ask import Ask

OF_DEALS = ("open_pipeline_value", "won_value", "lost_value", "average_deal_size")
"""Metrics that add up amounts of deals."""


def no_amounts(ask: Ask, usual: str) -> str:
    """That the amounts are in another currency, where they are; else what is usually the reason."""
    return ask.deals(other_currencies) or usual
