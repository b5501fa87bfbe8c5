"""Deals at moments: what was known on a day of each deal that was open then, as one row of features. Identifiers are no features."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from onelead.models.deals.states import ID

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from onelead.models._base import ModelInput
    from onelead.models.deals.states import Deals

RECENT = 30
FEW = 3
"""Closed deals below which a past win rate is left unknown."""
OF_ACCOUNT = ("industry", "size_class", "employees")
"""Read as they stand today. The segment is none of them: sellers write it anew when an account has become a customer."""
STATED = ("stage", "forecast_category", "probability", "amount", "pushes", "amount_cuts", "owner_changes")


def moments(data: ModelInput, deals: Deals, days: Sequence[date]) -> pl.DataFrame:
    """One row a day and deal open at its end: opportunity_id, account_id, day, the features; sorted by day and deal."""
    rows = _open_on(deals, days)
    rows = _with_state(rows, deals)
    rows = _with_activity(rows, data.frame("activities"))
    rows = _with_past(rows, deals, "owner")
    rows = _with_past(rows, deals, "account")
    about = data.frame("accounts").unique("account_id", keep="first").select("account_id", *OF_ACCOUNT)
    return rows.join(about, on="account_id", how="left").sort("day", ID)


def feature_names(rows: pl.DataFrame, refused: Sequence[str]) -> list[str]:
    """The columns of ``rows`` that may be learned from."""
    return [name for name in rows.columns if name not in (ID, "account_id", "day", *refused)]


def _open_on(deals: Deals, days: Sequence[date]) -> pl.DataFrame:
    grid = pl.DataFrame({"day": sorted(days)}, schema={"day": pl.Date})
    known = deals.listed.join(deals.ends.select(ID, "closed"), on=ID, how="left")
    crossed = known.join(grid, how="cross")
    still = pl.col("closed").is_null() | (pl.col("closed") > pl.col("day"))
    return crossed.filter((pl.col("created") <= pl.col("day")) & still).drop("closed")


def _with_state(rows: pl.DataFrame, deals: Deals) -> pl.DataFrame:
    """The newest state by the end of the day. A deal whose history begins later is unknown on that day and left out."""
    states = deals.states.with_columns(pl.col("changed_at").dt.date().alias("entered")).sort("changed_at")
    states = states.drop("changed_at", "is_listed").with_columns(pl.coalesce("owner_name", "owner_id").alias("owner"))
    found = rows.sort("day").join_asof(
        states, left_on="day", right_on="entered", by=ID, strategy="backward", check_sortedness=False, coalesce=False
    )
    day = pl.col("day")
    return found.filter(pl.col("entered").is_not_null() & pl.col("is_won").is_null()).select(
        ID,
        "account_id",
        "day",
        *deals.at_creation,
        *STATED,
        *deals.extras,
        "owner",
        (pl.col("amount") / pl.col("first_amount")).alias("amount_to_first"),
        (day - pl.col("created")).dt.total_days().alias("age_days"),
        (day - pl.col("stage_since")).dt.total_days().alias("stage_days"),
        (day - pl.col("entered")).dt.total_days().alias("days_since_change"),
        (pl.col("close_date") - day).dt.total_days().alias("days_to_close"),
        (pl.col("close_date") - pl.col("created")).dt.total_days().alias("planned_days"),
        pl.col("next_step").is_not_null().alias("has_next_step"),
    )


def _with_activity(rows: pl.DataFrame, activities: pl.DataFrame) -> pl.DataFrame:
    """Activities of the deal so far and in the last month, days since the last one, contacts, mean mood. Without any table: nothing."""
    counted = activities.filter(~pl.col("is_repeat").fill_null(value=False))
    done = counted.drop_nulls([ID, "activity_date"]).sort("activity_date", "activity_id")
    if done.is_empty():
        return rows
    new = pl.col("contact_id").is_first_distinct().over(ID) & pl.col("contact_id").is_not_null()
    mood = pl.col("sentiment")
    counted = done.select(
        ID,
        "activity_date",
        pl.int_range(1, pl.len() + 1).over(ID).alias("activities"),
        new.cum_sum().over(ID).cast(pl.Int64).alias("contacts"),
        (mood.fill_null(0.0).cum_sum().over(ID) / mood.is_not_null().cum_sum().over(ID)).fill_nan(None).alias("mood"),
    )
    earlier = counted.select(ID, pl.col("activity_date").alias("then"), pl.col("activities").alias("until_then"))
    options = {"by": ID, "strategy": "backward", "check_sortedness": False, "coalesce": False}
    found = rows.sort("day").join_asof(counted, left_on="day", right_on="activity_date", **options)  # type: ignore[arg-type]  # as join_asof takes them
    found = found.with_columns((pl.col("day") - timedelta(days=RECENT)).alias("month_ago"))
    found = found.sort("month_ago").join_asof(earlier, left_on="month_ago", right_on="then", **options)  # type: ignore[arg-type]  # as above
    return found.with_columns(
        pl.col("activities", "contacts").fill_null(0),
        (pl.col("activities").fill_null(0) - pl.col("until_then").fill_null(0)).alias("recent_activities"),
        (pl.col("day") - pl.col("activity_date")).dt.total_days().alias("days_since_activity"),
    ).drop("activity_date", "month_ago", "then", "until_then")


def _with_past(rows: pl.DataFrame, deals: Deals, whose: str) -> pl.DataFrame:
    """Deals of the same owner or account that closed before the day: how many, and the share won (unknown below ``FEW``)."""
    key = "account_id" if whose == "account" else "owner"
    last = deals.states.unique(ID, keep="last", maintain_order=True).select(ID, pl.coalesce("owner_name", "owner_id").alias("owner"))
    ended = deals.ends.join(deals.listed.select(ID, "account_id"), on=ID).join(last, on=ID, how="left").drop_nulls(key).sort("closed", ID)
    counted = ended.select(
        key,
        pl.col("closed").alias("past"),
        pl.int_range(1, pl.len() + 1).over(key).alias(f"{whose}_closed"),
        pl.col("won").cum_sum().over(key).cast(pl.Int64).alias("wins"),
    )
    found = rows.sort("day").join_asof(
        counted,
        left_on="day",
        right_on="past",
        by=key,
        strategy="backward",
        check_sortedness=False,
        coalesce=False,
        allow_exact_matches=False,
    )
    closed = pl.col(f"{whose}_closed").fill_null(0)
    share = pl.when(closed >= FEW).then(pl.col("wins") / closed)
    return found.with_columns(closed, share.alias(f"{whose}_win_rate")).drop("past", "wins")
