"""General follow-up: nothing is due at the account."""

from __future__ import annotations

import polars as pl

from onelead.rules._assets import by
from onelead.rules._evidence import whole_account
from onelead.rules._proposal import Rule, RuleInput, proposals
from onelead.rules._text import counted, flag, json_object, plural, sentences


def propose(given: RuleInput) -> pl.DataFrame:
    """None of the other rules found anything at the account: a routine check-in keeps it so.

    Who: every account without another action.
    Worth: unknown, as nothing is for sale.
    Evidence: the account's assets, else its projects, opportunities, or its own entry: what was looked at and gave no reason to act.
    Sure: Medium; Low for an identity under review.
    """
    frame = whole_account(given, given.engagement, ("assets", "projects", "opportunities", "accounts"))
    return proposals(
        frame,
        subject="Check-in",
        title="Check in",
        why=pl.lit("Nothing is due: ") + _on_record(),
        due_date=pl.lit(by(RULE.due_days, given)),
        doubts=1,
        next_steps=sentences(
            "Ask what has changed, and what is planned",
            flag(
                pl.col("open_opportunities") > 0,
                pl.lit("Ask where the ")
                + counted(pl.col("open_opportunities"), "open opportunity", "open opportunities")
                + plural(pl.col("open_opportunities"), " stands", " stand"),
            ),
            "Note contacts, products and plans that are missing here",
        ),
        opportunity_areas=sentences("Account review"),
        template="follow_up",
        parameters=json_object({"account_name": pl.col("account_name"), "assets": pl.col("assets"), "projects": pl.col("projects")}),
    )


def _on_record() -> pl.Expr:
    parts = [
        counted(pl.col("assets"), "asset", "assets"),
        counted(pl.col("projects"), "project", "projects"),
        counted(pl.col("open_opportunities"), "open opportunity", "open opportunities"),
    ]
    return pl.concat_str(parts, separator=", ") + pl.lit(" on record")


RULE = Rule(
    id="general_follow_up",
    label="General follow-up",
    priority=1,
    timeline="Within 180 days",
    due_days=180,
    urgency="Low",
    template="follow_up",
    propose=propose,
    only_alone=True,
    fits=("review", "health check"),
)
