"""Practices of the projects, and what belongs to them: installed products, open opportunities, catalogue services, typical values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.rules._projects import TYPICAL_OF, figures
from onelead.rules._services import topic_of
from onelead.tables.opportunities import frame_as_known

if TYPE_CHECKING:
    from collections.abc import Callable

    from onelead.core.context import Context


def practice_table(frames: Callable[[str], pl.DataFrame], context: Context) -> pl.DataFrame:
    """Columns kind (product_category, business_area, product_line), value, practice: which practices go with what products and deals.

    In this order: the settings' table (``practice_of``), the practice area of the export, the words of the practices table: a value whose
    words mean the same as those of a practice goes with that practice.
    """
    settings = context.settings.actions
    practices = frames("projects").select("practice").drop_nulls().unique()
    topics = practices.with_columns(topic=topic_of(pl.col("practice"), settings)).drop_nulls()
    assets, deals = frames("assets"), frames("opportunities")
    values = pl.concat(
        [
            assets.select(kind=pl.lit(name), value=name, area=pl.col("practice_area")).drop_nulls("value").unique()
            for name in ("product_category", "business_area")
        ]
        + [deals.select(kind=pl.lit("product_line"), value="product_line", area=pl.lit(None, dtype=pl.String)).drop_nulls("value").unique()]
    )
    by_table = pl.col("value").replace_strict(settings.practice_of, default=None, return_dtype=pl.String) if settings.practice_of else None
    stated = values.with_columns(practice=pl.coalesce(by_table, "area") if by_table is not None else pl.col("area"))
    known = stated.join(practices, on="practice", how="semi")
    by_words = (
        values.join(known, on=["kind", "value"], how="anti")
        .with_columns(topic=topic_of(pl.col("value"), settings))
        .join(topics, on="topic")
    )
    return pl.concat([part.select("kind", "value", "practice") for part in (known, by_words)]).unique().sort("kind", "value", "practice")


def installed_of(assets: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """account_id, practice, installed: counted products that a practice goes with, by their category, else their business area."""
    rows = assets.filter(~pl.col("is_repeat").fill_null(value=False) & pl.col("account_id").is_not_null()).select(
        "account_id", "product_category", "business_area"
    )
    sizes = rows.group_by("account_id", "product_category", "business_area").agg(pl.len().cast(pl.Int64).alias("installed"))
    of = {
        kind: table.filter(pl.col("kind") == kind).select(pl.col("value").alias(kind), "practice")
        for kind in ("product_category", "business_area")
    }
    by_category = sizes.join(of["product_category"], on="product_category")
    rest = sizes.join(of["product_category"], on="product_category", how="anti").join(of["business_area"], on="business_area")
    columns = ("account_id", "practice", "installed")
    found = pl.concat([by_category.select(columns), rest.select(columns)])
    return found.group_by("account_id", "practice").agg(pl.col("installed").sum()).sort("account_id", "practice")


def open_deals(opportunities: pl.DataFrame, table: pl.DataFrame, context: Context) -> pl.DataFrame:
    """account_id, practice, deals: open opportunities known by the as-of date whose product line goes with a practice."""
    kept = frame_as_known(opportunities, context).filter(
        ~pl.col("is_repeat").fill_null(value=False)
        & pl.col("account_id").is_not_null()
        & pl.col("is_open")
        & (pl.col("created_date") <= context.as_of).fill_null(value=True)
    )
    lines = table.filter(pl.col("kind") == "product_line").select(product_line="value", practice="practice")
    found = kept.select("account_id", "product_line").join(lines, on="product_line")
    return found.group_by("account_id", "practice").agg(pl.len().cast(pl.Int64).alias("deals")).sort("account_id", "practice")


def values_of(projects: pl.DataFrame) -> pl.DataFrame:
    """practice, value, value_low, value_high: the median won or open project of it, of at least three of known value.

    ``projects`` are prepared ones. The range is the median bucket from end to end, of stated values the quartiles.
    """
    known = projects.filter(pl.col("won_or_open") & pl.col("value").is_not_null() & pl.col("practice").is_not_null())
    return figures(known, ["practice"], pl.len() >= TYPICAL_OF)
