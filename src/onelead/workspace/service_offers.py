"""Use cases: what to offer to whom: the actions that sell services, refresh candidates, gaps by account, and the catalogue with who it fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.rules import asset_readings
from onelead.rules import rules as all_rules
from onelead.workspace.service_gaps import every_practice, frames_of, practice_cells, support_gaps, unused_by_practice
from onelead.workspace.viewing import of_the_snapshot
from onelead.workspace.worklist import narrow, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

CROSS_SELL = ("cross_sell_high", "cross_sell_medium", "whitespace", "service_expansion")
UPSELL = ("upsell", "refresh")
WAITING = ("open", "accepted")
WORDS = {"High": "Strong", "Medium": "Fair", "Low": "Weak"}
"""How sure a rule is, in the words of the screens."""
LISTED = 1_000
"""Offers that are listed at most, the first by rank: a list that nobody reads to its end."""
WHITESPACE = "Whitespace"


def offers(view: View, parts: Parts, kinds: Sequence[str] = CROSS_SELL, least: str | None = None) -> pl.DataFrame:
    """Waiting actions of some types by rank, at most ``LISTED``.

    The columns of ``worklist.shown``, sure (Strong, Fair, Weak) and practice (the one offered, else the one that goes with the product
    category; null: none). ``least`` keeps those at least as sure as the word says.
    """
    frame = narrow(view, parts)
    picked = frame.filter(pl.col("type").is_in(list(kinds)) & pl.col("state").is_in(WAITING)).sort("rank").head(LISTED)
    of = view.once(parts, every_practice).filter(pl.col("kind") == "product_category").unique("value", keep="first", maintain_order=True)
    rows = (
        shown(view, parts, picked)
        .join(of.select(subject="value", goes_with="practice"), on="subject", how="left", maintain_order="left")
        .with_columns(
            practice=pl.when(pl.col("type") == "whitespace").then("subject").otherwise("goes_with"),
            sure=pl.col("confidence").replace_strict(WORDS, return_dtype=pl.String),
        )
    )
    words = list(WORDS.values())
    return rows.filter(pl.col("sure").is_in(words[: words.index(least) + 1])) if least in words else rows


def offer_count(view: View, parts: Parts, kinds: Sequence[str]) -> int:
    """How many actions of some types wait."""
    frame = narrow(view, parts)
    return frame.filter(pl.col("type").is_in(list(kinds)) & pl.col("state").is_in(WAITING)).height


def offer_types(_: View, __: Parts, kinds: Sequence[str] = (*CROSS_SELL, *UPSELL)) -> tuple[tuple[str, str], ...]:
    """Id and label of action types."""
    known = all_rules()
    return tuple((kind, known[kind].label) for kind in kinds)


def gap_table(view: View, parts: Parts) -> pl.DataFrame:
    """One row an account: what it has, and what is missing.

    Columns: account_id, account_name, bought and practices (how many of how many), whitespace (practices), whitespace_value (typical
    projects of these; always an estimate; null: none or unknown), best (the whitespace practice that most peers bought) with best_share,
    assets, bare (without active support), unused (credits; null: none reach the account). The most whitespace first.
    """
    cells = practice_cells(view, parts)
    open_cells = pl.col("state") == WHITESPACE
    value = pl.col("value").filter(open_cells)
    best = pl.col("share").fill_null(-1).filter(open_cells)
    grouped = cells.group_by("account_id", "account_name", maintain_order=True).agg(
        (pl.col("state") == "Bought").sum().cast(pl.Int64).alias("bought"),
        pl.len().cast(pl.Int64).alias("practices"),
        open_cells.sum().cast(pl.Int64).alias("whitespace"),
        pl.when(value.count() > 0).then(value.sum()).alias("whitespace_value"),
        pl.col("practice").filter(open_cells).get(best.arg_max(), null_on_oob=True).alias("best"),
        pl.col("share").filter(open_cells).max().alias("best_share"),
    )
    assets = view.frame("assets", ["account_id", "is_repeat"]).filter(~pl.col("is_repeat").fill_null(value=False))
    installed = assets.group_by("account_id").agg(pl.len().cast(pl.Int64).alias("assets"))
    bare = support_gaps(view, parts).group_by("account_id").agg(pl.col("lowest").sum().alias("bare"))
    unused = unused_by_practice(view, parts).drop_nulls("account_id").group_by("account_id").agg(pl.col("unused").sum())
    joined = grouped
    for part in (installed, bare, unused):
        joined = joined.join(part, on="account_id", how="left", maintain_order="left")
    known = pl.col("assets").is_not_null()
    return joined.with_columns(estimated=pl.lit(value=True), bare=pl.when(known).then(pl.col("bare").fill_null(0))).sort(
        "whitespace", "whitespace_value", "account_name", descending=[True, True, False], nulls_last=True
    )


def practice_totals(view: View, parts: Parts) -> pl.DataFrame:
    """One row a practice: accounts in each state (columns as ``service_gaps.STATES``), penetration (bought / all), value of its whitespace."""
    cells = practice_cells(view, parts)
    white = pl.col("state") == WHITESPACE
    value = pl.col("value").filter(white)
    return (
        cells.group_by("practice")
        .agg(
            *(
                (pl.col("state") == state).sum().cast(pl.Int64).alias(state)
                for state in ("Bought", "Open opportunity", WHITESPACE, "Not indicated", "Unknown")
            ),
            (pl.col("state") == "Bought").mean().alias("penetration"),
            pl.when(value.count() > 0).then(value.sum()).alias("value"),
        )
        .sort("practice")
    )


def refresh_candidates(view: View, parts: Parts) -> pl.DataFrame:
    """Products at the end of their life with a successor: one row an account, product and successor.

    Columns: account_id, account_name, product_category, product, successor, assets, first (end of life, null: none announced), past (how
    many), value (successor's price, else the replacement value; null: unpriced), estimated, carried_by and carried_rank: label and rank of
    the action that speaks of them (an account keeps one renewal action a category).
    """
    return view.of_everyone(parts, every_refresh_candidate)


@of_the_snapshot
def every_refresh_candidate(view: View, _: Parts) -> pl.DataFrame:
    """``refresh_candidates`` of all accounts: filters only pick from it."""
    frames, context = frames_of(view), view.context
    readings = asset_readings(frames("assets"), context)
    ends = (pl.col("eol_days") <= context.settings.actions.planned_eol_days).fill_null(value=False) | pl.col("eos_past")
    value = pl.col("refresh_value")
    grouped = (
        readings.filter(pl.col("successor").is_not_null() & ends)
        .group_by("account_id", "product_category", pl.coalesce("product_name", "product_category").alias("product"), "successor")
        .agg(
            pl.len().cast(pl.Int64).alias("assets"),
            pl.col("eol").min().alias("first"),
            (pl.col("eol_days") < 0).sum().cast(pl.Int64).alias("past"),
            pl.when(value.count() > 0).then(value.sum()).alias("value"),
            pl.col("refresh_from_book").any().alias("estimated"),
        )
    )
    renewals = [rule.id for rule in all_rules().values() if rule.group == "renewal"]
    carried = (
        view.frame("actions", ["account_id", "type", "subject", "rank"])
        .filter(pl.col("type").is_in(renewals))
        .sort("rank")
        .unique(["account_id", "subject"], keep="first", maintain_order=True)
        .select("account_id", product_category="subject", carried="type", carried_rank="rank")
    )
    labels = {rule.id: rule.label for rule in all_rules().values()}
    names = frames("accounts").select("account_id", "account_name").unique("account_id")
    return (
        grouped.join(names, on="account_id", how="left")
        .join(carried, on=["account_id", "product_category"], how="left")
        .with_columns(carried_by=pl.col("carried").replace_strict(labels, default=None, return_dtype=pl.String))
        .sort("value", "account_name", "product", descending=[True, False, False], nulls_last=True)
        .drop("carried")
    )


def catalogue(view: View, parts: Parts) -> pl.DataFrame:
    """The service catalogue with who it fits: one row a service.

    Columns: practice, sub_practice, service, fits (accounts whose whitespace or unused credits are of its practice; null where the service
    names none), named_in (waiting actions that name it) and accounts (of those actions).
    """
    services = view.frame("services").select("practice", "sub_practice", "service").unique(maintain_order=True)
    white = practice_cells(view, parts).filter(pl.col("state") == WHITESPACE).select("account_id", "practice")
    credit = unused_by_practice(view, parts).select("account_id", "practice").drop_nulls()
    fits = pl.concat([white, credit]).unique().group_by("practice").agg(pl.len().cast(pl.Int64).alias("fits"))
    waiting = narrow(view, parts).filter(pl.col("state").is_in(WAITING)).select("action_id")
    named = (
        view.frame("actions", ["action_id", "account_id", "services"])
        .join(waiting, on="action_id", how="semi")
        .with_columns(service=pl.col("services").str.json_decode(pl.List(pl.String)))
        .explode("service", empty_as_null=False)
        .group_by("service")
        .agg(pl.len().cast(pl.Int64).alias("named_in"), pl.col("account_id").drop_nulls().n_unique().cast(pl.Int64).alias("accounts"))
    )
    known = pl.col("practice").is_not_null()
    return (
        services.join(fits, on="practice", how="left", maintain_order="left")
        .join(named, on="service", how="left", maintain_order="left")
        .with_columns(
            fits=pl.when(known).then(pl.col("fits").fill_null(0)),
            named_in=pl.col("named_in").fill_null(0),
            accounts=pl.col("accounts").fill_null(0),
        )
    )
