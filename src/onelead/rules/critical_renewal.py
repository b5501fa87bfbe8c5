"""Critical renewal: assets past end of life, or soon to be."""

from __future__ import annotations

import polars as pl

from onelead.rules._assets import asset_areas, asset_flags, by, by_category, first_on, left_out, noun, opener_fields, where_dates
from onelead.rules._proposal import Rule, RuleInput, proposals
from onelead.rules._text import counted, flag, json_object, plural, sentences, thousands, written_out

LEAD_DAYS = 90
"""A renewal takes about a quarter: so long before the end of life it is due, and in a quarter at the latest."""


def propose(given: RuleInput) -> pl.DataFrame:
    """Products of one category have passed their end of life, or reach it within a year (365 days, a setting; the last day counts).

    Who: every account with such assets, one action for each product category. An account keeps one renewal action a category, the most
    urgent: what the other renewal rules found there is named among its risk flags, and the earlier due date counts.
    Worth: the contract values of these assets, else their replacement value from the price book (estimated); assets without either are
    counted, not valued. All of it counts as revenue at risk. The chance is the recorded success rate of such actions, an assumption until
    there are enough outcomes; the range spans its uncertainty and that of the price book.
    Due: in 7 days where something has passed its end of life. Where all of it is still ahead, 90 days before the first end of life, but
    not before 7 days and not after 90 days from now.
    Sure: High, as end-of-life dates are the vendor's own; Medium while the account's identity is under review.
    """
    last_day = by(given.context.settings.actions.critical_eol_days, given)
    rows = pl.col("eol") <= last_day
    frame = by_category(given, rows, date_column="eol", value_column="value")
    ahead = pl.col("evidence_count") - pl.col("past")
    return proposals(
        frame,
        title=_title(),
        why=_why(ahead),
        due_date=_due(given),
        revenue_at_risk=pl.col("value"),
        evidence_table="assets",
        evidence_where=where_dates("end_of_life_date", {"<=": last_day}),
        next_steps=sentences(
            _confirm(),
            flag(
                pl.col("unsupported") > 0,
                pl.lit("Agree on interim support for ") + _bare() + pl.lit(" without cover"),
            ),
            "Offer two ways forward: a move to current products, and extended cover until then",
        ),
        opportunity_areas=sentences(*asset_areas(pl.lit("Replacement of ") + pl.col("product_category").fill_null("uncategorised assets"))),
        risk_flags=sentences(*asset_flags()),
        template=pl.when(pl.col("past") > 0).then(pl.lit("critical_renewal_past")).otherwise(pl.lit("critical_renewal_upcoming")),
        parameters=json_object(
            {**opener_fields(), "past": pl.col("past"), "ahead": ahead, "next_date": written_out(pl.col("ahead_first"))}
        ),
    )


def _due(given: RuleInput) -> pl.Expr:
    soonest = pl.lit(by(RULE.due_days, given))
    in_time = pl.min_horizontal(pl.col("first") - pl.duration(days=LEAD_DAYS), pl.lit(by(LEAD_DAYS, given)))
    return pl.when(pl.col("past") > 0).then(soonest).otherwise(pl.max_horizontal(soonest, in_time))


def _bare() -> pl.Expr:
    return pl.when(pl.col("unsupported") == 1).then(pl.lit("the one")).otherwise(pl.lit("the ") + thousands(pl.col("unsupported")))


def _confirm() -> pl.Expr:
    many = pl.lit("Confirm with the account which of the ") + noun() + pl.lit(" are still in use")
    return pl.when(pl.col("evidence_count") == 1).then(pl.lit("Confirm with the account that the product is still in use")).otherwise(many)


def _title() -> pl.Expr:
    some = pl.lit(" (") + thousands(pl.col("past")) + pl.lit(" of them past end of life)")
    past = pl.when(pl.col("past") == pl.col("evidence_count")).then(pl.lit(" past end of life"))
    return pl.lit("Renew ") + noun() + past.when(pl.col("past") > 0).then(some).otherwise(pl.lit(" before end of life"))


def _why(ahead: pl.Expr) -> pl.Expr:
    """The sentence "5 x86 Premium Servers passed end of life, the first on …"; assets with the date still ahead are told apart."""
    some_past, some_ahead = pl.col("past") > 0, ahead > 0
    in_past = pl.when(some_past & ~some_ahead).then(pl.lit(" passed end of life"))
    verb = (
        in_past.when(some_past)
        .then(pl.lit(" passed or will soon reach end of life"))
        .otherwise(plural(pl.col("evidence_count"), " reaches end of life", " reach end of life"))
    )
    still = pl.lit("; ") + counted(ahead, "still reaches it", "still reach it") + pl.lit(", next on ") + written_out(pl.col("ahead_first"))
    return noun() + verb + first_on() + pl.when(some_past & some_ahead).then(still).otherwise(pl.lit("")) + left_out()


RULE = Rule(
    id="critical_renewal",
    label="Critical renewal",
    kind="renewals",
    priority=10,
    timeline="At once",
    due_days=7,
    urgency="Critical",
    template="critical_renewal_past",
    propose=propose,
    group="renewal",
    fits=("refresh", "upgrade", "migrat", "replac", "renew", "retire", "transition", "exit", "health check"),
    priced=True,
)
