"""Use cases: contracts and support: what can be put together, what is priced below its value, what runs without service, what ends when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import polars as pl

from onelead.tables import assets, service_credits
from onelead.workspace.asking import metric_by
from onelead.workspace.worth import seen

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

SEVERAL = 2
MONTHS = 24
UNDERPRICED = 0.8
"""A contract that costs less than this share of the reference is told as low."""


def consolidation(view: View, _: Parts) -> pl.DataFrame:
    """Accounts with several service agreements, the most first: agreements, assets, ends (different support ends), yearly, region.

    ``yearly`` is the stated contract value. Empty where the data names no agreement.
    """
    rows = seen(view, "assets")
    rows = rows.filter(assets.counted(rows), rows.account_id.notnull(), rows.service_agreement_id.notnull())
    rows = rows.mutate(end=assets.plausible_support_end(rows, view.context))
    found = view.own.execute(
        rows.group_by("account_id").aggregate(
            agreements=rows.service_agreement_id.nunique(),
            assets=rows.count(),
            ends=rows.end.nunique(),
            first_end=rows.end.min(),
            last_end=rows.end.max(),
            yearly=rows.contract_value.sum(),
        )
    )
    names = view.frame("accounts", ["account_id", "account_name"]).unique("account_id")
    several = found.filter(pl.col("agreements") >= SEVERAL).join(names, on="account_id", how="left")
    return several.sort(["agreements", "assets", "account_id"], descending=[True, True, False])


def pricing(view: View, _: Parts) -> pl.DataFrame:
    """Accounts by what their contracts cost against the reference price of support on the same assets, the cheapest first.

    reference = the support share of the price book's replacement value (settings: an assumption); ratio = stated ÷ reference, over assets
    that state a contract value and have a price. Empty where no asset states one.
    """
    settings = view.context.settings.prices
    book = pl.DataFrame(
        {"category": [name.lower() for name in settings.price_book], "price": list(settings.price_book.values())},
        schema={"category": pl.String, "price": pl.Float64},
    )
    stated = metric_by(view, "portfolio_value", ("account_id", "account_name", "product_category"), ("is_estimated=false",))
    priced = stated.filter(pl.col("account_id").is_not_null() & pl.col("value").is_not_null()).join(
        book, left_on=pl.col("product_category").str.to_lowercase(), right_on="category", how="inner"
    )
    found = priced.group_by("account_id", "account_name").agg(
        pl.col("rows").sum().cast(pl.Int64).alias("assets"),
        pl.col("value").sum().alias("stated"),
        (pl.col("rows") * pl.col("price") * settings.support_share).sum().alias("reference"),
    )
    ratio = pl.when(pl.col("reference") > 0).then(pl.col("stated") / pl.col("reference"))
    return found.with_columns(ratio=ratio, low=ratio < UNDERPRICED, gap=pl.col("reference") - pl.col("stated")).sort(
        ["ratio", "account_id"], nulls_last=True
    )


def attach(view: View, _: Parts, category: str | None = None) -> pl.DataFrame:
    """Support by product category, the most uncovered first: assets, supported, coverage, uncovered, potential, estimated.

    potential = a year of support on what runs without, at the support share of its value (an estimate); null where nothing is priced.
    """
    where = (f"product_category={category}",) if category else ()
    by = ("product_category", "is_supported")
    counts = metric_by(view, "assets", by, where)
    value = metric_by(view, "portfolio_value", by, where).select(*by, "value")
    joined = counts.select(*by, assets=pl.col("value").cast(pl.Int64)).join(value, on=by, how="left", nulls_equal=True)
    on = pl.col("is_supported")
    share = view.context.settings.prices.support_share
    found = joined.group_by("product_category").agg(
        pl.col("assets").sum(),
        pl.col("assets").filter(on).sum().alias("supported"),
        (pl.col("value").filter(~on).sum() * share).alias("potential"),
        pl.col("value").filter(~on).count().alias("priced"),
    )
    return (
        found.with_columns(
            coverage=pl.col("supported") / pl.col("assets"),
            uncovered=pl.col("assets") - pl.col("supported"),
            potential=pl.when(pl.col("priced") > 0).then("potential"),
            estimated=pl.lit(value=True),
        )
        .drop("priced")
        .sort(["uncovered", "product_category"], descending=[True, False])
    )


def ending(view: View, _: Parts, months: int = MONTHS) -> pl.DataFrame:
    """What ends in each of the coming months: month, kind (support, credits, end of life), count, value, estimated, unpriced.

    Support: a year of it, by the contract value, else the support share of the replacement value. Credits: what is unused of
    the contracts that end (purchased less delivered, never below zero), at the price of a credit; unpriced where deliveries are unknown. End of life: the replacement value. Value null: nothing of it is priced.
    """
    kinds = [_support_ends(view), _credit_ends(view), _life_ends(view)]
    frame = pl.concat([view.own.execute(kind).select(_ENDING) for kind in kinds])
    first = pl.lit(view.context.as_of).dt.truncate("1mo")
    ahead = frame.filter((pl.col("month") >= first) & (pl.col("month") < first.dt.offset_by(f"{months}mo")))
    return ahead.sort("month", "kind")


_ENDING = ("month", "kind", "count", "value", "estimated", "unpriced")


def _support_ends(view: View) -> ibis.Table:
    rows = seen(view, "assets")
    rows = rows.filter(assets.counted(rows))
    share = view.context.settings.prices.support_share
    year = ibis.coalesce(rows.contract_value, assets.unit_value(rows, view.context) * share)
    rows = rows.mutate(end=assets.plausible_support_end(rows, view.context), worth=year, guessed=rows.contract_value.isnull())
    return _by_month(rows, view, "support")


def _life_ends(view: View) -> ibis.Table:
    rows = seen(view, "assets")
    rows = rows.filter(assets.counted(rows))
    worth = assets.unit_value(rows, view.context)
    rows = rows.mutate(end=assets.end_of_life(rows, view.context), worth=worth, guessed=rows.contract_value.isnull())
    return _by_month(rows, view, "end of life")


def _credit_ends(view: View) -> ibis.Table:
    rows = seen(view, "service_credits")
    rows = rows.filter(~rows.is_repeat)
    rows = rows.filter(rows.purchased_credits > 0)
    unused = service_credits.unused(rows)
    # more delivered than purchased leaves nothing to lose; what is unknown stays unknown
    worth = ibis.ifelse(unused < 0, 0.0, unused) * view.context.settings.prices.credit
    rows = rows.mutate(end=service_credits.contract_end(rows, view.context), worth=worth, guessed=ibis.literal(value=True))
    return _by_month(rows, view, "credits")


def _by_month(rows: ibis.Table, view: View, kind: str) -> ibis.Table:
    ahead = rows.filter(rows.end >= ibis.literal(view.context.as_of))
    ahead = ahead.mutate(month=ahead.end.truncate("M").cast("date"))
    return ahead.group_by("month").aggregate(
        kind=ibis.literal(kind),
        count=ahead.count(),
        value=ahead.worth.sum(),
        estimated=(ahead.guessed & ahead.worth.notnull()).any(),
        unpriced=ahead.count(where=ahead.worth.isnull()),
    )
