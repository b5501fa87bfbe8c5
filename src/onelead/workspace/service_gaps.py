"""Use cases: what accounts bought of the services there are, what similar accounts bought, and what is installed without it.

Similar accounts are found among all accounts of the workspace, whoever asks; only numbers of them are shown, and names of those that the
viewer may see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.rules import (
    BUYERS_LEAST,
    asset_readings,
    installed_of,
    known_projects,
    open_deals,
    peer_shares,
    practice_table,
    profiles,
    project_readings,
    similar_to,
    values_of,
)
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

STATES = ("Bought", "Open opportunity", "Whitespace", "Not indicated", "Unknown")
"""Of an account and a practice: has a project of it that was not lost; an open opportunity of a product line that goes with it; enough
similar accounts bought it; fewer did; too few similar accounts to say."""
PEERS_NAMED = 12
_NEEDED = {
    "accounts": ["account_id", "account_name", "level", "industry", "country", "region"],
    "assets": [
        "account_id", "asset_id", "product_category", "product_name", "product_id", "business_area", "practice_area", "is_repeat",
        "end_of_life_date", "end_of_service_date", "support_start_date", "support_end_date", "support_status", "contract_value",
    ],
    "projects": [
        "account_id", "project_id", "source_row", "practice", "stage_status", "financial_status", "start_date", "end_date", "size_bucket",
        "value", "import_date", "last_refresh_date", "is_repeat",
    ],
    "opportunities": ["account_id", "opportunity_id", "product_line", "created_date", "close_date", "is_won", "is_repeat"],
}  # fmt: skip


def frames_of(view: View) -> Callable[[str], pl.DataFrame]:
    """Tables of the snapshot, all accounts, only the columns that comparisons need; each read once."""
    read: dict[str, pl.DataFrame] = {}

    def frame(name: str) -> pl.DataFrame:
        if name not in read:
            read[name] = view.snapshot.frame(name, _NEEDED[name])
        return read[name]

    return frame


@of_the_snapshot
def every_share(view: View, _: Parts) -> pl.DataFrame:
    """``peer_shares`` of all accounts: the same for everybody, and dear where accounts are many."""
    return peer_shares(profiles(frames_of(view), view.context), view.context)


@of_the_snapshot
def every_practice(view: View, _: Parts) -> pl.DataFrame:
    """``practice_table``: which practices go with what is installed anywhere, and with what is offered."""
    return practice_table(frames_of(view), view.context)


def practice_cells(view: View, parts: Parts) -> pl.DataFrame:
    """One row an account and practice that any project names.

    Columns: account_id, account_name, practice, state (see ``STATES``), similar, buyers, share (of similar accounts that bought it; null
    where they are too few), projects (not lost), deals (open opportunities), installed (products it goes with), value with value_low and
    value_high (a typical project of the practice; always an estimate; null: unknown), whether_known (false: no project of the account).
    """
    return view.of_everyone(parts, every_cell)


@of_the_snapshot
def every_cell(view: View, parts: Parts) -> pl.DataFrame:
    """``practice_cells`` of all accounts: filters only pick from it."""
    frames, context = frames_of(view), view.context
    cells = view.once(parts, every_share)
    table = view.once(parts, every_practice)
    mine = _mine(view, frames("accounts").filter(pl.col("level") == "account").select("account_id", "account_name"))
    readings = project_readings(frames("projects"), context)
    known = readings.select("account_id").unique().with_columns(has_projects=pl.lit(value=True))
    failure = list(context.settings.reading.stage_failure)
    kept = known_projects(frames("projects"), context).filter(~pl.col("stage_status").is_in(failure).fill_null(value=False))
    sizes = kept.group_by("account_id", "practice").agg(pl.len().cast(pl.Int64).alias("projects"))
    joined = (
        mine.join(cells, on="account_id")
        .join(sizes, on=["account_id", "practice"], how="left")
        .join(open_deals(frames("opportunities"), table, context), on=["account_id", "practice"], how="left")
        .join(installed_of(frames("assets"), table), on=["account_id", "practice"], how="left")
        .join(values_of(readings), on="practice", how="left")
        .join(known, on="account_id", how="left")
    )
    return (
        joined.with_columns(pl.col("projects", "deals", "installed").fill_null(0), pl.col("has_projects").fill_null(value=False))
        .with_columns(state=_state(context.settings.actions.whitespace_share))
        .sort("account_name", "account_id", "practice", nulls_last=True)
        .select(
            "account_id", "account_name", "practice", "state", "similar", "buyers", "share", "projects", "deals", "installed",
            "value", "value_low", "value_high", "has_projects",
        )
    )  # fmt: skip


def practice_values(view: View, parts: Parts, accounts: tuple[str, ...]) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """(account, practice, kind) → its values of the kind (product_category of its assets, product_line of its deals) that go with the practice."""
    table = view.once(parts, every_practice)
    out: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for kind, name in (("product_category", "assets"), ("product_line", "opportunities")):
        mine = view.frame(name, ["account_id", kind]).filter(pl.col("account_id").is_in(accounts)).select("account_id", value=kind).unique()
        pairs = mine.join(table.filter(pl.col("kind") == kind), on="value").group_by("account_id", "practice").agg("value")
        out |= {(account, practice, kind): tuple(sorted(values)) for account, practice, values in pairs.iter_rows()}
    return out


def _state(least: float) -> pl.Expr:
    enough = (pl.col("share") >= least) & (pl.col("buyers") >= BUYERS_LEAST)
    return (
        pl.when(pl.col("is_bought"))
        .then(pl.lit(STATES[0]))
        .when(pl.col("deals") > 0)
        .then(pl.lit(STATES[1]))
        .when(enough)
        .then(pl.lit(STATES[2]))
        .when(pl.col("share").is_not_null())
        .then(pl.lit(STATES[3]))
        .otherwise(pl.lit(STATES[4]))
    )


def _mine(view: View, frame: pl.DataFrame) -> pl.DataFrame:
    """Only rows of accounts that the viewer may see."""
    return frame if view.account_filter is None else frame.filter(pl.col("account_id").is_in(view.account_filter))


def similar_accounts(view: View, _: Parts, account_id: str, practice: str | None = None) -> dict[str, Any]:
    """The accounts similar to one, and of a practice which of them bought it.

    Returns {count, buyers (of ``practice``), hidden (similar ones that the viewer may not see), rows: account_id, account_name,
    similarity (0 to 1), bought (of ``practice``; null without one), practices (what it bought)}: most similar first, buyers before others.
    """
    frames = frames_of(view)
    found = similar_to(profiles(frames, view.context), account_id, view.context)
    found = found.with_columns(bought=pl.col("practices").list.contains(practice) if practice else pl.lit(None, dtype=pl.Boolean))
    names = frames("accounts").select("account_id", "account_name")
    seen = _mine(view, found).join(names, on="account_id", how="left", maintain_order="left")
    listed = seen.sort(pl.col("bought").fill_null(value=False), pl.col("similarity"), descending=True, maintain_order=True).head(
        PEERS_NAMED
    )
    return {
        "count": found.height,
        "buyers": int(found["bought"].sum() or 0),
        "hidden": found.height - seen.height,
        "rows": listed.select("account_id", "account_name", "similarity", "bought", "practices").to_dicts(),
    }


def attach_by_category(view: View, parts: Parts) -> pl.DataFrame:
    """How often services go with what is installed: one row a product category and practice that goes with it.

    Columns: product_category, practice (null: no practice goes with it), assets, accounts (that run it), attached (of them, with a project
    of the practice that was not lost), share; the largest gap first.
    """
    table = (
        view.once(parts, every_practice).filter(pl.col("kind") == "product_category").select(product_category="value", practice="practice")
    )
    assets = view.frame("assets", ["account_id", "product_category", "is_repeat"])
    rows = assets.filter(~pl.col("is_repeat").fill_null(value=False) & pl.col("account_id").is_not_null())
    sizes = rows.group_by("account_id", "product_category").agg(pl.len().cast(pl.Int64).alias("assets")).drop_nulls("product_category")
    cells = view.once(parts, every_share).select("account_id", "practice", "is_bought")
    pairs = sizes.join(table, on="product_category", how="left").join(cells, on=["account_id", "practice"], how="left")
    grouped = pairs.group_by("product_category", "practice").agg(
        pl.col("assets").sum(),
        pl.len().cast(pl.Int64).alias("accounts"),
        pl.col("is_bought").sum().cast(pl.Int64).alias("attached"),
    )
    known = pl.col("practice").is_not_null()
    return grouped.with_columns(
        attached=pl.when(known).then("attached"), share=pl.when(known).then(pl.col("attached") / pl.col("accounts"))
    ).sort(pl.col("accounts") - pl.col("attached"), "product_category", "practice", descending=[True, False, False], nulls_last=True)


def support_gaps(view: View, parts: Parts) -> pl.DataFrame:
    """Installed products of an account and category by support level: where cover is missing.

    Columns: account_id, account_name, product_category, assets, lowest (on the lowest level: no active support), middle, highest, levels
    (their names as the settings have them), past (past end of life), value (a year of support for those on the lowest level; null:
    unpriced), estimated, unpriced (assets of them). Only rows with any product on the lowest level; the most first.
    """
    return view.of_everyone(parts, every_support_gap)


@of_the_snapshot
def every_support_gap(view: View, _: Parts) -> pl.DataFrame:
    """``support_gaps`` of all accounts: filters only pick from it."""
    frames, context = frames_of(view), view.context
    top = len(context.settings.reading.support_levels) - 1
    readings = _mine(view, asset_readings(frames("assets"), context))
    bare, value = pl.col("level") == 0, pl.col("support_value")
    grouped = readings.group_by("account_id", "product_category").agg(
        pl.len().cast(pl.Int64).alias("assets"),
        bare.sum().cast(pl.Int64).alias("lowest"),
        ((pl.col("level") > 0) & (pl.col("level") < top)).sum().cast(pl.Int64).alias("middle"),
        (pl.col("level") == top).sum().cast(pl.Int64).alias("highest"),
        (bare & (pl.col("eol_days") < 0)).sum().cast(pl.Int64).alias("past"),
        pl.when(value.filter(bare).count() > 0).then(value.filter(bare).sum()).alias("value"),
        pl.col("from_book").filter(bare).any().alias("estimated"),
        (bare & value.is_null()).sum().cast(pl.Int64).alias("unpriced"),
    )
    names = frames("accounts").select("account_id", "account_name").unique("account_id")
    found = grouped.filter(pl.col("lowest") > 0).join(names, on="account_id", how="left")
    return found.sort("lowest", "account_name", "product_category", descending=[True, False, False], nulls_last=True)


def support_levels(_: View, parts: Parts) -> tuple[str, ...]:
    """Names of the support levels, the lowest first."""
    return tuple(parts.settings.reading.support_levels)


def unused_by_practice(view: View, _: Parts) -> pl.DataFrame:
    """Credits purchased and not delivered, by account (null: they reach none) and practice, with the catalogue's services of that practice.

    Columns: account_id, account_name, practice, rows, purchased, unused, value (at the price of a credit, always an estimate), services (how
    many of the catalogue), examples (the first three). The most unused first; rows that do not tell both numbers are left out.
    """
    credit = view.frame("service_credits", ["account_id", "practice", "purchased_credits", "delivered_credits", "is_repeat"])
    left = pl.col("purchased_credits") - pl.col("delivered_credits")
    known = credit.filter(~pl.col("is_repeat").fill_null(value=False) & left.is_not_null())
    grouped = known.group_by("account_id", "practice").agg(
        pl.len().cast(pl.Int64).alias("rows"), pl.col("purchased_credits").sum().alias("purchased"), left.sum().alias("unused")
    )
    catalogue = view.frame("services").drop_nulls("service").unique(["practice", "service"], maintain_order=True)
    fitting = catalogue.group_by("practice").agg(pl.len().cast(pl.Int64).alias("services"), pl.col("service").head(3).alias("examples"))
    names = view.frame("accounts", ["account_id", "account_name"])
    return (
        grouped.filter(pl.col("unused") > 0)
        .with_columns(value=pl.col("unused") * view.context.settings.prices.credit, estimated=pl.lit(value=True))
        .join(names, on="account_id", how="left")
        .join(fitting, on="practice", how="left")
        .with_columns(pl.col("services").fill_null(0), pl.col("examples").list.join(", "))
        .sort("unused", "account_name", "practice", descending=[True, False, False], nulls_last=True)
    )
