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
        why=pl.lit("Nothing is due: ") + _on_record(given.delivered),
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
        parameters=json_object(
            {
                "account_name": pl.col("account_name"),
                "greeting": pl.col("greeting"),
                "assets": pl.col("assets"),
                "projects": pl.col("projects"),
            }
        ),
    )


def _on_record(delivered: frozenset[str]) -> pl.Expr:
    """How much is on record, such as "2 assets, 1 project on record": what was not delivered at all is not counted as none."""
    nouns = {
        "assets": ("assets", "asset", "assets"),
        "projects": ("projects", "project", "projects"),
        "opportunities": ("open_opportunities", "open opportunity", "open opportunities"),
    }
    told = [
        flag((pl.col(column) > 0) | pl.lit(table in delivered), counted(pl.col(column), one, many))
        for table, (column, one, many) in nouns.items()
    ]
    listed = pl.concat_str(told, separator=", ", ignore_nulls=True)
    return pl.when(listed == "").then(pl.lit("nothing but the account itself")).otherwise(listed) + pl.lit(" on record")


RULE = Rule(
    id="general_follow_up",
    label="General follow-up",
    kind="relationship",
    priority=1,
    timeline="Within 180 days",
    due_days=180,
    urgency="Low",
    template="follow_up",
    propose=propose,
    only_alone=True,
    fits=("review", "health check"),
)
