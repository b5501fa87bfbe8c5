"""Planned renewal: assets that reach end of life in the year after next."""

from __future__ import annotations

import polars as pl

from onelead.rules._assets import asset_areas, asset_flags, by, by_category, first_on, left_out, noun, opener_fields, where_dates
from onelead.rules._proposal import Rule, RuleInput, proposals
from onelead.rules._text import json_object, plural, sentences


def propose(given: RuleInput) -> pl.DataFrame:
    """Products of one category reach their end of life in 366 to 730 days (settings; both days count): time to plan and budget.

    Who: every account with such assets, one action for each product category, unless a more urgent renewal of that category stands: then
    this is named among its risk flags.
    Worth: contract values, else replacement value from the price book (estimated); unpriced assets are counted, not valued. All of it
    counts as revenue at risk. Chance and range as for every renewal.
    Sure: High, as end-of-life dates are the vendor's own; Medium while the account's identity is under review.
    """
    settings = given.context.settings.actions
    first_day, last_day = by(settings.critical_eol_days, given), by(settings.planned_eol_days, given)
    frame = by_category(given, (pl.col("eol") > first_day) & (pl.col("eol") <= last_day), date_column="eol", value_column="value")
    return proposals(
        frame,
        title=pl.lit("Plan the renewal of ") + noun(),
        why=noun() + plural(pl.col("evidence_count"), " reaches", " reach") + pl.lit(" end of life") + first_on() + left_out(),
        due_date=pl.lit(by(RULE.due_days, given)),
        revenue_at_risk=pl.col("value"),
        evidence_table="assets",
        evidence_where=where_dates("end_of_life_date", {">": first_day, "<=": last_day}),
        next_steps=sentences(
            "Ask when the account's next budget is set, and who decides",
            pl.lit("Draw up a refresh plan for ") + noun(),
            "Agree on a date to look at it together",
        ),
        opportunity_areas=sentences(
            *asset_areas(pl.lit("Planned refresh of ") + pl.col("product_category").fill_null("uncategorised assets"))
        ),
        risk_flags=sentences(*asset_flags()),
        template="planned_renewal",
        parameters=json_object(opener_fields()),
    )


RULE = Rule(
    id="planned_renewal",
    label="Planned renewal",
    kind="renewals",
    priority=4,
    timeline="Within 180 days",
    due_days=180,
    urgency="Medium",
    template="planned_renewal",
    propose=propose,
    group="renewal",
    fits=("assess", "plan", "roadmap", "refresh", "upgrade", "moderni", "consolidat"),
    priced=True,
)
