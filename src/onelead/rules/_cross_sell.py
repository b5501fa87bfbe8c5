"""Cross-sell proposals: for accounts with few platforms, by the class of their propensity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.rules._assets import by
from onelead.rules._evidence import whole_account
from onelead.rules._projects import typical_values
from onelead.rules._proposal import proposals
from onelead.rules._services import topic_of
from onelead.rules._text import counted, flag, json_object, sentences, thousands
from onelead.rules._whitespace import no_suggestions, platforms, suggestions

if TYPE_CHECKING:
    from onelead.rules._proposal import RuleInput

SUBJECT = "Platform expansion"
"""One cross-sell action an account: what to offer may change with the data, what was dismissed stays dismissed."""


def cross_sell(given: RuleInput, propensity: str, due_days: int) -> pl.DataFrame:
    """Proposals for accounts of the propensity class with at most so many platforms (a setting), with rows on record to go by.

    Where no asset reached any account, the platforms of all are unknown, and nothing is proposed.
    """
    settings = given.context.settings.actions
    owned = platforms(given)
    narrow = pl.col("platforms") <= settings.cross_sell_max_platforms
    frame = (
        given.scores.filter((pl.col("predicted_propensity") == propensity) & (not owned.is_empty()))
        .select("account_id", "probability", "probability_low", "probability_high", "label_source")
        .join(given.engagement, on="account_id", how="inner", maintain_order="left")
        .join(owned, on="account_id", how="left", maintain_order="left")
        .with_columns(pl.col("platforms").fill_null(0))
        .filter(narrow)
    )
    offers = suggestions(owned, settings.whitespace_share) if frame.height else no_suggestions()
    frame = whole_account(
        given, frame.join(offers, on="account_id", how="left", maintain_order="left"), ("assets", "projects", "opportunities")
    )
    frame = frame.with_columns(topic=topic_of(pl.col("offer"), settings))
    frame = typical_values(given, frame.filter(pl.col("evidence_count") > 0), comparable=owned.filter(narrow)["account_id"])
    return _proposed(given, frame, propensity, due_days)


def _proposed(given: RuleInput, frame: pl.DataFrame, propensity: str, due_days: int) -> pl.DataFrame:
    source, has_offer = pl.col("label_source"), pl.col("offer").is_not_null()
    learned = source == "outcomes"
    current = pl.col("categories").list.join(" and ")
    columns = ("account_name", "greeting", "offer", "both", "owners", "beside", "projects")
    template = pl.when(has_offer).then(pl.lit("cross_sell_platform")).when(pl.col("platforms") > 0).then(pl.lit("cross_sell_gap"))
    return proposals(
        frame,
        subject=SUBJECT,
        title=pl.when(has_offer).then(pl.lit("Offer ") + pl.col("offer")).otherwise(pl.lit("Broaden what the account runs")),
        why=_base(current) + pl.lit(f", and its propensity is {propensity}") + _others().fill_null("") + _basis().fill_null(""),
        due_date=pl.lit(by(due_days, given)),
        estimated=pl.col("value").is_not_null(),
        propensity=pl.when(learned).then(pl.col("probability")),
        propensity_low=pl.when(learned).then(pl.col("probability_low")),
        propensity_high=pl.when(learned).then(pl.col("probability_high")),
        doubts=source.replace_strict({"outcomes": 0, "rules": 1, "none": 2}, return_dtype=pl.Int64)
        + 2 * (pl.col("assets") == 0).cast(pl.Int64),
        next_steps=_steps(),
        opportunity_areas=sentences(
            pl.coalesce(pl.lit("Platform: ") + pl.col("offer"), pl.lit(SUBJECT)), pl.lit("Practice: ") + pl.col("topic")
        ),
        risk_flags=_flags(),
        template=template.otherwise(pl.lit("cross_sell_first")),
        parameters=json_object({"current": current, **{name: pl.col(name) for name in columns}}),
    )


def _others() -> pl.Expr:
    both, owners = thousands(pl.col("both")), thousands(pl.col("owners"))
    return pl.format("; {} of {} accounts with {} also run {}", both, owners, "beside", "offer")


def _basis() -> pl.Expr:
    return pl.lit("; valued as ") + pl.col("value_basis")


def _steps() -> pl.Expr:
    offer, deals = pl.col("offer"), pl.col("open_opportunities")
    first = (
        pl.lit("Check the ") + counted(deals, "open opportunity", "open opportunities") + pl.lit(" first, so that no offer is made twice")
    )
    return sentences(
        pl.coalesce(
            pl.lit("Ask how ") + offer + pl.lit(" is covered today, and by whom"),
            pl.lit("Ask which parts of the infrastructure other vendors run today"),
        ),
        flag(deals > 0, first),
        "Agree on one workload to start with and size it",
    )


def _flags() -> pl.Expr:
    source = pl.col("label_source")
    return sentences(
        flag(source == "rules", pl.lit("The propensity rests on rules, not on observed outcomes")),
        flag(source == "none", pl.lit("The propensity is a third of the documented score: too few accounts to learn from")),
        flag(pl.col("assets") == 0, pl.lit("No installed product on record: the installed base may be incomplete")),
    )


def _base(current: pl.Expr) -> pl.Expr:
    return (
        pl.when(pl.col("platforms") == 0)
        .then(
            pl.when(pl.col("assets") > 0)
            .then(pl.lit("The account's assets name no platform"))
            .otherwise(pl.lit("The account has no installed product on record"))
        )
        .otherwise(
            pl.lit("The account runs ") + counted(pl.col("platforms"), "platform", "platforms") + pl.lit(" (") + current + pl.lit(")")
        )
    )
