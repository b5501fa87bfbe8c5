"""Projects and opportunities as rules see them: typical project values, and when an account was last engaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.rules._services import topic_of
from onelead.tables.opportunities import frame_as_known

if TYPE_CHECKING:
    from onelead.core.context import Context
    from onelead.rules._proposal import RuleInput

TYPICAL_OF = 3
"""So many projects (or comparable accounts) of known value at least make a typical one."""


def prepared(projects: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Counted, attributed projects with: practice, its topic, won_or_open, is_open, engaged (last day of contact), value and its range.

    ``engaged``: for a won or open project its end, or the as-of date while it runs or is about to start (an open one without an end date
    runs); for any other project its start, when the bid was made. Null without dates. ``value``: stated, else the middle of its bucket.
    """
    reading, prices = context.settings.reading, context.settings.prices
    stage, size, value = pl.col("stage_status"), pl.col("size_bucket"), pl.col("value")
    as_of = pl.lit(context.as_of)
    is_open = stage.is_in(list(reading.stage_open)).fill_null(value=False)
    alive = is_open | stage.is_in(list(reading.stage_success)).fill_null(value=False)
    end = pl.when(is_open).then(pl.col("end_date").fill_null(as_of)).otherwise(pl.coalesce("end_date", "start_date"))
    ranges = {bucket: limits for bucket, limits in prices.project_size_range.items() if bucket in prices.project_size}
    low, high = ({**prices.project_size, **{bucket: limits[side] for bucket, limits in ranges.items()}} for side in (0, 1))
    kept = projects.lazy().filter(~pl.col("is_repeat").fill_null(value=False) & pl.col("account_id").is_not_null())
    topics = kept.select("practice").unique().with_columns(topic=topic_of(pl.col("practice"), context.settings.actions))
    return (
        kept.join(topics, on="practice", how="left", nulls_equal=True)
        .select(
            "account_id",
            "start_date",
            "topic",
            "practice",
            pl.coalesce("project_id", pl.lit("row ") + pl.col("source_row").cast(pl.String), pl.lit("row ?")).alias("key"),
            is_open.alias("is_open"),
            alive.alias("won_or_open"),
            (is_open & (pl.col("financial_status") == "R")).fill_null(value=False).alias("in_trouble"),
            pl.min_horizontal(pl.when(alive).then(end).otherwise(pl.col("start_date")), as_of).alias("engaged"),
            *(
                pl.coalesce(value, size.replace_strict(book, default=None, return_dtype=pl.Float64)).alias(name)
                for name, book in (("value", prices.project_size), ("value_low", low), ("value_high", high))
            ),
            value.is_null().alias("from_bucket"),
        )
        .collect()
    )


def engagement(given: RuleInput) -> pl.DataFrame:
    """One row a top-level account: projects, opportunities, assets (counts), open_opportunities, in_trouble, and engaged: the last day of contact.

    An open opportunity counts as contact today; a closed one on its close date, else the day it was created. Null where nothing is dated.
    """
    as_of = pl.lit(given.context.as_of)
    opportunities = (
        frame_as_known(given.frames("opportunities"), given.context)
        .lazy()
        .filter(~pl.col("is_repeat").fill_null(value=False) & pl.col("account_id").is_not_null())
        .with_columns(closed=pl.min_horizontal(pl.coalesce("close_date", "created_date"), as_of))
        .group_by("account_id")
        .agg(
            pl.len().cast(pl.Int64).alias("opportunities"),
            pl.col("is_open").sum().cast(pl.Int64).alias("open_opportunities"),
            pl.when("is_open").then(as_of).otherwise(pl.col("closed")).max().alias("opportunity_day"),
        )
    )
    projects = (
        given.projects.lazy()
        .group_by("account_id")
        .agg(
            pl.len().cast(pl.Int64).alias("projects"),
            pl.col("is_open").sum().cast(pl.Int64).alias("open_projects"),
            pl.col("in_trouble").sum().cast(pl.Int64),
            pl.col("engaged").max().alias("project_day"),
        )
    )
    assets = given.assets.lazy().group_by("account_id").agg(pl.len().cast(pl.Int64).alias("assets"))
    joined = given.top_accounts.lazy()
    for part in (projects, opportunities, assets):
        joined = joined.join(part, on="account_id", how="left", maintain_order="left")
    counts = ("projects", "open_projects", "in_trouble", "opportunities", "open_opportunities", "assets")
    return joined.with_columns(pl.col(*counts).fill_null(0), engaged=pl.max_horizontal("project_day", "opportunity_day")).collect()


