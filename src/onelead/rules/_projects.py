"""Projects and opportunities as rules see them: typical project values, and when an account was last engaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.rules._services import topic_of

if TYPE_CHECKING:
    from onelead.core.context import Context
    from onelead.rules._proposal import RuleInput

OWN_PROJECTS = 3
"""From this many own projects of known value on, an account's own median counts as its typical project."""


def prepared(projects: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Counted, attributed projects with: topic (practice), won_or_open, is_open, engaged (last day of contact), value and its range.

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
        given.frames("opportunities")
        .lazy()
        .filter(~pl.col("is_repeat").fill_null(value=False) & pl.col("account_id").is_not_null())
        .with_columns(closed=pl.min_horizontal(pl.coalesce("close_date", "created_date"), as_of))
        .group_by("account_id")
        .agg(
            pl.len().cast(pl.Int64).alias("opportunities"),
            pl.col("is_won").is_null().sum().cast(pl.Int64).alias("open_opportunities"),
            pl.when(pl.col("is_won").is_null()).then(as_of).otherwise(pl.col("closed")).max().alias("opportunity_day"),
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


def typical_values(given: RuleInput, wanted: pl.DataFrame) -> pl.DataFrame:
    """``wanted`` (account_id, topic) with value, value_low, value_high, value_basis: what a project there typically brings; null if unknown.

    The median of the account's own won and open projects from three with a known value on, else of all such projects of the topic's
    practice, else of all of them. The range runs from the lower quartile of the low ends to the upper quartile of the high ends.
    """
    known = given.projects.filter(pl.col("won_or_open") & pl.col("value").is_not_null())
    figures = [
        pl.col("value").median(),
        pl.col("value_low").quantile(0.25, interpolation="lower"),
        pl.col("value_high").quantile(0.75, interpolation="higher"),
    ]
    own = known.group_by("account_id").agg(*figures, count=pl.len()).filter(pl.col("count") >= OWN_PROJECTS).drop("count")
    practice = known.drop_nulls("topic").group_by("topic").agg(figures)
    overall = known.select(figures)
    joined = (
        wanted.join(own, on="account_id", how="left", maintain_order="left")
        .join(practice, on="topic", how="left", suffix="_practice", maintain_order="left")
        .join(overall, how="cross", suffix="_all", maintain_order="left")
    )
    basis = (
        pl.when(pl.col("value").is_not_null())
        .then(pl.lit("its own typical project"))
        .when(pl.col("value_practice").is_not_null())
        .then(pl.lit("a typical project of the practice"))
        .when(pl.col("value_all").is_not_null())
        .then(pl.lit("a typical project"))
    )
    # The three figures come from one and the same basis: the null of one is the null of all.
    return joined.select(
        *wanted.columns,
        basis.alias("value_basis"),
        *(pl.coalesce(name, f"{name}_practice", f"{name}_all") for name in ("value", "value_low", "value_high")),
    )
