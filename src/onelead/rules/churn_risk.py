"""Churn risk: an account that is likely to leave within half a year, and what is at stake."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from onelead.rules._deals import percent, written
from onelead.rules._leaving import leaving, with_evidence
from onelead.rules._proposal import Rule, RuleInput, proposals
from onelead.rules._text import distance, flag, json_object, sentences, written_out


def propose(given: RuleInput) -> pl.DataFrame:
    """An account is likely (from 20 %, a setting) to leave within 180 days, with money at stake.

    Who: accounts whose chance to leave was learned from those that left, and accounts without contracts that are likely to stop buying and
    have not stopped yet; where what is expected to be lost is worth something (from 1,000 in the workspace's currency, a setting). The share
    of all that left says nothing of one, and a flag without a date says no time: neither raises this action.
    Worth: the yearly value of its running contracts, without one what it bought in the last year, × the chance to leave within 180 days
    (estimated); its range is that of the chance. The whole yearly value counts as revenue at risk. The chance of the action is that the account
    stays because of it: an assumption until there are enough outcomes.
    Due: in 30 days, sooner where a contract ends before.
    Sure: High where even the lower end of the chance's range reaches the setting, else Medium; one step less for an identity under review.
    """
    as_of = given.context.as_of
    frame = leaving(given).with_columns((pl.col("stake") * pl.col(f"chance{end}")).alias(f"lost{end}") for end in ("", "_low", "_high"))
    frame = with_evidence(given, frame)
    contracts = pl.col("evidence_table") == "contracts"
    ends = (pl.col("first_end") - pl.lit(as_of)).dt.total_days()
    first = pl.lit("The first of its contracts ends on ") + written_out(pl.col("first_end")) + pl.lit(" (") + distance(ends) + pl.lit(")")
    return proposals(
        frame,
        subject="Account",
        title=pl.lit("Keep ") + pl.col("account_name"),
        why=_why(given),
        due_date=pl.min_horizontal("first_end", pl.lit(as_of + timedelta(days=RULE.due_days))),
        value=pl.col("lost"),
        value_low=pl.coalesce("lost_low", "lost"),
        value_high=pl.coalesce("lost_high", "lost"),
        estimated=pl.lit(value=True),
        revenue_at_risk=pl.col("stake"),
        doubts=pl.when(pl.col("chance_low") >= given.context.settings.models.churn_from).then(0).otherwise(1),
        next_steps=sentences(
            "Look at what raises the risk on the page of the account, and ask those who work with it whether it is so",
            "Speak with the customer about what works, what does not, and what they need next",
            flag(contracts, pl.lit("Agree on what has to happen before the next renewal, each step with a day and a name")),
        ),
        opportunity_areas=sentences("Account review", flag(contracts, pl.lit("Renewal before the end of the term"))),
        risk_flags=sentences(flag(pl.col("first_end").is_not_null(), first)),
        parameters=json_object(
            {
                "account_name": pl.col("account_name"),
                "greeting": pl.col("greeting"),
                "contracts": pl.when(contracts).then("evidence_count").otherwise(0),
            }
        ),
        template="churn_risk",
    )


def _why(given: RuleInput) -> pl.Expr:
    ahead = pl.lit("The chance that it leaves within 180 days is ") + percent("chance")
    interval = flag(
        pl.col("chance_low").is_not_null(), pl.lit(" (") + percent("chance_low") + pl.lit(" to ") + percent("chance_high") + pl.lit(")")
    ).fill_null("")
    soon = flag(pl.col("soon").is_not_null(), pl.lit(", within 90 days ") + percent("soon")).fill_null("")
    return ahead + interval + soon + pl.lit("; ") + written(given, "stake") + pl.lit(" a year at stake")


RULE = Rule(
    id="churn_risk",
    label="Churn risk",
    kind="renewals",
    priority=7,
    timeline="Within 30 days",
    due_days=30,
    urgency="High",
    template="churn_risk",
    propose=propose,
    fits=("review", "health check", "advis", "optimi"),
)
