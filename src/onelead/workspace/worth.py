"""Use cases: what an account is worth a year, its tier, and its revenue profile, each amount with what it is made of."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import ibis
import polars as pl

from onelead.tables import assets
from onelead.workspace.asking import metric_by
from onelead.workspace.deals import LOST, OPEN, WON, deals
from onelead.workspace.pipeline import known_sum, propensity_pipeline
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

YEAR_DAYS = 365
TIERS = ("Strategic", "Growth", "Developing")
PARTS = ("contracts", "support", "projects", "deals")
"""What an annual value is the sum of."""
SOON_DAYS = 90


@of_the_snapshot
def annual_values(view: View, parts: Parts) -> pl.DataFrame:
    """Each top-level account with its annual value, the largest first: account_id, account_name, PARTS, value, estimated, tier.

    Also projects_estimated, and buckets: the part of the projects that is the middle of a size bucket, an estimate.

    value = contracts (yearly values stated on assets) + support (a year of support at the price book's share for supported assets whose
    contract value is not stated: an estimate) + projects (won or running ones that started in the last 365 days, by stated value or size
    bucket) + deals (amounts won in the last 365 days, without those that a project came from). Unknown parts are null; with no part known
    the value and the tier are null. Tiers: Strategic above 100,000, Growth above 50,000 (settings), else Developing.
    """
    if view.kept is not None and view.account_filter is not None and view.viewer.deal_owners is None:
        return view.of_everyone(parts, annual_values)  # a value of each account by itself: the same under every filter of accounts
    share = view.context.settings.prices.support_share
    year = (f"days_since_start<{YEAR_DAYS}", "days_since_start>=0", "stage=Success", "stage=Open")
    contracts = _of_metric(view, "portfolio_value", ("is_estimated=false",), "contracts")
    support = _of_metric(view, "portfolio_value", ("is_estimated=true", "is_supported=true"), "support")
    projects = _of_metric(view, "project_value", year, "projects", flag="projects_estimated")
    frame = view.frame("accounts").filter(pl.col("level") == "account").select("account_id", "account_name", "region", "country")
    buckets = _of_metric(view, "project_value", (*year, "is_estimated=true"), "buckets")
    for part in (contracts, support.with_columns(pl.col("support") * share), projects, buckets, _won_lately(view, parts)):
        frame = frame.join(part, on="account_id", how="left")
    known = pl.any_horizontal(pl.col(name).is_not_null() for name in PARTS)
    guessed = (pl.col("support") > 0).fill_null(value=False) | pl.col("projects_estimated").fill_null(value=False)
    limits = view.context.settings.revenue
    return (
        frame.with_columns(value=pl.when(known).then(pl.sum_horizontal(PARTS)), estimated=guessed)
        .with_columns(
            tier=pl.when(pl.col("value") > limits.strategic_above)
            .then(pl.lit("Strategic"))
            .when(pl.col("value") > limits.growth_above)
            .then(pl.lit("Growth"))
            .when(pl.col("value").is_not_null())
            .then(pl.lit("Developing"))
        )
        .sort(["value", "account_id"], descending=[True, False], nulls_last=True)
    )


def _of_metric(view: View, metric: str, where: tuple[str, ...], column: str, flag: str | None = None) -> pl.DataFrame:
    found = metric_by(view, metric, ("account_id",), where).filter(pl.col("account_id").is_not_null() & pl.col("value").is_not_null())
    return found.select("account_id", pl.col("value").alias(column), *([pl.col("estimated").alias(flag)] if flag else []))


def _won_lately(view: View, parts: Parts) -> pl.DataFrame:
    day = view.context.as_of
    won = deals(view, parts).filter(
        (pl.col("state") == WON) & (pl.col("close_date") > day - timedelta(days=YEAR_DAYS)) & (pl.col("close_date") <= day)
    )
    if won.is_empty():
        return pl.DataFrame(schema={"account_id": pl.String, "deals": pl.Float64})
    delivered = view.frame("projects", ["opportunity_id"])["opportunity_id"].drop_nulls().unique()
    own = won.filter(~pl.col("opportunity_id").is_in(delivered.implode()) & pl.col("account_id").is_not_null())
    return own.group_by("account_id").agg(known_sum("value").alias("deals")).drop_nulls()


def tiers(view: View, parts: Parts) -> pl.DataFrame:
    """Accounts and annual value by tier, in the order of TIERS: tier, accounts, value, estimated, buckets (estimated part from size buckets), share."""
    known = annual_values(view, parts).filter(pl.col("tier").is_not_null())
    total = known["value"].sum() or None
    counted = known.group_by("tier").agg(
        pl.len().cast(pl.Int64).alias("accounts"), pl.col("value").sum(), pl.col("estimated").any(), pl.col("buckets").sum()
    )
    listed = pl.DataFrame({"tier": TIERS}).join(counted, on="tier", how="left", maintain_order="left")
    filled = listed.with_columns(
        pl.col("accounts").fill_null(0),
        pl.col("value").fill_null(0.0),
        pl.col("buckets").fill_null(0.0),
        pl.col("estimated").fill_null(value=False),
    )
    return filled.with_columns(share=pl.col("value") / pl.lit(total, dtype=pl.Float64))


def top_share(view: View, parts: Parts) -> dict[str, Any]:
    """Revenue concentration: the share of the annual value that the top 20 % of accounts (rounded up) bring."""
    known = annual_values(view, parts).filter(pl.col("value").is_not_null())
    total = float(known["value"].sum() or 0.0)
    count = -(-known.height // 5)
    value = float(known["value"].head(count).sum() or 0.0) / total if total else None
    return {"value": value, "accounts": count, "of": known.height, "estimated": bool(known["estimated"].any())}


def profiles(view: View, parts: Parts, accounts: Sequence[str]) -> list[dict[str, Any]]:
    """Revenue profile of each account given by id or name, in that order, for a comparison side by side.

    Keys: account_id, account_name, region, annual (the row of ``annual_values``), contracts (see ``_contracts``), stages (open deals by
    stage), open, open_value, won_value, average_deal, win_rate, closed, score (propensity), expired, assets, at_risk, and next action.
    Raises UnknownNameError.
    """
    ids = list(dict.fromkeys(view.account_id(name) for name in accounts))
    yearly = {row["account_id"]: row for row in annual_values(view, parts).iter_rows(named=True)}
    ranked = {row["account_id"]: row for row in propensity_pipeline(view, parts).iter_rows(named=True)}
    frame = deals(view, parts).filter(pl.col("account_id").is_in(ids))
    terms = {row["account_id"]: row for row in _contracts(view, ids).iter_rows(named=True)}
    counted = {
        column: dict(metric_by(view, metric, ("account_id",), ()).select("account_id", "value").iter_rows())
        for metric, column in (("assets", "assets"), ("expired_products", "expired"), ("revenue_at_risk", "at_risk"))
    }
    out = []
    for account_id in ids:
        mine = frame.filter(pl.col("account_id") == account_id)
        score = ranked.get(account_id, {})
        out.append(
            {
                "account_id": account_id,
                "account_name": yearly.get(account_id, score).get("account_name", account_id),
                "region": yearly.get(account_id, {}).get("region"),
                "annual": yearly.get(account_id),
                "contracts": terms.get(account_id, {}),
                "score": score,
                **{column: values.get(account_id) for column, values in counted.items()},
                **_pipeline_of(mine),
            }
        )
    return out


def _pipeline_of(mine: pl.DataFrame) -> dict[str, Any]:
    still, won, lost = (mine.filter(pl.col("state") == state) for state in (OPEN, WON, LOST))
    stages = still.group_by("stage").agg(pl.len().alias("deals"), known_sum("value").alias("value"), pl.col("stage_rank").min())
    closed = won.height + lost.height
    return {
        "open": still.height,
        "open_value": still.select(known_sum("value")).item() if still.height else None,
        "overdue": still.filter(pl.col("days_to_close") < 0).height,
        "won_value": won.select(known_sum("value")).item() if won.height else None,
        "average_deal": won["value"].mean(),
        "win_rate": won.height / closed if closed else None,
        "closed": closed,
        "age_days": still["age_days"].median(),
        "stages": stages.sort(pl.col("stage").is_null(), "stage_rank").select("stage", "deals", "value").to_dicts(),
    }


def seen(view: View, name: str) -> ir.Table:
    """A table as an expression, only the rows that the viewer may see; to be executed by ``view.own``."""
    table = view.own.table(name)
    ids = view.account_filter
    if ids is None or view.own is not view.snapshot:
        return table  # the rows of these accounts are all that ``own`` holds
    return table.filter(table.account_id.isin(ids) if ids else ibis.literal(value=False))


def contract_totals(view: View, _: Parts) -> pl.DataFrame:
    """Contracts on the assets of every account; columns as of the profiles."""
    return _contracts(view, None)


def _contracts(view: View, ids: Sequence[str] | None) -> pl.DataFrame:
    """Contracts on the assets of accounts (None: of all).

    Columns: account_id, yearly (stated value of supported assets), total (value × years of its term), next_end (first support end still ahead),
    ending (assets whose support ends within 90 days), supported, agreements.
    """
    rows = seen(view, "assets")
    rows = rows.filter(assets.counted(rows), rows.account_id.notnull() if ids is None else rows.account_id.isin(list(ids)))
    end = assets.plausible_support_end(rows, view.context)
    left = assets.days_until(end, view.context)
    term = end.delta(rows.support_start_date, unit="day") / 365.25
    rows = rows.mutate(left=left, end=end, term=term, supported=assets.is_supported(rows, view.context))
    ahead = rows.left >= 0
    return view.own.execute(
        rows.group_by("account_id").aggregate(
            yearly=rows.contract_value.sum(where=rows.supported),
            total=(rows.contract_value * rows.term).sum(where=rows.term > 0),
            next_end=rows.end.min(where=ahead),
            ending=rows.count(where=ahead & (rows.left <= SOON_DAYS)),
            supported=rows.count(where=rows.supported),
            agreements=rows.service_agreement_id.nunique(),
        )
    )
