"""From proposals to the ranked list: one renewal a subject, chances and expected values, confidence, ids, ranks."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl

from onelead.core.registry import discover
from onelead.rules._chance import chance_of
from onelead.rules._proposal import PROPOSAL, Rule, RuleInput
from onelead.rules._services import fitting
from onelead.rules._text import counted, flag, json_list, money
from onelead.tables.actions import TABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from onelead.core.settings import ActionSettings


def rules() -> dict[str, Rule]:
    """Every rule by its id (the action type), the highest priority first."""
    found = discover("onelead.rules", "RULE", Rule)
    return dict(sorted(found.items(), key=lambda entry: (-entry[1].priority, entry[0])))


def recommend(given: RuleInput) -> pl.DataFrame:
    """All actions of a snapshot in the columns of ``tables/actions``, ranked.

    Of a group's proposals (renewals) an account keeps one a subject, that of the highest priority; what the others found becomes a risk
    flag of it, and the earlier due date counts. Expected value = chance × value; its range runs from low chance × low value to high chance
    × high value. Order: priority, then expected value (unknown last), then account, subject and type, so that no tie is left to accident.
    """
    every = list(rules().values())
    actions = settled(pl.concat([labelled(rule, rule.propose(given).select(PROPOSAL.names())) for rule in every]), given)
    actions = _in_time(actions, given, every)
    actions = valued(actions, given.context.settings.actions, given.success_rates)
    actions = _described(actions, given, every)
    return _ranked(actions)


def settled(actions: pl.DataFrame, given: RuleInput) -> pl.DataFrame:
    """Of all (labelled) proposals those that stand: none of a last resort beside another, one a subject of its group."""
    return _one_a_subject(_alone(actions, [rule.id for rule in rules().values() if rule.only_alone]), given)


def action_ids(accounts: Iterable[str | None], types: Iterable[str], subjects: Iterable[str]) -> list[str]:
    """Ids by account (null: the workspace), type and subject: 16 hex digits that stay the same on every machine, load and version."""
    keys = zip(accounts, types, subjects, strict=True)
    # Polars has no hash that is stable from version to version; hashing a hundred thousand short keys takes a tenth of a second.
    return [
        hashlib.blake2b("\x1f".join((account or "", kind, subject)).encode(), digest_size=8).hexdigest() for account, kind, subject in keys
    ]


def labelled(rule: Rule, proposed: pl.DataFrame) -> pl.DataFrame:
    """Proposals of a rule with what all actions of its type have."""
    return proposed.with_columns(
        type=pl.lit(rule.id),
        priority=pl.lit(rule.priority, dtype=pl.Int64),
        timeline=pl.lit(rule.timeline),
        urgency=pl.lit(rule.urgency),
        group=pl.lit(rule.group, dtype=pl.String),
    )


def _alone(actions: pl.DataFrame, types: list[str]) -> pl.DataFrame:
    """Rules that speak only for accounts of which no other rule speaks give way."""
    last_resort = pl.col("type").is_in(types)
    spoken_for = actions.filter(~last_resort).get_column("account_id").drop_nulls().unique()
    return actions.filter(~last_resort | ~pl.col("account_id").is_in(spoken_for.implode()))


def _one_a_subject(actions: pl.DataFrame, given: RuleInput) -> pl.DataFrame:
    """One action a group, account and subject, the one of the highest priority; what gives way is told among its risk flags."""
    place = ["group", "account_id", "subject"]
    actions = actions.with_row_index("row")
    order = actions.select("row", *place, "priority", "type").filter(pl.col("group").is_not_null()).sort(-pl.col("priority"), "type")
    kept = order.unique(place, keep="first", maintain_order=True)
    gone = order.join(kept.select("row"), on="row", how="anti").select("row", *place).join(kept.select(*place, into="row"), on=place)
    if gone.is_empty():
        return actions.drop("row")
    currency = given.context.settings.prices.currency
    worth = pl.lit("; worth ") + money(pl.col("value"), currency, pl.col("estimated"))
    told = (
        gone.select("row", "into")
        .join(actions.select("row", "priority", "type", "why", "value", "estimated", "due_date"), on="row")
        .sort(-pl.col("priority"), "type")
        .group_by(row="into", maintain_order=True)
        .agg((pl.lit("Also: ") + pl.col("why") + worth.fill_null("")).alias("also"), pl.col("due_date").min().alias("also_due"))
    )
    no_flags = pl.lit([], dtype=pl.List(pl.String))
    return (
        actions.filter(~pl.col("row").is_in(gone.get_column("row").implode()))
        .join(told, on="row", how="left", maintain_order="left")
        .with_columns(
            due_date=pl.min_horizontal("due_date", "also_due"), risk_flags=pl.concat_list("risk_flags", pl.col("also").fill_null(no_flags))
        )
        .drop("row", "also", "also_due")
    )


def _in_time(actions: pl.DataFrame, given: RuleInput, every: Sequence[Rule]) -> pl.DataFrame:
    """The timeline of an action that is due later than its rule says in words: "Within 60 days" instead of "At once"."""
    days = (pl.col("due_date") - pl.lit(given.context.as_of)).dt.total_days()
    usual = pl.col("type").replace_strict({rule.id: rule.due_days for rule in every}, return_dtype=pl.Int64)
    return actions.with_columns(timeline=pl.when(days > usual).then(pl.format("Within {} days", days)).otherwise("timeline"))


def valued(actions: pl.DataFrame, settings: ActionSettings, success_rates: Mapping[str, tuple[int, int]]) -> pl.DataFrame:
    """Chance and expected value with their ranges, and whether anything in them is an estimate.

    Where a rule hands on a propensity (learned from outcomes), the type's chance is shifted account by account: in log-odds by how far the
    account's propensity lies from the mean log-odds of the accounts that got this type, so that the type's level stays what was recorded.
    Money is given in cents, ranges in whole units (outwards, so that they hold the expected value): more would feign precision.
    """
    known = {name: chance for name in rules() if (chance := chance_of(name, settings, success_rates)) is not None}
    table = pl.DataFrame(
        [(name, chance.mean, chance.low, chance.high, chance.assumed) for name, chance in known.items()],
        schema={"type": pl.String, "chance": pl.Float64, "chance_low": pl.Float64, "chance_high": pl.Float64, "assumed": pl.Boolean},
        orient="row",
    )
    middle = _log_odds("propensity").mean().over("type")
    chances = [
        pl.when(pl.col("propensity").is_null())
        .then(pl.col(base))
        .otherwise(_from_log_odds(_log_odds(base) + _log_odds(shift) - middle))
        .alias(base)
        for base, shift in (("chance", "propensity"), ("chance_low", "propensity_low"), ("chance_high", "propensity_high"))
    ]
    return (
        actions.join(table, on="type", how="left", maintain_order="left")
        .with_columns(
            propensity_low=pl.coalesce("propensity_low", "propensity"), propensity_high=pl.coalesce("propensity_high", "propensity")
        )
        .with_columns(chances)
        .with_columns(
            expected_value=pl.col("chance") * pl.col("value"),
            expected_value_low=pl.col("chance_low") * pl.coalesce("value_low", "value"),
            expected_value_high=pl.col("chance_high") * pl.coalesce("value_high", "value"),
            estimated=pl.col("estimated") | pl.col("assumed").fill_null(value=False),
        )
        .with_columns(
            _cents("value"),
            _cents("expected_value"),
            _cents("revenue_at_risk"),
            _cents("expected_value_low").floor(),
            _cents("expected_value_high").ceil(),
        )
    )


def _cents(name: str) -> pl.Expr:
    """Rounded to cents, in two steps: a sum's last digits depend on the order of its terms, and must not decide which way half a cent goes."""
    return pl.col(name).round(6).round(2)


