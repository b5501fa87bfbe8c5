"""Map credits: service credits that belong to no account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.rules._assets import by
from onelead.rules._credits import unused_of_them
from onelead.rules._proposal import KEYS_SHOWN, Rule, RuleInput, proposals
from onelead.rules._text import amount, counted, flag, json_object, money, plural, sentences

if TYPE_CHECKING:
    from onelead.core.settings import PriceSettings


def propose(given: RuleInput) -> pl.DataFrame:
    """Service credits reach no account: their project is unknown and they carry no territory. One action for the whole workspace.

    Who: nobody's account; whoever looks after the data. Until they are mapped, nobody sees the unused ones in any account's list.
    Worth: unknown, as mapping sells nothing itself; the sentence says what the unused credits are worth (estimated).
    Evidence: every counted credit row without an account.
    Sure: High: the rows say so themselves.
    """
    prices = given.context.settings.prices
    rows = given.credits.filter(pl.col("account_id").is_null())
    frame = rows.select(
        pl.len().cast(pl.Int64).alias("evidence_count"),
        pl.col("key").sort().head(KEYS_SHOWN).implode().alias("evidence_keys"),
        *(pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in ("purchased", "unused")),
    ).filter(pl.col("evidence_count") > 0)
    rows_text, sentence = counted(pl.col("evidence_count"), "credit row", "credit rows"), _sentence(prices)
    return proposals(
        frame,
        account_id=None,
        subject="Unattributed service credits",
        title=pl.lit("Map ") + rows_text + pl.lit(" to accounts"),
        why=sentence,
        due_date=pl.lit(by(RULE.due_days, given)),
        evidence_table="service_credits",
        evidence_where='{"is_repeat":false}',
        next_steps=sentences(
            "Ask for an export that carries the territory (ST ID) of each credit row",
            "Or link the credits' project numbers to accounts, and load again",
        ),
        opportunity_areas=sentences("Data quality", "Delivery of unused credits"),
        risk_flags=sentences(
            flag(pl.col("unused") > 0, pl.lit("Unused service credits without an account may lapse without anybody noticing"))
        ),
        template="map_credits",
        parameters=json_object({"count": pl.col("evidence_count"), "rows": rows_text, "sentence": sentence}),
    )


def _sentence(prices: PriceSettings) -> pl.Expr:
    count, unused = pl.col("evidence_count"), pl.when(pl.col("unused") > 0).then(pl.col("unused"))
    worth = money(unused * prices.credit, prices.currency, pl.lit(value=True))
    purchased = pl.lit(": ") + amount(pl.col("purchased")) + plural(pl.col("purchased"), " credit purchased", " credits purchased")
    left = pl.lit(", ") + unused_of_them() + pl.lit(", worth ") + worth
    belong = counted(count, "credit row", "credit rows") + plural(count, " belongs", " belong") + pl.lit(" to no account")
    return belong + purchased.fill_null("") + left.fill_null("")


RULE = Rule(
    id="map_credits",
    label="Map credits",
    kind="expansion",
    priority=4,
    timeline="Within 30 days",
    due_days=30,
    urgency="Medium",
    template="map_credits",
    propose=propose,
)
