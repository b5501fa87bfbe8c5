"""All that a forecast of bookings needs from the past, learned as of one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.models.bookings.chance import Chance, fit_chance
from onelead.models.bookings.pools import Pools, incidence, make_pools
from onelead.models.bookings.record import standing
from onelead.models.deals.states import ID

if TYPE_CHECKING:
    from onelead.models.bookings.record import Record
    from onelead.models.learning.matrix import Floats

EVERY_DAYS, LOOK_BACK = 14, 3 * 365
"""Past days that are looked at, and how far back."""
DEALS_MOST = 20_000
"""Deals that are learned from at most, by a hash of their id."""
MIN_CLOSED, MIN_WON, MIN_DAYS = 60, 20, 270
"""What a forecast needs: closed deals with their dates, won ones among them, and days from the first creation to the as-of date."""
YEAR, BLOCK, MONTHS = 365, 28, 12
UNIT = ("owner", "owner_id", "team", "region")
"""Whose a deal is."""


@dataclass(frozen=True)
class Births:
    """Deals that begin. ``rate``: how many a day, from ``counted`` of the last year; ``spread``: variance ÷ mean of four-weekly counts.

    ``season``: factor of each calendar month, shrunk to 1. ``rows``: past deals that were won: weight (see ``incidence``), time (days
    from creation to the win), value, code (below ``codes``) of the deal, account_id, born and whose it was (null: somebody who began none in the last year).
    """

    rate: float
    counted: int
    spread: float
    season: Floats
    rows: pl.DataFrame
    codes: int


@dataclass(frozen=True)
class Learned:
    """What past deals teach. ``closed`` deals with dates stand behind it, ``won`` of them won.

    ``steady``: how many deals of equal amount would say as much about a sum of money (Kish 1965); large ones weigh more in it.
    """

    pools: Pools
    chance: Chance
    births: Births | None
    closed: int
    won: int
    steady: float

    @property
    def nbytes(self) -> int:
        """Room that it takes, for those who keep it."""
        return int(self.pools.weight.nbytes * 5 + (self.births.rows.estimated_size() if self.births else 0))


def problem(record: Record) -> str | None:
    """Why there can be no forecast yet, or None."""
    ended = record.deals.filter(pl.col("closed").is_not_null())
    closed, won = ended.height, int(ended["won"].sum() or 0)
    if closed < MIN_CLOSED or won < MIN_WON:
        return f"A forecast of bookings learns from {MIN_CLOSED} closed deals with their dates, {MIN_WON} of them won; there are {closed}, {won} won."
    days = int(ended.select((pl.lit(record.as_of) - pl.col("created").min()).dt.total_days()).item())
    if days < MIN_DAYS:
        return f"A forecast of bookings looks back on {MIN_DAYS} days of deals; the first closed one began {days} days ago."
    began, over = ((pl.lit(record.as_of) - pl.col(name)).dt.total_days() for name in ("created", "closed"))
    stood = pl.min_horizontal(began, pl.lit(LOOK_BACK)) // EVERY_DAYS > over // EVERY_DAYS  # on one of the past days that are looked at
    watched = ended.filter(stood).height
    if watched < MIN_WON:
        return f"A forecast of bookings learns from {MIN_WON} deals that stood open for {EVERY_DAYS} days and closed within three years; there are {watched}."
    return None


def learn(record: Record) -> Learned:
    """Learn from what was known on ``record.as_of``; ask ``problem`` first."""
    sampled = record
    if record.deals.height > DEALS_MOST:
        sampled = record.of(pl.col(ID).hash(7) % record.deals.height < DEALS_MOST)
    seen = int(sampled.deals.select((pl.lit(record.as_of) - pl.col("created").min()).dt.total_days()).item())
    grid = [record.as_of - timedelta(days=days) for days in range(EVERY_DAYS, min(LOOK_BACK, seen) + 1, EVERY_DAYS)]
    moments = _watched(standing(sampled, grid), "day", record)
    ended = record.deals.filter(pl.col("closed").is_not_null())
    worth = ended["value"].drop_nulls().to_numpy()
    steady = float(worth.sum() ** 2 / max((worth**2).sum(), 1e-9)) if len(worth) else 0.0
    return Learned(make_pools(moments), fit_chance(moments), _births(record), ended.height, int(ended["won"].sum()), max(1.0, steady))


def _watched(rows: pl.DataFrame, begin: str, record: Record) -> pl.DataFrame:
    """``rows`` with time (days to the end, or watched so far) and ended (1 or 0)."""
    end = pl.coalesce("closed", pl.lit(record.as_of))
    return rows.with_columns(
        (end - pl.col(begin)).dt.total_days().cast(pl.Float64).alias("time"),
        pl.col("closed").is_not_null().cast(pl.Float64).alias("ended"),
    )


def _births(record: Record) -> Births | None:
    """None where creations are not stated, or no year is known."""
    born = record.deals.filter(pl.col("born").is_not_null() & (pl.col("born") > record.as_of - timedelta(days=LOOK_BACK)))
    if born.height < record.deals.height // 2 or born.height < MIN_CLOSED:
        return None
    ago = born.select((pl.lit(record.as_of) - pl.col("born")).dt.total_days()).to_series().to_numpy()
    span = min(YEAR, int(ago.max()) + 1)
    counted = int((ago < span).sum())
    blocks = np.bincount(ago[ago < span // BLOCK * BLOCK] // BLOCK, minlength=span // BLOCK)
    spread = float(blocks.var(ddof=1) / blocks.mean()) if len(blocks) > 2 and blocks.mean() > 0 else 1.0  # noqa: PLR2004 - fewer have no variance
    rows = _watched(born, "born", record)
    weighed = rows.with_columns(
        pl.Series("weight", incidence(rows["time"].to_numpy(), rows["ended"].to_numpy())),
        pl.col(ID).rank("dense").cast(pl.Int64).alias("code") - 1,
    )
    active = rows.filter(pl.col("born") > record.as_of - timedelta(days=YEAR))["owner"].unique().implode()
    whose = [pl.when(pl.col("owner").is_in(active)).then(pl.col(name)).alias(name) for name in UNIT]
    won = weighed.filter(pl.col("won").fill_null(value=False) & pl.col("value").is_not_null())
    kept = won.select("weight", "time", "value", "code", "account_id", "born", *whose)
    return Births(counted / span, counted, max(1.0, spread), _season(born["born"], record), kept, weighed.height)


def _season(born: pl.Series, record: Record) -> Floats:
    """How many deals begin in each calendar month against the mean month, over whole years, as far as they agree: shrunk by their noise."""
    years = min(LOOK_BACK, int(born.to_frame().select((pl.lit(record.as_of) - pl.col("born").min()).dt.total_days()).item())) // YEAR
    if years < 2:  # noqa: PLR2004 - one year cannot say what recurs
        return np.ones(MONTHS)
    recent = born.filter(born > record.as_of - timedelta(days=YEAR * years))
    counts = np.bincount(recent.dt.month().to_numpy() - 1, minlength=MONTHS).astype(np.float64)
    mean = counts.mean()
    beyond = max(0.0, float(counts.var(ddof=1)) - mean)  # what chance alone would not give
    found: Floats = 1.0 + (counts / mean - 1.0) * (beyond / (beyond + mean))
    return found