def typical_values(given: RuleInput, wanted: pl.DataFrame, *, comparable: pl.Series) -> pl.DataFrame:
    """``wanted`` (account_id, topic, assets) with value, value_low, value_high, value_basis: what a project there brings; null if unknown.

    The median of won and open projects of known value, at least three: of the account's own where their values are stated, else of all of
    the topic's practice, else of all. Size buckets differ by factors of ten, so that the median of one account's few would be as far off
    as its largest bucket; over all accounts it is steady. An account without assets is told by the projects of the ``comparable``
    accounts (ids), from three such accounts on, as nothing says which practice would suit it.
    The range is the median bucket from end to end; where all values are stated, it runs from their lower to their upper quartile.
    """
    known = given.projects.filter(pl.col("won_or_open") & pl.col("value").is_not_null())
    enough = pl.len() >= TYPICAL_OF
    own = figures(known.filter(~pl.col("from_bucket")), ["account_id"], enough)
    practice = figures(known.drop_nulls("topic"), ["topic"], enough)
    overall = figures(known.with_columns(has_assets=pl.lit(value=True)), ["has_assets"], enough)
    alike = known.filter(pl.col("account_id").is_in(comparable.implode())).with_columns(has_assets=pl.lit(value=False))
    others = figures(alike, ["has_assets"], pl.col("account_id").n_unique() >= TYPICAL_OF)
    has_assets = pl.col("assets") > 0
    joined = (
        wanted.with_columns(has_assets=has_assets, topic_here=pl.when(has_assets).then("topic"))
        .join(own, on="account_id", how="left", maintain_order="left")
        .join(practice, left_on="topic_here", right_on="topic", how="left", suffix="_practice", maintain_order="left")
        .join(pl.concat([overall, others]), on="has_assets", how="left", suffix="_all", maintain_order="left")
    )
    basis = (
        pl.when(pl.col("value").is_not_null())
        .then(pl.lit("its own typical project"))
        .when(pl.col("value_practice").is_not_null())
        .then(pl.lit("a typical project of the practice"))
        .when(pl.col("value_all").is_not_null() & has_assets)
        .then(pl.lit("a typical project"))
        .when(pl.col("value_all").is_not_null())
        .then(pl.lit("a typical project of accounts with few platforms"))
    )
    # The three figures come from one and the same basis: the null of one is the null of all.
    return joined.select(
        *wanted.columns,
        basis.alias("value_basis"),
        *(pl.coalesce(name, f"{name}_practice", f"{name}_all") for name in ("value", "value_low", "value_high")),
    )


def figures(known: pl.DataFrame, keys: list[str], enough: pl.Expr) -> pl.DataFrame:
    """``keys`` with value, value_low and value_high of the groups of projects that are enough."""
    value, bucketed = pl.col("value"), pl.col("from_bucket").any()
    low, high = value.quantile(0.25, interpolation="lower"), value.quantile(0.75, interpolation="higher")
    grouped = known.group_by(keys).agg(
        value.median(),
        pl.when(bucketed).then(pl.col("value_low").median()).otherwise(low).alias("value_low"),
        pl.when(bucketed).then(pl.col("value_high").median()).otherwise(high).alias("value_high"),
        enough.alias("enough"),
    )
    return grouped.filter("enough").drop("enough")
