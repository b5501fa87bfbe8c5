"""What an account is worth and what is wrong with what it runs: one row an account, in one query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.metrics import metrics
from onelead.metrics._query import permitted
from onelead.metrics._views import VIEWS

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

ASSET_METRICS = ("assets", "expired_products", "expiring_products", "unsupported_products", "revenue_at_risk")
TIERS = ((100_000.0, "Strategic"), (50_000.0, "Growth"))
"""Yearly value above which an account is of a tier; anything else is Developing. Source: product definition, Health."""
LOWEST_TIER = "Developing"
SCHEMA = {
    "account_id": pl.String,
    **dict.fromkeys(ASSET_METRICS, pl.Float64),
    "annual_value": pl.Float64,
    "revenue_at_risk_estimated": pl.Boolean,
    "tier": pl.String,
}


def tier_of(value: float | None) -> str | None:
    """Tier by yearly value in the workspace's currency; None where that is unknown."""
    return None if value is None else next((name for least, name in TIERS if value > least), LOWEST_TIER)


def account_numbers(view: View, _: Parts) -> pl.DataFrame:
    """The asset metrics of each account with assets that the viewer may see; accounts without assets are not in the frame.

    Also annual_value (sum of the contract values stated, null where none is), its tier, and whether the revenue at risk is estimated.
    """
    source = VIEWS["assets"]
    if "assets" not in view.snapshot.tables():
        return pl.DataFrame(schema=SCHEMA)
    rows = permitted(source.build(view.snapshot, view.context), source, view.account_filter)
    rows = rows.filter(rows.account_id.notnull())
    values = {name: metrics()[name].value(rows, view.context).cast("float64") for name in ASSET_METRICS}
    estimated = metrics()["revenue_at_risk"].estimated
    flag = estimated(rows, view.context) if callable(estimated) else rows.is_estimated.any()
    grouped = rows.group_by("account_id").aggregate(
        **values,
        annual_value=rows.contract_value.sum(),
        revenue_at_risk_estimated=flag.fill_null(False),  # noqa: FBT003 - ibis
    )
    return view.snapshot.execute(grouped).with_columns(_tier()).select(*SCHEMA)


def _tier() -> pl.Expr:
    value = pl.col("annual_value")
    tier = pl.when(value.is_not_null()).then(pl.lit(LOWEST_TIER)).otherwise(None)
    for least, name in reversed(TIERS):
        tier = pl.when(value > least).then(pl.lit(name)).otherwise(tier)
    return tier.alias("tier")
