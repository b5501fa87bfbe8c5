"""Refresh: products at the end of their life for which the refresh table names a successor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.rules._assets import asset_areas, asset_flags, by, by_category, left_out, listed, noun, opener_fields
from onelead.rules._evidence import where_category
from onelead.rules._proposal import Rule, RuleInput, proposals
from onelead.rules._text import flag, json_object, plural, sentences, written_out

if TYPE_CHECKING:
    from datetime import date


BY = ("product_name", "product_id", "product_category")
LATER_DAYS = 180
"""Where nothing has ended yet, so many days are left to plan."""


def propose(given: RuleInput) -> pl.DataFrame:
    """Products have passed their end of life or service life, or reach the end of life within two years, and have a successor.

    Who: every account with products that the refresh table (a setting, shipped with examples) names by product name, product id or
    category, one action for each product category; the two years are 730 days, a setting. The same products are the subject of renewals, and an account keeps one
    renewal action a category, the one of the highest priority: a critical renewal keeps its place, names the successor among its areas and this among its
    risk flags; over a planned renewal the refresh wins, as it says what to move to. No product's money counts twice.
    Worth: the successors' prices from the price book, else the contract or replacement values of the products (estimated); unpriced
    products are counted, not valued. It counts as revenue at risk as every renewal does.
    Chance: the recorded success rate of such actions, an assumption until there are enough outcomes.
    Due: in 90 days where something has passed its end of life or service life, else in 180 days.
    Sure: High, as the dates are the vendor's own; one step less for an identity under review.
    """
    last_day = by(given.context.settings.actions.planned_eol_days, given)
    ends = (pl.col("eol") <= last_day).fill_null(value=False) | pl.col("eos_past")
    named = pl.col("successor").is_not_null() & ends
    frame = by_category(given, named, date_column="eol", value_column="refresh_value", book_column="refresh_from_book")
    past = (pl.col("past") > 0) | (pl.col("eos_past") > 0)
    to = listed(pl.col("successors"))
    return proposals(
        frame,
        title=pl.lit("Refresh ") + noun() + pl.lit(" to ") + to,
        why=_why(to) + left_out(),
        due_date=pl.when(past).then(pl.lit(by(RULE.due_days, given))).otherwise(pl.lit(by(LATER_DAYS, given))),
        revenue_at_risk=pl.col("value"),
        evidence_table="assets",
        evidence_where=_where(given, last_day),
        next_steps=sentences(
            pl.lit("Confirm with the account which of the products are still in use"),
            pl.lit("Show what the move to ") + to + pl.lit(" takes, step by step"),
            flag(pl.col("unsupported") > 0, pl.lit("Agree on interim support for what has none")),
        ),
        opportunity_areas=sentences(*asset_areas()),
        risk_flags=sentences(*asset_flags()),
        template=pl.when(past).then(pl.lit("refresh_past")).otherwise(pl.lit("refresh_ahead")),
        parameters=json_object({**opener_fields(), "successors": to}),
    )


def _why(to: pl.Expr) -> pl.Expr:
    """One sentence: 5 x86 Premium Servers passed end of life, the first on 2019-03-31, and DL360 Gen11 succeeds them."""
    count, past, gone = pl.col("evidence_count"), pl.col("past"), pl.col("eos_past")
    first = plural(count, " on ", ", the first on ") + written_out(pl.col("first"))
    some = pl.lit(" passed or will reach end of life") + first
    state = (
        pl.when(past == count)
        .then(pl.lit(" passed end of life") + first)
        .when(past > 0)
        .then(some)
        .when(pl.col("first").is_not_null())
        .then(plural(count, " reaches", " reach") + pl.lit(" end of life") + first)
        .when(gone > 0)
        .then(pl.lit(" passed end of service life"))
    )
    return (
        noun()
        + state
        + pl.lit(", and ")
        + to
        + plural(pl.col("successors").list.len(), " succeeds", " succeed")
        + plural(count, " it", " them")
    )


def _where(given: RuleInput, last_day: date) -> pl.Expr:
    """Finds the same rows again: category, products that the table names, and a life or service life that ends."""
    table = {key.lower() for key in given.context.settings.metrics.successors}
    assets = given.frames("assets")
    ends = {
        "any": [
            {"end_of_life_date": {"<=": last_day.isoformat()}},
            {"end_of_service_date": {"<": given.context.as_of.isoformat()}},
        ]
    }
    named = {name: sorted(value for value in assets[name].drop_nulls().unique() if value.lower() in table) for name in BY}
    return where_category([{name: {"in": values}, **ends} for name, values in named.items() if values])


RULE = Rule(
    id="refresh",
    label="Refresh to a successor",
    kind="cross_sell",
    priority=5,
    timeline="Within 90 days",
    due_days=90,
    urgency="Medium",
    template="refresh_past",
    propose=propose,
    group="renewal",
    fits=("refresh", "upgrade", "migrat", "replac", "moderni", "transition", "consolidat"),
    priced=True,
)
