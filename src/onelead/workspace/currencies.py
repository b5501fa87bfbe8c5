"""Use case: which deals stand in a currency without an exchange rate, so that a missing amount has its true reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.workspace.deals import deals

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts


def other_currencies(view: View, parts: Parts) -> str:
    """Why amounts are left out: "62 deals are in USD, the workspace is in EUR"; empty where each amount could be converted.

    Without an exchange rate nothing is converted: such amounts count in no sum.
    """
    left = deals(view, parts).filter(pl.col("amount").is_not_null() & pl.col("value").is_null() & pl.col("currency").is_not_null())
    if left.is_empty():
        return ""
    names = left["currency"].str.to_uppercase().unique().sort().to_list()
    said = "deal is" if left.height == 1 else "deals are"
    return f"{left.height:,} {said} in {' and '.join(names)}, the workspace is in {view.context.settings.prices.currency}"
