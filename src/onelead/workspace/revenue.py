"""Use cases of Revenue Focus: what stands at risk, where it sits, whom to engage, who is growing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.workspace.asking import metric_by
from onelead.workspace.deals import OPEN, deals
from onelead.workspace.pipeline import known_sum, propensity_pipeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

PER_OPPORTUNITY, PER_ASSET, PER_EXPIRED = 2.0, 0.5, -1.5
"""Weights of the engagement score (Revenue Focus page, customer engagement analysis)."""
KEY, HIGH, RISK, QUIET = "Key account", "High value", "At risk", "Needs engagement"
STATUSES = (KEY, HIGH, RISK, QUIET)
PLAYS = {
    KEY: "Name one account manager; hold an executive review each quarter",
    HIGH: "Keep a regular cadence; look for upsell",
    RISK: "Speak about renewal now, expired products first",
    QUIET: "Reopen the conversation; show what the services did",
}
"""What the document's action framework asks for by status."""
STATES = ("Past end of life", "Expiring", "Current", "Unknown")
QUARTER_DAYS = 91
KEY_PRODUCTS = 3


def _status(view: View) -> pl.Expr:
    limits = view.context.settings.revenue
    return (
        pl.when(pl.col("opportunities") >= limits.key_account_from)
        .then(pl.lit(KEY))
        .when(pl.col("opportunities") >= limits.high_value_from)
        .then(pl.lit(HIGH))
        .when(pl.col("expired") > 0)
        .then(pl.lit(RISK))
        .otherwise(pl.lit(QUIET))
    )


def engagement(view: View, parts: Parts) -> pl.DataFrame:
    """Each top-level account with its engagement score and status, the highest score first.

    score = open opportunities × 2 + assets × 0.5 − expired × 1.5, of what is known: assets is null where no asset is, expired where none
    has an end-of-life date. Status: key account from 10 opportunities, high value from 5 (settings),
    at risk with expired products, else needs engagement. ``at_risk_too`` marks key and high-value accounts that hold expired products.
    ``play`` is what the status asks for; next_action, next_due and expected_value come from the ranked list.
    """
    ranked = propensity_pipeline(view, parts)
    frame = ranked.select(
        "account_id",
        "account_name",
        "territory_id",
        "region",
        "country",
        "predicted_propensity",
        "next_action",
        "next_due",
        "expected_value",
        "estimated",
        "open_value",
    )
    for metric, column in (("open_opportunities", "opportunities"), ("assets", "assets"), ("expired_products", "expired")):
        frame = frame.join(_by_account(view, metric, column), on="account_id", how="left")
    frame = frame.join(_dated(view), on="account_id", how="left")
    frame = frame.join(_by_account(view, "revenue_at_risk", "at_risk", estimated="at_risk_estimated"), on="account_id", how="left")
    counts = ("opportunities", "assets", "expired")
    frame = frame.with_columns(pl.col(name).cast(pl.Int64) for name in counts)
    # no end-of-life date at all says nothing of what has expired; no assets nothing of what is installed
    expired = pl.when(pl.col("dated") > 0).then(pl.col("expired").fill_null(0))
    frame = frame.with_columns(pl.col("opportunities").fill_null(0), assets=pl.when(pl.col("assets") > 0).then("assets"), expired=expired)
    frame = frame.drop("dated")
    known = (pl.col(name).fill_null(0) for name in counts)
    score = pl.sum_horizontal(part * weight for part, weight in zip(known, (PER_OPPORTUNITY, PER_ASSET, PER_EXPIRED), strict=True))
    scored = frame.with_columns(score=score, status=_status(view), at_risk_estimated=pl.col("at_risk_estimated").fill_null(value=False))
    return scored.with_columns(
        at_risk_too=pl.col("status").is_in([KEY, HIGH]) & (pl.col("expired") > 0).fill_null(value=False),
        play=pl.col("status").replace_strict(PLAYS),
    ).sort(["score", "account_id"], descending=[True, False])


def _dated(view: View) -> pl.DataFrame:
    """How many assets of each account state their end of life: account_id, dated."""
    found = metric_by(view, "assets", ("account_id",), ("end_of_life_date!=",)).filter(pl.col("account_id").is_not_null())
    return found.select("account_id", dated="value")


def _by_account(view: View, metric: str, column: str, *, estimated: str | None = None) -> pl.DataFrame:
    found = metric_by(view, metric, ("account_id",), ()).filter(pl.col("account_id").is_not_null())
    kept = [pl.col("value").alias(column), *([pl.col("estimated").alias(estimated)] if estimated else [])]
    return found.select("account_id", *kept)


