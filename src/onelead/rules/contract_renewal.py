"""Contract renewal: a contract or subscription whose term ends soon."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from onelead.rules._deals import percent, written
from onelead.rules._leaving import leaving, one_contract, predicted, unrenewed
from onelead.rules._proposal import Rule, RuleInput, proposals
from onelead.rules._text import distance, flag, json_object, sentences, written_out


def propose(given: RuleInput) -> pl.DataFrame:
    """The term of a contract or subscription ends within 90 days (a setting; today and the last day count).

    Who: one action for each contract that runs, is not cancelled and has no renewal yet. A contract that renews itself is left out unless it is likely (from 10 %, a
    setting) to end all the same. An account that has an action for its churn risk has none for its contracts: it is one conversation. Support
    and service credits have renewals of their own.
    Worth: its yearly value × the chance that it ends without a renewal (estimated), with the range of that chance; unknown where no model tells
    the chance. The whole yearly value counts as revenue at risk. The chance of the action is that the contract is renewed because of it: an
    assumption until there are enough outcomes.
    Due: on its last day, at the latest in 60 days.
    Sure: High where the chance was learned from contracts that ended, else Medium; one step less for an identity under review.
    """
    as_of, settings = given.context.as_of, given.context.settings.models
    days = (pl.col("end_date") - pl.lit(as_of)).dt.total_days()
    said = predicted(given, "renewal_risk", 0).drop("account_id").rename({"subject_id": "contract_id"})
    ending = unrenewed(given).filter(days <= settings.renewal_days).join(said, on="contract_id", how="left", maintain_order="left")
    wanted = ~pl.col("auto_renew").fill_null(value=False) | (pl.col("chance") >= settings.auto_renewal_from)
    frame = ending.filter(wanted.fill_null(value=False)).unique("contract_id", keep="first", maintain_order=True)
    frame = frame.drop("account_name").join(given.top_accounts, on="account_id", how="inner", maintain_order="left")
    frame = frame.join(leaving(given), on="account_id", how="anti", maintain_order="left").with_columns(days=days)
    frame = one_contract(
        frame.with_columns((pl.col("stake") * pl.col(f"chance{end}")).alias(f"lost{end}") for end in ("", "_low", "_high"))
    )
    return proposals(
        frame,
        subject=pl.col("contract_id"),
        title=pl.lit("Renew contract ") + pl.col("contract_id") + pl.lit(" before ") + written_out(pl.col("end_date")),
        why=_why(given),
        due_date=pl.min_horizontal("end_date", pl.lit(as_of + timedelta(days=RULE.due_days))),
        value=pl.col("lost"),
        value_low=pl.coalesce("lost_low", "lost"),
        value_high=pl.coalesce("lost_high", "lost"),
        estimated=pl.col("lost").is_not_null(),
        revenue_at_risk=pl.col("stake"),
        doubts=pl.when(pl.col("label_source") == "outcomes").then(0).otherwise(1),
        next_steps=sentences(
            "Ask who decides on the renewal, and by when they have to",
            "Send the renewal quote, with what has changed in use since the term began",
            flag(pl.col("auto_renew").fill_null(value=False), pl.lit("Look up the notice period: it renews itself unless somebody cancels")),
        ),
        opportunity_areas=sentences(pl.lit("Renewal of contract ") + pl.col("contract_id")),
        risk_flags=sentences(flag(days <= SOON, pl.lit("Less than a month is left"))),
        parameters=json_object(
            {"account_name": pl.col("account_name"), "greeting": pl.col("greeting"), "contract": pl.col("contract_id"), "end_date": written_out(pl.col("end_date"))}
        ),
        template="contract_renewal",
    )  # fmt: skip


SOON = 30


def _why(given: RuleInput) -> pl.Expr:
    ends = pl.lit("Its term ends on ") + written_out(pl.col("end_date")) + pl.lit(" (") + distance(pl.col("days")) + pl.lit(")")
    renewed = pl.format("{}%", (100 * (1 - pl.col("chance"))).round(0).cast(pl.Int64))
    between = pl.lit("; the chance that it is not renewed is ") + percent("chance")
    interval = flag(
        pl.col("chance_low").is_not_null(), pl.lit(" (") + percent("chance_low") + pl.lit(" to ") + percent("chance_high") + pl.lit(")")
    )
    told = flag(pl.col("chance").is_not_null(), between + interval.fill_null("") + pl.lit(", that it is ") + renewed)
    money = flag(pl.col("stake").is_not_null(), pl.lit("; it brings ") + written(given, "stake") + pl.lit(" a year"))
    return ends + told.fill_null("") + money.fill_null("")


RULE = Rule(
    id="contract_renewal",
    label="Contract renewal",
    kind="renewals",
    priority=6,
    timeline="Within 60 days",
    due_days=60,
    urgency="High",
    template="contract_renewal",
    propose=propose,
    fits=("renew", "support", "managed", "review"),
)
