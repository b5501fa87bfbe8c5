"""Spells (a customer's or contract's time from start to end) to what survival models need: who was at risk when, and what was known then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.core.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from onelead.models.learning.matrix import Floats

PERIOD = 30
"""Days of a period of the hazard model."""
NEEDED = ("account_id", "start", "end")
OPTIONAL = {"subject": pl.String, "seen_from": pl.Date, "seen_until": pl.Date, "term_months": pl.Float64, "yearly_value": pl.Float64}
DAYS_OF_MONTH = 365.25 / 12
BEFORE = 2
"""Terms end a day before they begin anew, and months differ in length: so many days earlier than the average one."""
TENURE, DUE = "tenure_days", "renewal_due"


@dataclass(frozen=True)
class Spells:
    """``rows``: spell (place in what was given), account_id, start, end, entry and until (days from the start between which it was watched), ended, ``OPTIONAL``.

    ``until`` is the day of the end where ``ended``, else the last day it was seen alive. ``left_out``: rows by reason.
    """

    rows: pl.DataFrame
    as_of: date
    left_out: dict[str, int]

    @property
    def entry(self) -> Floats:
        """Days from the start to the first day it was watched."""
        return self.rows["entry"].to_numpy().astype(np.float64)

    @property
    def until(self) -> Floats:
        """Days from the start to the end, or to the last day it was watched."""
        return self.rows["until"].to_numpy().astype(np.float64)

    @property
    def ended(self) -> Floats:
        """1 where the spell ended while it was watched."""
        return self.rows["ended"].to_numpy().astype(np.float64)


def spells(frame: pl.DataFrame, as_of: date) -> Spells:
    """What was known of the spells on ``as_of``: later starts are left out, later ends have not happened.

    ``frame``: account_id, start, end (null: not ended), one row a spell, and optionally seen_from (left truncation: it is in the data only because it
    still lived then), seen_until (censored then, for another reason than ``as_of``), subject (an id of the spell itself), term_months (it renews every so many months), yearly_value.
    Rows without account or start, that end before they start, or that were never watched are left out and counted. An end on the first day counts
    as after one day. Raises UsageError when a column is missing.
    """
    if missing := [name for name in NEEDED if name not in frame.columns]:
        raise UsageError(f"Spells lack {', '.join(missing)}.", hint=f"They need the columns {', '.join(NEEDED)}.")
    given = [pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, kind).alias(name) for name, kind in OPTIONAL.items()]
    number = pl.int_range(pl.len()).alias("spell")
    rows = frame.select(number, pl.col("account_id").cast(pl.String), pl.col("start", "end").cast(pl.Date), *given)
    whole = rows.drop_nulls(["account_id", "start"])
    begun = whole.filter(pl.col("start") <= as_of)
    sound = begun.filter(pl.col("end").is_null() | (pl.col("end") >= pl.col("start")))
    last = pl.min_horizontal(pl.lit(as_of), "seen_until")
    ended = (pl.col("end") <= last).fill_null(value=False)
    day = pl.when(ended).then("end").otherwise(last)
    timed = sound.with_columns(
        entry=(pl.col("seen_from") - pl.col("start")).dt.total_days().clip(lower_bound=0).fill_null(0),
        until=pl.when(ended)
        .then((day - pl.col("start")).dt.total_days().clip(lower_bound=1))
        .otherwise((day - pl.col("start")).dt.total_days()),
        ended=ended,
    )
    watched = timed.filter((pl.col("until") > pl.col("entry")) | ((pl.col("until") == 0) & (pl.col("start") == as_of)))
    left_out = {
        "without account or start": rows.height - whole.height,
        "start after the as-of date": whole.height - begun.height,
        "end before the start": begun.height - sound.height,
        "never watched": timed.height - watched.height,
    }
    return Spells(watched.sort("account_id", "start", "until", "entry", "spell"), as_of, left_out)


def active(found: Spells) -> pl.DataFrame:
    """The spells that run on the as-of date, with ``tenure_days`` so far."""
    running = ~pl.col("ended") & (pl.col("seen_until").is_null() | (pl.col("seen_until") >= found.as_of))
    return found.rows.filter(running).with_columns((pl.lit(found.as_of) - pl.col("start")).dt.total_days().cast(pl.Float64).alias(TENURE))


def person_periods(found: Spells, covariates: pl.DataFrame | None) -> pl.DataFrame:
    """One row per spell and period of ``PERIOD`` days in which it was watched: account_id, target, weight, ``tenure_days`` and ``renewal_due``, covariates.

    The weight of a period without an end is the share of it that was watched (the actuarial estimator); covariates are those known when it began.
    """
    first, last = pl.col("entry") // PERIOD, (pl.col("until") - 1).clip(lower_bound=0) // PERIOD
    rows = found.rows.filter(pl.col("until") > pl.col("entry")).with_columns(period=pl.int_ranges(first, last + 1)).explode("period")
    low = (pl.col("period") * PERIOD).alias("low")
    rows = rows.with_columns(low, begin=pl.max_horizontal(low, "entry"), stop=pl.min_horizontal(low + PERIOD, "until"))
    target = (pl.col("ended") & (pl.col("stop") == pl.col("until"))).cast(pl.Float64)
    rows = rows.with_columns(
        target=target,
        weight=pl.when(target > 0).then(1.0).otherwise((pl.col("stop") - pl.col("begin")) / PERIOD),
        day=pl.col("start") + pl.duration(days="begin"),
    ).with_columns(pl.col("low").cast(pl.Float64).alias(TENURE), due(pl.col("low")))
    return known(rows, covariates)


def due(tenure: pl.Expr) -> pl.Expr:
    """1 when a renewal falls into the ``PERIOD`` days after ``tenure`` (days); null without terms. The last day of a term is what counts."""
    term = pl.col("term_months") * DAYS_OF_MONTH
    now = tenure + BEFORE
    return (((now + PERIOD) / term).floor() > (now / term).floor()).cast(pl.Float64).alias(DUE)


def known(rows: pl.DataFrame, covariates: pl.DataFrame | None) -> pl.DataFrame:
    """``rows`` (account_id, day) with the newest covariates (account_id, known_on, …) that were known on that day."""
    if covariates is None:
        return rows
    sheet = covariates.with_columns(pl.col("account_id").cast(pl.String), pl.col("known_on").cast(pl.Date)).drop_nulls(
        ["account_id", "known_on"]
    )
    numbered = rows.with_row_index("row").sort("day")
    joined = numbered.join_asof(
        sheet.sort("known_on"), left_on="day", right_on="known_on", by="account_id", strategy="backward", check_sortedness=False
    )
    return joined.sort("row").drop("row")
