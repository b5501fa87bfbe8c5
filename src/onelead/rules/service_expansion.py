"""Service expansion: credits that were bought and are not used."""

from __future__ import annotations

import polars as pl

from onelead.rules._assets import by
from onelead.rules._credits import SUBJECT, by_account
from onelead.rules._proposal import Rule, RuleInput, proposals
from onelead.rules._text import amount, counted, flag, json_object, plural, sentences, written_out, yours


def propose(given: RuleInput) -> pl.DataFrame:
    """The account has service credits that were purchased and not delivered, or has drawn down less than half of them (a setting).

    Who: every account with such credits, one action. Drawdown is (purchased − active) / purchased; unused is purchased − delivered, both
    over the rows that give both numbers. The evidence is every credit row of the account with something purchased.
    Worth: unused credits (active ones where none are unused or deliveries are unknown) × the price of a credit, estimated; the range is the price's. Chance
    as for every type: the recorded success rate, an assumption until there are enough outcomes. It is not revenue at risk: it was paid for.
    Due: in 60 days, or when the first of the contracts ends, where that is sooner.
    Sure: High; one step less where some rows do not say how much was delivered, and for an identity under review.
    """
    settings, prices = given.context.settings.actions, given.context.settings.prices
    frame = _open_credits(given)
    value = pl.col("left") * prices.credit
    percent = (pl.col("used_share") * 100).round(0).cast(pl.Int64)
    half_used = (pl.col("used_share") < settings.low_utilization_below).fill_null(value=False)
    return proposals(
        frame,
        subject=SUBJECT,
        title=pl.lit("Put ") + _unused() + pl.lit(" to use"),
        why=_why(percent),
        due_date=pl.min_horizontal(pl.lit(by(RULE.due_days, given)), pl.col("first")),
        value=value,
        value_low=value * (1 - prices.spread),
        value_high=value * (1 + prices.spread),
        estimated=value.is_not_null(),
        doubts=(pl.col("unused").is_null() | (pl.col("purchased_known") != pl.col("purchased"))).cast(pl.Int64),
        evidence_table="service_credits",
        evidence_where='{"is_repeat":false,"purchased_credits":{"!=":0}}',
        next_steps=sentences(
            "Go through the account's plans for the next two quarters and name the services that fit",
            pl.lit("Book delivery for the first of the ") + _unused(),
            flag(pl.col("first").is_not_null(), pl.lit("Mind the first contract end, ") + written_out(pl.col("first"))),
        ),
        opportunity_areas=sentences("Delivery of unused credits", pl.lit("Practice: ") + pl.col("practice")),
        risk_flags=_flags(settings.low_utilization_below),
        template=pl.when(half_used & (pl.col("unused") > 0)).then(pl.lit("credits_low_use")).otherwise(pl.lit("credits_unused")),
        parameters=json_object(
            {
                "account_name": pl.col("account_name"),
                "greeting": pl.col("greeting"),
                "unused": _unused(),
                "named": yours(_unused()),
                "balance": _unused() + (pl.lit(", of ") + amount(pl.col("purchased")) + pl.lit(" purchased")).fill_null(""),
                "purchased": amount(pl.col("purchased")),
                "used_percent": percent,
            }
        ),
    )


def _open_credits(given: RuleInput) -> pl.DataFrame:
    """The accounts that the rule speaks of, with low_drawdown, left (credits still to be used) and used_share (0 to 1; null: unknown)."""
    below = given.context.settings.actions.low_utilization_below
    drawdown = (pl.col("purchased_with_active") - pl.col("active")) / pl.col("purchased_with_active")
    frame = by_account(given, pl.lit(value=True)).with_columns(
        low_drawdown=((pl.col("purchased_with_active") > 0) & (drawdown < below)).fill_null(value=False),
        left=pl.when(pl.col("unused") > 0).then(pl.col("unused")).otherwise(pl.col("active").clip(0)),
        used_share=pl.when(pl.col("purchased_known") > 0).then(1 - pl.col("unused") / pl.col("purchased_known")),
    )
    open_credits = (pl.coalesce("unused", "active") > 0).fill_null(value=False)
    return frame.filter(pl.col("low_drawdown") | open_credits)


def _flags(below: float) -> pl.Expr:
    low = pl.lit(f"Less than {100 * below:.0f}% of the service credits drawn down")
    return sentences(flag(pl.col("low_drawdown"), low))


def _unused() -> pl.Expr:
    word = pl.when(pl.col("unused") > 0).then(pl.lit(" unused")).otherwise(pl.lit(" active"))
    return amount(pl.col("left")) + word + plural(pl.col("left"), " service credit", " service credits")


def _why(percent: pl.Expr) -> pl.Expr:
    total = pl.when(pl.col("purchased_with_active") > 0).then(pl.col("purchased_with_active"))
    unused = _of_all(pl.col("unused"), pl.col("purchased_known"), "unused")
    some = pl.when(pl.col("unused") != pl.col("purchased_known")).then(pl.format(", {}% delivered", percent)).otherwise(pl.lit(""))
    unknown = pl.format("{} service credits are still active, of an unknown number", amount(pl.col("active")))
    rows = counted(pl.col("unsized"), "credit row", "credit rows") + pl.lit(" without a number of credits purchased")
    unsized = flag(pl.col("unsized") > 0, pl.lit("; ") + rows).fill_null("")
    active = pl.coalesce(_of_all(pl.col("active"), total, "still active"), unknown)
    return pl.when(pl.col("unused") > 0).then(unused + some).otherwise(active) + unsized


def _of_all(part: pl.Expr, whole: pl.Expr, state: str) -> pl.Expr:
    """In words: "330 of 650 service credits are unused", "All 6 service credits are unused"; null where either number is."""
    things = amount(whole) + plural(whole, " service credit", " service credits")
    some = amount(part) + pl.lit(" of ") + things
    named = pl.when(part != whole).then(some).when(whole == 1).then(pl.lit("The ") + things).otherwise(pl.lit("All ") + things)
    return named + plural(part, f" is {state}", f" are {state}")


RULE = Rule(
    id="service_expansion",
    label="Service expansion",
    kind="expansion",
    priority=5,
    timeline="Within 60 days",
    due_days=60,
    urgency="Medium",
    template="credits_unused",
    propose=propose,
    fits=("assess", "workshop", "optimi", "adopt", "training", "review", "coaching"),
    priced=True,
)