def portfolio(view: View, _: Parts, category: str | None = None) -> pl.DataFrame:
    """Assets and their value by product category and lifecycle state: product_category, state, assets, value, estimated, unpriced.

    A category whose assets have no price has a null value and still counts. State "Unknown": no end of life stated at all.
    """
    where = (f"product_category={category}",) if category else ()
    by = ("product_category", "lifecycle_state")
    assets = metric_by(view, "assets", by, where).select(*by, assets=pl.col("value").cast(pl.Int64))
    value = metric_by(view, "portfolio_value", by, where).select(*by, "value", "estimated")
    unpriced = metric_by(view, "unpriced_products", by, where).select(*by, unpriced=pl.col("value").cast(pl.Int64))
    frame = assets.join(value, on=by, how="left", nulls_equal=True).join(unpriced, on=by, how="left", nulls_equal=True)
    order = pl.col("assets").sum().over("product_category")
    total = pl.col("value").sum().over("product_category")
    place = pl.col("state").replace_strict({state: number for number, state in enumerate(STATES)})
    return (
        frame.with_columns(state=pl.col("lifecycle_state").fill_null("Unknown"))
        .sort(total, order, "product_category", place, descending=[True, True, False, False], nulls_last=True)
        .select("product_category", "state", "assets", "value", "estimated", "unpriced")
    )


def categories(view: View, _: Parts) -> list[tuple[str, int]]:
    """Product categories of the installed base with their number of assets, the largest first."""
    found = metric_by(view, "assets", ("product_category",), ()).filter(pl.col("product_category").is_not_null())
    return [(str(name), int(count)) for name, count in found.select("product_category", "value").iter_rows()]


def at_risk(view: View, _: Parts, category: str | None = None) -> dict[str, Any]:
    """Revenue at risk with its key products: value, estimated, expired (count; None where no asset states its end of life), unpriced (expired ones without a price), products, territories.

    ``products`` are the names of which the most value is expired; ``territories`` the territories that they are in.
    """
    where = (f"product_category={category}",) if category else ()
    total = metric_by(view, "revenue_at_risk", (), where).row(0, named=True)
    dated = metric_by(view, "assets", (), (*where, "end_of_life_date!="))["value"].item()
    named = metric_by(view, "revenue_at_risk", ("product_name",), where)
    named = named.filter((pl.col("rows") > 0) & pl.col("product_name").is_not_null()).head(KEY_PRODUCTS)
    territories = metric_by(view, "expired_products", ("territory_id",), where).filter(pl.col("value") > 0)
    unpriced = metric_by(view, "unpriced_products", ("is_expired",), where).filter(pl.col("is_expired"))["value"].sum()
    return {
        "value": total["value"],
        "estimated": bool(total["estimated"]),
        "expired": total["rows"] if dated else None,
        "unpriced": int(unpriced or 0),
        "products": list(named.select("product_name", "rows").iter_rows()),
        "territories": territories["territory_id"].drop_nulls().to_list(),
    }


def concentration(view: View, _: Parts, limit: int = 10) -> pl.DataFrame:
    """Accounts by open opportunities, the most first: account_id, account_name, opportunities, share of all open ones."""
    found = metric_by(view, "open_opportunities", ("account_id", "account_name"), ()).filter(pl.col("value") > 0)
    total = found["value"].sum() or 1.0
    known = found.filter(pl.col("account_id").is_not_null())
    return known.select("account_id", "account_name", opportunities=pl.col("value").cast(pl.Int64), share=pl.col("value") / total).head(
        limit
    )


def product_lines(view: View, _: Parts, of: str = "opportunities") -> pl.DataFrame:
    """Share of each product line in the open opportunities (``of="opportunities"``), or of each category in the installed base."""
    metric, column = ("assets", "product_category") if of == "installed" else ("open_opportunities", "product_line")
    found = metric_by(view, metric, (column,), ()).filter(pl.col("value") > 0)
    total = found["value"].sum() or 1.0
    return found.select(line=pl.col(column), count=pl.col("value").cast(pl.Int64), share=pl.col("value") / total)


