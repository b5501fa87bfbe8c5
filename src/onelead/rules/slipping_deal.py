"""Slipping deal: an open deal worth something that is likely to be open still after its stated close date."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from onelead.rules._deals import GROUP, ID, open_deals, percent, predicted, with_evidence, written
from onelead.rules._proposal import Rule, RuleInput, proposals
from onelead.rules._text import distance, flag, json_object, sentences, written_out


def propose(given: RuleInput) -> pl.DataFrame:
    """An open deal is likely (from 50 %, a setting) to be still open after the close date that it states today.

    Who: accounts with such a deal, one action for each, where what is expected to slip is worth something (from 10,000 in the workspace's
    currency, a setting). Only where a model learned the chance from past deals; a share of all deals in a stage says nothing of one. A deal
    whose date has passed has slipped already; it stands under Deals at risk. Of slipping and stalled, a deal keeps the slipping action, with
    the other among its risk flags.
    Worth: amount × slip chance, which is what is expected to slip (estimated); its range is that of the chance. All of it counts as revenue
    at risk. The chance of the action is that it keeps the date: an assumption until there are enough outcomes.
    Due: in 14 days, sooner where the stated close date comes before.
    Sure: High where even the lower end of the chance's range reaches 50 %, else Medium; one step less for an identity under review.
    """
    settings, as_of = given.context.settings.actions, given.context.as_of
    likely = predicted(given, "slip_chance").filter((pl.col("label_source") == "outcomes") & (pl.col("chance") >= settings.slip_from))
    frame = open_deals(given).filter(pl.col("close_date") >= as_of).join(likely, on=ID, how="inner", maintain_order="left")
    frame = frame.with_columns((pl.col("value") * pl.col(f"chance{end}")).alias(f"slips{end}") for end in ("", "_low", "_high"))
    frame = with_evidence(frame.filter(pl.col("slips") >= settings.slip_worth)).with_columns(
        days=(pl.col("close_date") - pl.lit(as_of)).dt.total_days()
    )
    close = written_out(pl.col("close_date"))
    return proposals(
        frame,
        subject=pl.col(ID),
        title=pl.lit("Keep the close date of ") + pl.col("deal"),
        why=_why(given, close),
        due_date=pl.min_horizontal("close_date", pl.lit(as_of + timedelta(days=RULE.due_days))),
        value=pl.col("slips"),
        value_low=pl.coalesce("slips_low", "slips"),
        value_high=pl.coalesce("slips_high", "slips"),
        estimated=pl.lit(value=True),
        revenue_at_risk=pl.col("slips"),
        doubts=pl.when(pl.col("chance_low") >= settings.slip_from).then(0).otherwise(1),
        next_steps=sentences(
            "Agree with the customer on the steps that are left, each with a day and a name",
            "Ask who has to sign, and whether anything stands in the way of the day",
            "Move the close date in the CRM if it cannot be kept, so that the forecast knows",
        ),
        opportunity_areas=sentences(pl.lit("Close plan for ") + pl.col("deal")),
        risk_flags=sentences(flag(pl.col("owner_name").is_null(), pl.lit("Nobody owns the deal"))),
        parameters=json_object(
            {"account_name": pl.col("account_name"), "greeting": pl.col("greeting"), "deal": pl.col("deal"), "close_date": close}
        ),
        template="slipping_deal",
    )


def _why(given: RuleInput, close: pl.Expr) -> pl.Expr:
    return (
        pl.col("deal")
        + pl.lit(" over ")
        + written(given, "value")
        + pl.lit(" is to close on ")
        + close
        + pl.lit(" (")
        + distance(pl.col("days"))
        + pl.lit("); the chance that it is still open after that day is ")
        + percent("chance")
        + pl.lit(" (")
        + percent("chance_low")
        + pl.lit(" to ")
        + percent("chance_high")
        + pl.lit(")")
    )


RULE = Rule(
    id="slipping_deal",
    label="Slipping deal",
    kind="deals",
    priority=7,
    timeline="Within 14 days",
    due_days=14,
    urgency="High",
    template="slipping_deal",
    propose=propose,
    group=GROUP,
)
