"""Contracts that end within a window: support of assets by product category, and credit contracts by account."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from onelead.rules._assets import asset_areas, asset_flags, by, by_category, first_on, left_out, noun, opener_fields, where_dates
from onelead.rules._credits import SUBJECT, ending, ending_title, ending_where, ending_why
from onelead.rules._proposal import PROPOSAL, RuleInput, proposals
from onelead.rules._text import amount, flag, json_object, plural, sentences, written_out

if TYPE_CHECKING:
    from datetime import date


def ending_contracts(given: RuleInput, *, after: int, until: int, due_days: int) -> pl.DataFrame:
    """Proposals for support and credit contracts that end more than ``after`` and at most ``until`` days from the as-of date."""
    due = by(due_days, given)
    both = [_support(given, after=after, until=until, due=due), _credit_contracts(given, after=after, until=until, due=due)]
    return pl.concat(both).select(PROPOSAL.names())


def _support(given: RuleInput, *, after: int, until: int, due: date) -> pl.DataFrame:
    days = pl.col("support_days")
    frame = by_category(given, (days > after) & (days <= until), date_column="support", value_column="support_value")
    past_life = pl.lit("A year of support on ") + pl.col("product_category").fill_null("uncategorised assets")
    window = {">": given.context.as_of + timedelta(days=after), "<=": given.context.as_of + timedelta(days=until)}
    return proposals(
        frame,
        title=pl.lit("Renew support on ") + noun() + pl.lit(" before ") + written_out(pl.col("first")),
        why=pl.lit("Support on ") + noun() + pl.lit(" ends") + first_on() + _last_on() + left_out(),
        due_date=pl.min_horizontal(pl.lit(due), pl.col("first")),
        revenue_at_risk=pl.col("value"),
        evidence_table="assets",
        evidence_where=where_dates("support_end_date", window),
        next_steps=sentences(
            pl.lit("Send the renewal quote for ") + noun(),
            "Ask whether the level of support still suits how the products are used",
            flag(pl.col("eos_past") > 0, pl.lit("Say which products no longer qualify for support, and what replaces them")),
        ),
        opportunity_areas=sentences(*asset_areas(past_life)),
        risk_flags=sentences(*asset_flags()),
        template="support_ending",
        parameters=json_object(opener_fields()),
    )


def _last_on() -> pl.Expr:
    several = pl.col("last") > pl.col("first")
    return flag(several, pl.lit(", the last on ") + written_out(pl.col("last"))).fill_null("")


def _credit_contracts(given: RuleInput, *, after: int, until: int, due: date) -> pl.DataFrame:
    prices = given.context.settings.prices
    value = pl.col("purchased") * prices.credit
    unused = pl.when(pl.col("unused") > 0).then(pl.col("unused"))
    return proposals(
        ending(given, after=after, until=until),
        subject=SUBJECT,
        title=ending_title(),
        why=ending_why(),
        due_date=pl.min_horizontal(pl.lit(due), pl.col("first")),
        value=value,
        value_low=value * (1 - prices.spread),
        value_high=value * (1 + prices.spread),
        estimated=value.is_not_null(),
        revenue_at_risk=value,
        doubts=(pl.col("bucketed") > 0).cast(pl.Int64),
        evidence_table="service_credits",
        evidence_where=ending_where(given, after=after, until=until),
        next_steps=sentences(
            flag(unused.is_not_null(), pl.lit("Plan services for the ") + amount(unused) + pl.lit(" unused credits before they lapse")),
            "Size the next credit contract by what was used",
            flag(pl.col("bucketed") > 0, pl.lit("Look up the exact end date: the export gives a range of days only")),
        ),
        opportunity_areas=sentences("Renewal of the credit contract", flag(unused.is_not_null(), pl.lit("Delivery of unused credits"))),
        risk_flags=sentences(
            flag(
                unused.is_not_null(),
                amount(unused)
                + plural(unused, " service credit lapses", " service credits lapse")
                + pl.lit(" if unused by ")
                + written_out(pl.col("first")),
            ),
        ),
        template="credits_ending",
        parameters=json_object(_credit_fields()),
    )


def _credit_fields() -> dict[str, pl.Expr]:
    return {
        "account_name": pl.col("account_name"),
        "greeting": pl.col("greeting"),
        "count": pl.col("evidence_count"),
        "purchased": pl.coalesce(amount(pl.col("purchased")), pl.lit("your")),
        "unused": pl.col("unused").fill_null(0.0),
        "unused_text": amount(pl.col("unused").fill_null(0.0)),
        "by_date": written_out(pl.col("first")),
    }
