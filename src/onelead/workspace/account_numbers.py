"""What an account is worth and what is wrong with what it runs: one row an account, kept for as long as the snapshot is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.metrics import metrics
from onelead.metrics._query import permitted
from onelead.metrics._views import VIEWS
from onelead.workspace.keeping import Kept, under
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
_kept = Kept(64 * 2**20)


def account_numbers(view: View, parts: Parts) -> pl.DataFrame:
    """Each top-level account that the viewer may see, with the asset metrics and its yearly worth.

    account_id, assets, expired_products, expiring_products, unsupported_products, revenue_at_risk, revenue_at_risk_estimated (null
    without assets), annual_value, annual_value_estimated and tier (of ``worth.annual_values``; null where nothing is known).
    """

    def compute() -> pl.DataFrame:
        worth = annual_values(view, parts).select(
            "account_id", pl.col("value").alias("annual_value"), pl.col("estimated").alias("annual_value_estimated"), "tier"
        )
        return worth.join(_of_assets(view), on="account_id", how="left", maintain_order="left")

    return _kept.get_or(under(view.snapshot, view.context, view.viewer.account_ids), compute)


def _of_assets(view: View) -> pl.DataFrame:
    """Accounts with assets only: what an account has no rows for is unknown."""
    source = VIEWS["assets"]
    if "assets" not in view.snapshot.tables():
        return pl.DataFrame(schema=SCHEMA)
    rows = permitted(source.build(view.snapshot, view.context), source, view.account_filter)
    rows = rows.filter(rows.account_id.notnull())
    values = {name: metrics()[name].value(rows, view.context).cast("float64") for name in ASSET_METRICS}
    estimated = metrics()["revenue_at_risk"].estimated
    flag = estimated(rows, view.context) if callable(estimated) else rows.is_estimated.any()
    grouped = rows.group_by("account_id").aggregate(**values, revenue_at_risk_estimated=flag.fill_null(False))  # noqa: FBT003 - ibis
    return view.snapshot.execute(grouped).select(*SCHEMA)
