"""How long deals stay in their stages, and how long the won ones did: the norm that a deal standing still is held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

ON, BACK, WON, LOST, GONE = "On", "Back", "Won", "Lost", "Gone"
"""How a stay ends: in another stage, in one that comes before, with the deal won or lost, with the deal missing from the list."""
STAY_WENT_ON, STAY_ENDED = (ON, WON), (ON, BACK, WON, LOST)
"""Outcomes of stays that led on, and of those of which it is known whether they did."""
_DEAL = "opportunity_id"


def stage_rank(stages: Sequence[str], column: str = "stage") -> pl.Expr:
    """Place of the stage in ``column`` by the beginning of its name, as ``stages`` order them; those that they do not name come last."""
    lowered = pl.col(column).str.to_lowercase()
    rank = pl.lit(len(stages))
    for place, name in reversed(list(enumerate(stages))):
        rank = pl.when(lowered.str.starts_with(name.lower())).then(pl.lit(place)).otherwise(rank)
    return rank


def stage_stays(states: pl.DataFrame, as_of: date, stages: Sequence[str]) -> pl.DataFrame:
    """Each stay of a deal in a stage, by deal and time: opportunity_id, stage, entered, left, days, outcome, won, owner_name.

    ``states`` are rows of ``deal_history``; what they say after ``as_of``, or after a deal was closed first, is left out. ``left`` (a day)
    is null while the deal is there, ``days`` then run to ``as_of``. ``outcome`` is one of ON, BACK (by the order of ``stages``), WON, LOST,
    GONE, null while there. ``won`` says how the deal ended, null while it is open. ``owner_name`` had it when the stay began.
    """
    known = states.filter(pl.col("changed_at").dt.date() <= as_of)
    ending = pl.when("is_won").then(pl.lit(WON)).when(~pl.col("is_won")).then(pl.lit(LOST))
    events = known.with_columns(ending=ending.when(~pl.col("is_listed")).then(pl.lit(GONE)), closed=pl.col("is_won").is_not_null())
    before = pl.col("closed").cum_sum().over(_DEAL) - pl.col("closed").cast(pl.UInt32)
    events = events.filter((before == 0) & (pl.col("stage").is_not_null() | pl.col("ending").is_not_null()))
    same = [pl.col(name).eq_missing(pl.col(name).shift(1)) for name in (_DEAL, "ending")]
    same_stage = pl.col("ending").is_not_null() | pl.col("stage").eq_missing(pl.col("stage").shift(1))
    events = events.filter(~pl.all_horizontal(*same, same_stage)).with_columns(
        left=pl.col("changed_at").shift(-1).over(_DEAL).dt.date(),
        next_ending=pl.col("ending").shift(-1).over(_DEAL),
        next_stage=pl.col("stage").shift(-1).over(_DEAL),
        won=pl.col("is_won").drop_nulls().last().over(_DEAL),
        entered=pl.col("changed_at").dt.date(),
    )
    back = stage_rank(stages, "next_stage") < stage_rank(stages)
    outcome = pl.coalesce("next_ending", pl.when(pl.col("left").is_not_null()).then(pl.when(back).then(pl.lit(BACK)).otherwise(pl.lit(ON))))
    days = (pl.coalesce("left", pl.lit(as_of)) - pl.col("entered")).dt.total_days()
    stays = events.filter(pl.col("ending").is_null())
    return stays.select(_DEAL, "stage", "entered", "left", days=days, outcome=outcome, won="won", owner_name="owner_name")


def stage_norms(stays: pl.DataFrame, *, share: float, least: int) -> pl.DataFrame:
    """What won deals took in each stage: stage, won_deals, median_days, norm_days; from ``stays`` of ``stage_stays``.

    ``norm_days`` is the day by which the ``share`` (0 to 1) of their stays was over. Both are null below ``least`` won deals: too few are
    no norm.
    """
    done = stays.filter(pl.col("won") & pl.col("outcome").is_in(STAY_WENT_ON))
    place = (pl.len() * share).round(6).ceil().cast(pl.Int64) - 1
    told = done.group_by("stage").agg(
        pl.col(_DEAL).n_unique().cast(pl.Int64).alias("won_deals"),
        pl.col("days").median().alias("median_days"),
        pl.col("days").sort().get(place.clip(0)).cast(pl.Float64).alias("norm_days"),
    )
    enough = pl.col("won_deals") >= least
    return told.with_columns(pl.when(enough).then(name).alias(name) for name in ("median_days", "norm_days")).sort("stage")


def standing(stays: pl.DataFrame) -> pl.DataFrame:
    """The stage that each open deal is in, and since when: opportunity_id, stage, entered, days."""
    return stays.filter(pl.col("left").is_null()).select(_DEAL, "stage", "entered", "days")
