"""Whitespace: a practice that similar accounts bought, and this one did not."""

from __future__ import annotations

import polars as pl

from onelead.rules._assets import by
from onelead.rules._evidence import whole_account
from onelead.rules._peers import BUYERS_LEAST, peer_shares, profiles
from onelead.rules._practices import installed_of, open_deals, practice_table, values_of
from onelead.rules._proposal import Rule, RuleInput, proposals
from onelead.rules._text import counted, flag, json_object, plural, sentences, thousands

SURE_SHARE = 0.5
"""From this share of similar accounts on, a comparison is no doubt of its own."""


def propose(given: RuleInput) -> pl.DataFrame:
    """A practice that at least 30 % (a setting) of similar accounts bought, at least two of them, and this account did not.

    Who: accounts with at least three similar ones (a setting). Similar are accounts that share enough of what they run and buy: product
    categories, practices, industry and region, each weighed by the similarity table of the settings; what is unknown of either is left
    out. Bought is a practice with a project that was not lost. A practice for which the account has an open opportunity is not offered
    a second time. At most two practices an account (a setting), those that most similar accounts bought.
    Which accounts are similar is not written into the action, as not everybody may see them: Service Recommendations names those that the reader may see.
    Worth: the median of won or running projects of the practice, of at least three, over all accounts; always estimated, else unknown. It is not revenue at risk.
    Chance: the recorded success rate of such actions, an assumption until there are enough outcomes.
    Evidence: the account's projects, among which there is none of the practice, else its assets; an account with neither is like no other.
    Sure: Medium where at least half of the similar accounts bought it, else Low, as a comparison with others is no wish of the account; Low also for
    an account without any project, whose purchases may not be known, and for an identity under review.
    """
    frame = _candidates(given)
    if frame.is_empty():
        return proposals(frame)
    frame = whole_account(given, frame, ("projects", "assets")).filter(pl.col("evidence_count") > 0)
    installed = pl.col("installed") > 0
    runs = counted(pl.col("installed"), "installed product of it", "installed products of it")
    bought = thousands(pl.col("buyers")) + pl.lit(" of ") + counted(pl.col("similar"), "similar account", "similar accounts")
    return proposals(
        frame,
        subject=pl.col("practice"),
        title=pl.lit("Introduce ") + pl.col("practice"),
        why=bought
        + pl.lit(" bought ")
        + pl.col("practice")
        + pl.lit(", this one did not")
        + flag(installed, pl.lit("; it runs ") + runs).fill_null("")
        + flag(pl.col("value").is_not_null(), pl.lit("; valued as a typical project of the practice")).fill_null(""),
        due_date=pl.lit(by(RULE.due_days, given)),
        estimated=pl.col("value").is_not_null(),
        doubts=1 + (pl.col("share") < SURE_SHARE).cast(pl.Int64) + (pl.col("projects") == 0).cast(pl.Int64),
        next_steps=sentences(
            pl.lit("Ask who looks after ") + pl.col("practice") + pl.lit(" today, the account itself or another vendor"),
            flag(installed, pl.lit("Start from the ") + counted(pl.col("installed"), "installed product", "installed products")),
            "Offer one small, fixed piece of work first",
        ),
        opportunity_areas=sentences(pl.lit("Practice: ") + pl.col("practice")),
        risk_flags=sentences(
            flag(pl.col("projects") == 0, pl.lit("No project on record: what the account bought may not be known")),
        ),
        topic=pl.col("practice"),
        template=pl.when(installed).then(pl.lit("whitespace_installed")).otherwise(pl.lit("whitespace_peers")),
        parameters=_parameters(),
    )


def _parameters() -> pl.Expr:
    return json_object(
        {
            "account_name": pl.col("account_name"),
            "greeting": pl.col("greeting"),
            "practice": pl.col("practice"),
            "products": counted(pl.col("installed"), "product", "products"),
            "them": plural(pl.col("installed"), "it", "them"),
            "buyers": pl.col("buyers"),
            "similar": pl.col("similar"),
        }
    )


def _candidates(given: RuleInput) -> pl.DataFrame:
    """Accounts with engagement, practice, shares, what is installed of it, and its typical value."""
    settings = given.context.settings.actions
    shares = peer_shares(profiles(given.frames, given.context), given.context)
    shares = shares.filter(~pl.col("is_bought") & (pl.col("share") >= settings.whitespace_share) & (pl.col("buyers") >= BUYERS_LEAST))
    if shares.is_empty():
        return given.engagement.clear().with_columns(practice=pl.lit(None, dtype=pl.String))
    table = practice_table(given.frames, given.context)
    deals = open_deals(given.frames("opportunities"), table, given.context)
    best = (
        shares.join(deals, on=["account_id", "practice"], how="anti")
        .sort("account_id", "share", "buyers", "practice", descending=[False, True, True, False])
        .group_by("account_id", maintain_order=True)
        .head(settings.whitespace_actions)
    )
    installed = installed_of(given.frames("assets"), table)
    return (
        best.join(given.engagement, on="account_id", how="inner", maintain_order="left")
        .join(installed, on=["account_id", "practice"], how="left", maintain_order="left")
        .with_columns(pl.col("installed").fill_null(0))
        .join(values_of(given.projects), on="practice", how="left", maintain_order="left")
    )


RULE = Rule(
    id="whitespace",
    label="Whitespace",
    kind="cross_sell",
    priority=3,
    timeline="Within 90 days",
    due_days=90,
    urgency="Low",
    template="whitespace_peers",
    propose=propose,
    fits=("assess", "workshop", "advis", "health check", "survey", "foundation", "blueprint"),
)