def growth(view: View, parts: Parts) -> dict[str, Any]:
    """Accounts whose opportunities grow, quarter over quarter.

    ``basis`` says from what: "created" (opportunities created in the last 91 days against the 91 before), "loads" (added less removed by
    the loads of the last 91 days), or None where neither is known. ``rows``: account_id, account_name, before, now, change.
    """
    frame = deals(view, parts).filter(pl.col("account_id").is_not_null())
    day = view.context.as_of
    last, earlier = day - timedelta(days=QUARTER_DAYS), day - timedelta(days=2 * QUARTER_DAYS)
    dated = frame.filter(pl.col("created_date").is_not_null())
    if not dated.is_empty():
        now = (pl.col("created_date") > last).sum().cast(pl.Int64)
        before = ((pl.col("created_date") > earlier) & (pl.col("created_date") <= last)).sum().cast(pl.Int64)
        counts = dated.group_by("account_id").agg(before.alias("before"), now.alias("now"))
        return {"basis": "created", "rows": _grown(view, counts), "since": last}
    news = view.frame("changes").filter((pl.col("table") == "opportunities") & (pl.col("as_of") > last) & (pl.col("as_of") <= day))
    if news.is_empty():
        return {"basis": None, "rows": None, "since": last}
    still = frame.filter(pl.col("state") == OPEN).group_by("account_id").agg(pl.len().cast(pl.Int64).alias("now"))
    moved = news.group_by("account_id").agg(
        ((pl.col("change") == "added").sum().cast(pl.Int64) - (pl.col("change") == "removed").sum().cast(pl.Int64)).alias("net")
    )
    counts = still.join(moved, on="account_id", how="full", coalesce=True).with_columns(pl.col("now", "net").fill_null(0))
    return {
        "basis": "loads",
        "rows": _grown(view, counts.select("account_id", before=pl.col("now") - pl.col("net"), now="now")),
        "since": last,
    }


def _grown(view: View, counts: pl.DataFrame) -> pl.DataFrame:
    names = view.frame("accounts", ["account_id", "account_name"]).unique("account_id")
    grown = counts.with_columns(change=pl.col("now") - pl.col("before")).filter(pl.col("change") > 0)
    return grown.join(names, on="account_id", how="left").sort(["change", "account_id"], descending=[True, False])


def likely(view: View, parts: Parts) -> dict[str, Any]:
    """Opportunities most likely to close: open ones of accounts whose class is surer than the limit (a setting).

    ``source`` is what propensity rests on; a count is given for outcomes only (a calibrated probability), else None: agreement with rules
    and thirds of a score are no chance of winning. ``accounts`` counts the High accounts by rule or by score, in a word and not as a chance.
    """
    frame = propensity_pipeline(view, parts)
    source = str(frame["label_source"].first() or "none")
    limit = view.context.settings.revenue.likely_above
    sure = frame.filter((pl.col("probability") > limit) if source == "outcomes" else (pl.col("predicted_propensity") == "High"))
    opportunities = int(sure["opportunities"].sum() or 0)
    return {
        "source": source,
        "limit": limit,
        "count": opportunities if source == "outcomes" else None,
        "accounts": sure.height,
        "opportunities": opportunities,
    }


def scoring(view: View, parts: Parts) -> pl.DataFrame:
    """Open deals with an amount, placed: value, chance (of the account's calibrated model, else null), propensity, days_to_close, tier."""
    frame = deals(view, parts).filter((pl.col("state") == OPEN) & pl.col("value").is_not_null())
    chances = propensity_pipeline(view, parts).select(
        "account_id", "probability", "probability_low", "probability_high", "predicted_propensity", "label_source"
    )
    return frame.join(chances, on="account_id", how="left", maintain_order="left").select(
        "opportunity_id",
        "opportunity_name",
        "account_id",
        "account_name",
        "stage",
        "product_line",
        "value",
        "probability",
        "probability_low",
        "probability_high",
        "predicted_propensity",
        "label_source",
        "days_to_close",
        "close_date",
    )


def sums_by(frame: pl.DataFrame, column: str, day: str, since: date | None) -> pl.DataFrame:
    """Sums of ``column`` by month of ``day``: month (its first day), value, rows."""
    known = frame.filter(pl.col(day).is_not_null())
    known = known if since is None else known.filter(pl.col(day) >= since)
    return (
        known.group_by(month=pl.col(day).dt.truncate("1mo"))
        .agg(known_sum(column).alias("value"), pl.len().cast(pl.Int64).alias("rows"))
        .sort("month")
    )


def chosen_accounts(view: View, _: Parts, names: Sequence[str]) -> list[str]:
    """Top-level ids of accounts given by id or name. Raises UnknownNameError for one that is not there."""
    return list(dict.fromkeys(view.account_id(name) for name in names))
