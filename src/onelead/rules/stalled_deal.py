"""Stalled deal: an open deal that stands in its stage longer than won deals did, with nothing going on."""

from __future__ import annotations

import polars as pl

from onelead.rules._assets import by
from onelead.rules._deals import GROUP, ID, open_deals, percent, predicted, stalled, with_evidence, written
from onelead.rules._proposal import Rule, RuleInput, proposals
from onelead.rules._text import flag, json_object, sentences, span, thousands


def propose(given: RuleInput) -> pl.DataFrame:
    """An open deal is in its stage longer than most won deals were, and nothing has happened on it for 30 days (settings).

    Who: accounts with such a deal, one action for each. The norm of a stage is the day by which 80 % of the won deals had gone on from it, from
    five won deals on. Nothing happened: no activity on the deal, and no change of it in the history or between loads. Deals of which no
    history speaks are not judged.
    Worth: amount × chance to be won, with the range of that chance (estimated); the amount where no chance is known. All of it counts as
    revenue at risk. The chance of the action is that it gets the deal going: an assumption until there are enough outcomes.
    Due: in 30 days.
    Sure: High, as dates say it; one step less where no chance to win is known, and for an identity under review.
    """
    risk = given.context.settings.risk
    where = stalled(given).filter((pl.col("days") > pl.col("norm_days") * risk.stage_age) & (pl.col("quiet_days") >= risk.quiet_days))
    frame = open_deals(given).drop("stage").join(where, on=ID, how="inner", maintain_order="left")
    frame = frame.join(predicted(given, "win_chance"), on=ID, how="left", maintain_order="left")
    worth = {end: (pl.col("value") * pl.coalesce(f"chance{end}", "chance", pl.lit(1.0))) for end in ("", "_low", "_high")}
    frame = with_evidence(frame.with_columns(expression.alias(f"worth{end}") for end, expression in worth.items()))
    return proposals(
        frame,
        subject=pl.col(ID),
        title=pl.lit("Get ") + pl.col("deal") + pl.lit(" going again"),
        why=_why(given),
        due_date=pl.lit(by(RULE.due_days, given)),
        value=pl.col("worth"),
        value_low=pl.col("worth_low"),
        value_high=pl.col("worth_high"),
        estimated=pl.col("chance").is_not_null(),
        revenue_at_risk=pl.col("worth"),
        doubts=pl.when(pl.col("chance").is_null()).then(1).otherwise(0),
        next_steps=sentences(
            "Ask the customer what has changed, and whether the plan still stands",
            "Agree on one next step with a day, or close the deal as lost",
        ),
        opportunity_areas=sentences(pl.lit("Next step for ") + pl.col("deal")),
        risk_flags=sentences(
            flag(pl.col("close_date") < given.context.as_of, pl.lit("Its stated close date has passed")),
            flag(pl.col("owner_name").is_null(), pl.lit("Nobody owns the deal")),
        ),
        parameters=json_object({"account_name": pl.col("account_name"), "greeting": pl.col("greeting"), "deal": pl.col("deal")}),
        template="stalled_deal",
    )


def _why(given: RuleInput) -> pl.Expr:
    risk = given.context.settings.risk
    over = pl.lit(" over ") + written(given, "value")
    chance = pl.lit("; the chance to win it is ") + percent("chance")
    return (
        pl.col("deal")
        + over.fill_null("")
        + pl.lit(" has been in ")
        + pl.col("stage")
        + pl.lit(" for ")
        + span(pl.col("days"))
        + pl.lit(f", {100 * risk.norm_share:.0f}% of ")
        + thousands(pl.col("won_deals"))
        + pl.lit(" won deals for at most ")
        + thousands(pl.col("norm_days"))
        + pl.lit(", and nothing has happened for ")
        + span(pl.col("quiet_days"))
        + chance.fill_null("")
    )


RULE = Rule(
    id="stalled_deal",
    label="Stalled deal",
    kind="deals",
    priority=5,
    timeline="Within 30 days",
    due_days=30,
    urgency="Medium",
    template="stalled_deal",
    propose=propose,
    group=GROUP,
)
