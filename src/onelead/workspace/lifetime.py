"""Use case: what a customer is worth over the years to come, on average."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts


@of_the_snapshot
def mean_lifetime_value(view: View, _: Parts) -> dict[str, Any]:
    """Mean of what the model of lifetime values expects of each account: value (null where it expects nothing of any) and accounts, how many."""
    if "value" not in view.snapshot.columns().get("predictions", {}):  # written before any prediction told of money
        return {"value": None, "accounts": 0}
    rows = view.frame("predictions", ["model", "subject_kind", "account_id", "value"])
    known = rows.filter((pl.col("model") == "lifetime_value") & (pl.col("subject_kind") == "account") & pl.col("value").is_not_null())
    return {"value": known["value"].mean(), "accounts": known["account_id"].n_unique()}
