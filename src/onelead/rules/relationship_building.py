"""Relationship building: nothing happened with the account for a while."""

from __future__ import annotations

import polars as pl

from onelead.rules._assets import by
from onelead.rules._evidence import whole_account
from onelead.rules._proposal import Rule, RuleInput, proposals
from onelead.rules._text import counted, distance, flag, json_object, sentences, span, written_out


def propose(given: RuleInput) -> pl.DataFrame:
    """No project, opportunity or other contact for 180 days (a setting; the 180th day counts), or none on record at all.

    Where neither projects nor opportunities were delivered for anybody, contact is unknown, and nothing is said.

    Who: accounts whose last day of contact lies that far back. A won or open project is contact until it ends, a lost bid on the day it was
    made, an open opportunity as long as it is open, a closed one when it closed. Where nothing is dated and no opportunity is open, there
    is no contact on record.
    Worth: unknown, as nothing is for sale yet; so the list ranks it by priority alone.
    Evidence: the account's projects, else its opportunities, assets, or its own entry.
    Sure: Medium, as contact that no export shows may have happened; Low for an identity under review.
    """
    quiet = given.context.settings.actions.quiet_days
    days = (pl.lit(given.context.as_of) - pl.col("engaged")).dt.total_days()
    everybody = given.engagement if given.delivered else given.engagement.clear()
    frame = everybody.with_columns(quiet_days=days).filter(pl.col("quiet_days").is_null() | (pl.col("quiet_days") >= quiet))
    frame = whole_account(given, frame, ("projects", "opportunities", "assets", "accounts"))
    known = pl.col("engaged").is_not_null()
    since = pl.lit(" since ") + written_out(pl.col("engaged")) + pl.lit(" (") + distance(-pl.col("quiet_days")) + pl.lit(")")
    return proposals(
        frame,
        subject="Contact",
        title=pl.when(known)
        .then(pl.lit("Get back in touch after ") + span(pl.col("quiet_days")))
        .otherwise(pl.lit("Get in touch: no contact on record")),
        why=pl.when(known)
        .then(pl.lit("No project, opportunity or other contact") + since)
        .otherwise(pl.lit("No dated project and no open opportunity on record")),
        due_date=pl.lit(by(RULE.due_days, given)),
        doubts=1,
        next_steps=sentences(
            "Find out who looks after the account today, on both sides",
            "Ask for a short conversation about the account's plans for the year",
            flag(
                pl.col("assets") > 0,
                pl.lit("Bring the list of its ") + counted(pl.col("assets"), "installed product", "installed products"),
            ),
        ),
        opportunity_areas=sentences("Account review", flag(pl.col("projects") > 0, pl.lit("Follow-on to earlier projects"))),
        risk_flags=sentences(flag(known, pl.lit("No contact with the account for ") + span(pl.col("quiet_days")))),
        template=pl.when(known).then(pl.lit("relationship_quiet")).otherwise(pl.lit("relationship_first")),
        parameters=json_object(
            {
                "account_name": pl.col("account_name"),
                "greeting": pl.col("greeting"),
                "last_contact": written_out(pl.col("engaged")),
                "assets": pl.col("assets"),
                "projects": pl.col("projects"),
            }
        ),
    )


RULE = Rule(
    id="relationship_building",
    label="Relationship building",
    kind="relationship",
    priority=2,
    timeline="Within 90 days",
    due_days=90,
    urgency="Low",
    template="relationship_quiet",
    propose=propose,
    fits=("review", "workshop", "health check", "advis"),
)
