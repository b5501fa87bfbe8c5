"""Observed labels: account × past date, positive when a won project or opportunity starts within the horizon.

An account whose project history begins after the date is unknown there, not negative. Only windows that are over by the
as-of date are used, and nothing that starts after the as-of date is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from onelead.tables.opportunities import frame_as_known

if TYPE_CHECKING:
    from datetime import date

    from onelead.core.context import Context
    from onelead.models._base import ModelInput

MIN_KNOWN = 10
"""A past date with fewer accounts with history teaches nothing and only costs a computation of all features."""


@dataclass(frozen=True)
class Labels:
    """``rows``: account_id, as_of, positive, recency_days; sorted. ``recorded``: how many recorded outcomes are among them."""

    rows: pl.DataFrame
    recorded: int
    recorded_unused: int

    @property
    def dates(self) -> list[date]:
        """Past dates with labels, oldest first."""
        return self.rows["as_of"].unique().sort().to_list()

    @property
    def with_positive(self) -> int:
        """Distinct accounts with at least one positive row."""
        return int(self._ever().sum())

    @property
    def without_positive(self) -> int:
        """Distinct accounts with labelled rows and not one positive among them (the stricter reading: the two never overlap)."""
        return int((~self._ever()).sum())

    def _ever(self) -> pl.Series:
        return self.rows.group_by("account_id").agg(pl.col("positive").any())["positive"]


def project_starts(projects: pl.DataFrame, context: Context) -> pl.DataFrame:
    """account_id, start (a date up to the as-of date) and won of each counted, linked project; won is null for excluded stages."""
    reading = context.settings.reading
    won = pl.col("stage_status").is_in([*reading.stage_success, *reading.stage_open])
    lost = pl.col("stage_status").is_in([*reading.stage_failure])
    counted = ~pl.col("is_repeat").fill_null(value=False) if "is_repeat" in projects.columns else pl.lit(value=True)
    return projects.filter(counted, pl.col("account_id").is_not_null(), pl.col("start_date") <= context.as_of).select(
        "account_id",
        pl.col("start_date").alias("start"),
        pl.when(won).then(statement=True).when(lost).then(statement=False).alias("won"),
    )


def _opportunity_starts(opportunities: pl.DataFrame, context: Context) -> pl.DataFrame:
    counted = ~pl.col("is_repeat").fill_null(value=False) if "is_repeat" in opportunities.columns else pl.lit(value=True)
    return (
        frame_as_known(opportunities, context)
        .filter(
            counted,
            pl.col("account_id").is_not_null(),
            pl.col("created_date") <= context.as_of,
            pl.col("is_won").fill_null(value=True),
        )
        .select("account_id", pl.col("created_date").alias("start"), pl.lit(value=True).alias("won"))
    )


def label_dates(starts: pl.DataFrame, context: Context) -> list[date]:
    """Past dates to learn from, oldest first: from the last one with a complete window back, as far as the history supports."""
    settings = context.settings.propensity
    first = starts.group_by("account_id").agg(pl.col("start").min())["start"].sort()
    if first.len() < MIN_KNOWN:
        return []
    supported = first[MIN_KNOWN - 1]
    # Each date costs one computation of all features; with many accounts few dates give rows enough.
    wanted = min(settings.label_dates_max, max(4, settings.training_rows_max // first.len()))
    newest = context.as_of - timedelta(days=settings.horizon_days)
    dates = [newest - timedelta(days=settings.label_every_days * step) for step in range(wanted)]
    return sorted(day for day in dates if day >= supported)


def with_recency(accounts: pl.DataFrame, starts: pl.DataFrame) -> pl.DataFrame:
    """``accounts`` (account_id, as_of) plus recency_days: days since its last project start, null without one by then."""
    last = starts.select("account_id", pl.col("start")).sort("start")
    joined = accounts.sort("as_of").join_asof(
        last, left_on="as_of", right_on="start", by="account_id", strategy="backward", check_sortedness=False
    )
    return joined.with_columns((pl.col("as_of") - pl.col("start")).dt.total_days().alias("recency_days")).drop("start")


def build_labels(data: ModelInput) -> Labels:
    """Labels at all past dates, from starts and from recorded outcomes. Shape: account_id, as_of, positive, recency_days."""
    context = data.context
    starts = project_starts(data.projects, context)
    dates = label_dates(starts, context)
    grid = pl.DataFrame({"as_of": dates}, schema={"as_of": pl.Date})
    known = with_recency(starts.select("account_id").unique().join(grid, how="cross"), starts).drop_nulls("recency_days")
    wins = pl.concat([starts.filter(pl.col("won")), _opportunity_starts(data.opportunities, context)]).select("account_id", "start")
    horizon = timedelta(days=context.settings.propensity.horizon_days)
    ahead = known.sort("as_of").join_asof(
        wins.sort("start"),
        left_on="as_of",
        right_on="start",
        by="account_id",
        strategy="forward",
        allow_exact_matches=False,
        check_sortedness=False,
    )
    observed = ahead.select(
        "account_id", "as_of", (pl.col("start") <= pl.col("as_of") + horizon).fill_null(value=False).alias("positive"), "recency_days"
    )
    return _add_recorded(observed, data, grid, starts)


def _add_recorded(observed: pl.DataFrame, data: ModelInput, grid: pl.DataFrame, starts: pl.DataFrame) -> Labels:
    """A recorded outcome labels its account at the last date of the grid before it: features of that day were known by then."""
    recorded = data.recorded.select("account_id", "as_of", "positive").drop_nulls()
    recorded = recorded.filter(pl.col("as_of") <= data.context.as_of).join(data.documented, on="account_id", how="semi")
    placed = (
        recorded.sort("as_of")
        .join_asof(grid.select("as_of", pl.col("as_of").alias("date")), on="as_of", strategy="backward", check_sortedness=False)
        .drop_nulls("date")
        .select("account_id", pl.col("date").alias("as_of"), "positive")
    )
    extra = with_recency(placed, starts).select(observed.columns)
    rows = (
        pl.concat([observed, extra], how="vertical_relaxed")
        .group_by("account_id", "as_of")
        .agg(pl.col("positive").any(), pl.col("recency_days").min())
        .sort("account_id", "as_of")
    )
    return Labels(rows=rows, recorded=placed.height, recorded_unused=data.recorded.height - placed.height)