def _log_odds(name: str) -> pl.Expr:
    kept = pl.col(name).clip(1e-6, 1 - 1e-6)
    return (kept / (1 - kept)).log()


def _from_log_odds(value: pl.Expr) -> pl.Expr:
    return 1 / (1 + (-value).exp())


def _described(actions: pl.DataFrame, given: RuleInput, every: Sequence[Rule]) -> pl.DataFrame:
    """Account name and account-wide risk flags, services that fit, and the confidence in words."""
    services = fitting(given.frames("services"), every, given.context.settings.actions)
    review = _under_review(given)
    troubled = given.engagement.select("account_id", "in_trouble").filter(pl.col("in_trouble") > 0)
    running = counted(pl.col("in_trouble"), "running project is", "running projects are")
    doubts = pl.col("doubts") + pl.col("review").is_not_null().cast(pl.Int64)
    joined = (
        actions.join(given.top_accounts, on="account_id", how="left", maintain_order="left")
        .join(services, on=["type", "topic"], how="left", nulls_equal=True, maintain_order="left")
        .join(review, on="account_id", how="left", maintain_order="left")
        .join(troubled, on="account_id", how="left", maintain_order="left")
    )
    account_flags = [
        flag(pl.col("in_trouble") > 0, running + pl.lit(" on red: speak with delivery first")),
        flag(
            pl.col("review") > 0,
            pl.lit("Identity under review: ") + counted(pl.col("review"), "link waits", "links wait") + pl.lit(" for a decision"),
        ),
    ]
    return joined.with_columns(
        risk_flags=json_list(pl.concat_list("risk_flags", *account_flags).list.drop_nulls()),
        next_steps=json_list(pl.col("next_steps")),
        opportunity_areas=json_list(pl.col("opportunity_areas")),
        evidence_keys=json_list(pl.col("evidence_keys").fill_null(pl.lit([], dtype=pl.List(pl.String)))),
        services=pl.col("services").fill_null("[]"),
        confidence=pl.when(doubts <= 0).then(pl.lit("High")).when(doubts == 1).then(pl.lit("Medium")).otherwise(pl.lit("Low")),
    )


def _under_review(given: RuleInput) -> pl.DataFrame:
    """account_id and review: how many undecided links touch the account, as the one it means now or the one it may mean."""
    links = given.frames("account_links").filter(pl.col("status") == "review")
    touched = pl.concat([links.select("link_id", "account_id"), links.select("link_id", account_id="candidate_id")]).drop_nulls().unique()
    return touched.group_by("account_id").agg(pl.len().cast(pl.Int64).alias("review"))


def _ranked(actions: pl.DataFrame) -> pl.DataFrame:
    order = ["priority", "expected_value", "account_id", "subject", "type"]
    ranked = actions.sort(order, descending=[True, True, False, False, False], nulls_last=True).with_row_index("rank", offset=1)
    ids = action_ids(ranked["account_id"], ranked["type"], ranked["subject"])
    return ranked.with_columns(
        pl.Series("action_id", ids, dtype=pl.String),
        pl.col("rank").cast(pl.Int64),
        account_rank=pl.col("rank").rank("ordinal").over("account_id").cast(pl.Int64),
    ).select(pl.col(name).cast(dtype) for name, dtype in TABLE.contract.create_empty().schema.items())
