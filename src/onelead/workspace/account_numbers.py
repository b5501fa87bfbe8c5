"""What an account is worth and what is wrong with what it runs: one row an account, kept for as long as the snapshot is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.metrics import metrics
from onelead.metrics._views import VIEWS
from onelead.workspace.acting import LISTED
from onelead.workspace.viewing import of_the_snapshot
from onelead.workspace.worklist import narrow
from onelead.workspace.worth import annual_values

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

ASSET_METRICS = ("assets", "expired_products", "expiring_products", "unsupported_products", "revenue_at_risk")
SCHEMA = {
    "account_id": pl.String,
    **dict.fromkeys(ASSET_METRICS, pl.Float64),
    "revenue_at_risk_estimated": pl.Boolean,
}


def account_numbers(view: View, parts: Parts) -> pl.DataFrame:
    """Each top-level account that the viewer may see, with the asset metrics and its yearly worth.

    account_id, assets, expired_products, expiring_products, unsupported_products, revenue_at_risk, revenue_at_risk_estimated (null
    without assets), annual_value, annual_value_estimated and tier (of ``worth.annual_values``; null where nothing is known).
    """
    return view.of_everyone(parts, every_account_number)


@of_the_snapshot
def every_account_number(view: View, parts: Parts) -> pl.DataFrame:
    """``account_numbers`` of all accounts: no account's numbers depend on another's."""
    worth = annual_values(view, parts).select(
        "account_id", pl.col("value").alias("annual_value"), pl.col("estimated").alias("annual_value_estimated"), "tier"
    )
    return worth.join(_of_assets(view), on="account_id", how="left", maintain_order="left")


def account_choices(view: View, parts: Parts) -> pl.DataFrame:
    """The accounts to choose one from, the most revenue at risk first, then by propensity.

    The columns of ``account_numbers``, account_name, territory_id, source_ids, region, country, industry, predicted_propensity,
    label_source, actions (that wait) and top_priority.
    """
    names = ["account_id", "account_name", "level", "territory_id", "source_ids", "region", "country", "industry"]
    order = ["composite_score", "opportunity_propensity_score"]
    frame = view.frame("accounts", names).filter(pl.col("level") == "account").drop("level")
    scores = view.frame("scores", ["account_id", "predicted_propensity", "label_source", *order])
    for other in (scores, account_numbers(view, parts), waiting_by_account(view, parts)):
        frame = frame.join(other, on="account_id", how="left")
    ranked = frame.sort("revenue_at_risk", *order, "account_id", descending=[True, True, True, False], nulls_last=True)
    return ranked.with_columns(pl.col("actions").fill_null(0)).drop(order)


def waiting_by_account(view: View, parts: Parts) -> pl.DataFrame:
    """Accounts with actions that wait: account_id, actions, top_priority."""
    rows = narrow(view, parts, ("action_id", "rank", "account_id", "priority"))
    waiting = rows.filter(pl.col("state").is_in(LISTED) & pl.col("account_id").is_not_null())
    return waiting.group_by("account_id").agg(pl.len().cast(pl.Int64).alias("actions"), pl.col("priority").max().alias("top_priority"))


def _of_assets(view: View) -> pl.DataFrame:
    """Accounts with assets only: what an account has no rows for is unknown."""
    source = VIEWS["assets"]
    if "assets" not in view.snapshot.tables():
        return pl.DataFrame(schema=SCHEMA)
    rows = source.build(view.snapshot, view.context)
    rows = rows.filter(rows.account_id.notnull())
    values = {name: metrics()[name].value(rows, view.context).cast("float64") for name in ASSET_METRICS}
    estimated = metrics()["revenue_at_risk"].estimated
    flag = estimated(rows, view.context) if callable(estimated) else rows.is_estimated.any()
    grouped = rows.group_by("account_id").aggregate(**values, revenue_at_risk_estimated=flag.fill_null(False))  # noqa: FBT003 - ibis
    return view.snapshot.execute(grouped).select(*SCHEMA)
