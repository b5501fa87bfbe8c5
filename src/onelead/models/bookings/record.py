"""What a forecast of bookings learns from: deals with their beginning, end and worth, and how each stood on past days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from onelead.models.deals.states import ID, read_deals
from onelead.tables.exchange_rates import converted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from onelead.models._base import ModelInput

CATEGORIES = ("stage", "deal_type", "lead_source", "product_line", "region", "owner")
"""What a chance may rest on beside numbers: known while a deal is open."""


@dataclass(frozen=True)
class Record:
    """Deals until ``as_of``.

    ``deals``: opportunity_id, account_id, created, born (the stated day of creation; null: none is stated), closed, won, value (home
    currency on the closing day, null while open), owner, team, region and what is known from the creation on. ``states``: opportunity_id,
    entered, stage, close_date, amount (home currency), forecast_category, pushes, stage_since; sorted by day.
    """

    as_of: date
    deals: pl.DataFrame
    states: pl.DataFrame

    @property
    def nbytes(self) -> int:
        """Room that it takes, for those who keep it."""
        return int(self.deals.estimated_size() + self.states.estimated_size())

    def until(self, day: date) -> Record:
        """What was known at the end of ``day``."""
        deals = self.deals.filter(pl.col("created") <= day)
        later = (pl.col("closed") > day).fill_null(value=False)
        hidden = [pl.when(~later).then(pl.col(name)).alias(name) for name in ("won", "value", "closed")]
        return replace(self, as_of=day, deals=deals.with_columns(hidden))

    def of(self, kept: pl.Expr) -> Record:
        """Only the deals for which ``kept`` holds; their states are found by id."""
        return replace(self, deals=self.deals.filter(kept))


def read_record(data: ModelInput) -> Record:
    """The deals of the base as of ``data.context.as_of``, their amounts converted at dated rates."""
    known, home = read_deals(replace(data, frame=lambda name: _named(data.frame(name)))), data.context.settings.prices.currency
    rates = data.frame("exchange_rates")
    listed = data.opportunities
    listed = listed.filter(~pl.col("is_repeat").fill_null(value=False)) if "is_repeat" in listed.columns else listed
    about = listed.select(
        ID, born="created_date", currency="currency", amount="amount", owner=pl.coalesce("owner_name", "owner_id"), owner_id="owner_id"
    )
    deals = known.listed.join(about, on=ID, how="left", maintain_order="left").join(known.ends, on=ID, how="left", maintain_order="left")
    value = converted(deals.select("amount", "currency", day="closed"), rates, to=home, day="day")
    deals = deals.with_columns(value.alias("value"))
    states = known.states.filter(pl.col("is_listed").fill_null(value=True)).select(
        ID, "stage", "close_date", "amount", "forecast_category", "pushes", "stage_since", entered=pl.col("changed_at").dt.date()
    )
    paid = states.join(deals.select(ID, "currency"), on=ID, how="left", maintain_order="left")
    states = states.with_columns(converted(paid, rates, to=home, day="entered").alias("amount"))
    return Record(data.context.as_of, deals.drop("amount", "currency"), states.unique([ID, "entered"], keep="last").sort("entered", ID))


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    """Without the columns that have no name of ours: nothing here rests on them, and unpacking them takes longest."""
    return frame.drop("extra", strict=False)


def standing(record: Record, days: Sequence[date]) -> pl.DataFrame:
    """One row a day and deal open at its end, as it stood: opportunity_id, day, stage, due, value, age, stage_days, pushes and the categories.

    ``due`` are days to the stated close date, negative once it has passed. A deal without a history has no stage and no date, and its value
    is that of its closing.
    """
    rows = pl.concat([_open_on(record.deals, day) for day in sorted(days)])
    found = rows.sort("day").join_asof(
        record.states, left_on="day", right_on="entered", by=ID, strategy="backward", check_sortedness=False, coalesce=False
    )
    day = pl.col("day")
    return found.select(
        ID,
        "account_id",
        "day",
        "closed",
        "won",
        *(name for name in CATEGORIES if name != "stage"),
        "team",
        "owner_id",
        "stage",
        "forecast_category",
        "close_date",
        pl.col("value").alias("final"),
        pl.coalesce("amount", "value").alias("value"),
        (pl.col("close_date") - day).dt.total_days().alias("due"),
        (day - pl.col("created")).dt.total_days().alias("age"),
        (day - pl.col("stage_since")).dt.total_days().alias("stage_days"),
        pl.col("pushes").fill_null(0),
    ).sort("day", ID)


def _open_on(deals: pl.DataFrame, day: date) -> pl.DataFrame:
    still = pl.col("closed").is_null() | (pl.col("closed") > day)
    return deals.filter((pl.col("created") <= day) & still).with_columns(pl.lit(day).alias("day"))


def booked(record: Record, after: date, until: date) -> float:
    """Worth of the deals won after the one day up to the other."""
    won = record.deals.filter(pl.col("won").fill_null(value=False) & (pl.col("closed") > after) & (pl.col("closed") <= until))
    return float(won["value"].sum() or 0.0)
