"""What is drawn from: open deals with their chance and pool, deals that will begin, and the days that are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import polars as pl

from onelead.models.bookings.learn import UNIT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from onelead.models.bookings.learn import Births, Learned
    from onelead.models.bookings.pools import Pools
    from onelead.models.learning.matrix import Floats, Ints


@dataclass(frozen=True)
class Born:
    """Deals that will begin: ``rate`` a day from tomorrow on; past winners (by entry) of which each copies one. See ``learn.Births``."""

    rate: Floats
    counted: int
    spread: float
    weight: Floats
    time: Floats
    value: Floats
    code: Ints
    codes: int
    unit: Ints
    kept: Floats
    """Share of them that counts, by the day on which they begin."""


@dataclass(frozen=True)
class Plan:
    """``edges``: ends (days from now) of the stretches that bookings are summed over. ``units``: whose deals are, one row each.

    By open deal: ``chance`` (log-odds), ``pool``, ``due`` (NaN: no date), ``value``, ``unit``, and ``fixed`` (NaN, or the days after which
    it closes). ``slower`` multiplies all times to close; ``doubt`` is the standard deviation of all log-odds together.
    """

    CERTAIN: ClassVar[float] = 20.0

    edges: Floats
    units: pl.DataFrame
    pools: Pools
    chance: Floats
    pool: Ints
    due: Floats
    value: Floats
    unit: Ints
    fixed: Floats
    born: tuple[Born, ...]
    doubt: float
    slower: float = 1.0

    @property
    def days(self) -> int:
        """How many days are asked for."""
        return int(self.edges[-1])

    def cube(self, count: int, draw: Ints, unit: Ints, days: Floats, worth: Floats) -> Floats:
        """Sums by draw, unit and stretch; what closes after the last one is left out."""
        place = np.searchsorted(self.edges, days)
        within = place < len(self.edges)
        shape = (count, max(1, self.units.height), len(self.edges))
        flat = np.ravel_multi_index((draw[within], unit[within], place[within]), shape)
        sums: Floats = np.bincount(flat, weights=worth[within], minlength=int(np.prod(shape))).astype(np.float64)
        return sums.reshape(shape)


def make_plan(
    learned: Learned, rows: pl.DataFrame, as_of: date, edges: Sequence[int], *, chance: Floats | None = None, seen: pl.Expr | None = None
) -> Plan:
    """A plan for open deals (``rows`` of ``standing`` on ``as_of``); those without an amount are left out.

    ``chance``: log-odds of each row, else those that were learned. ``seen`` cuts the past deals whose likes will begin.
    """
    odds = learned.chance.log_odds(rows) if chance is None else chance
    known = rows["value"].is_not_null().to_numpy()
    rows, odds = rows.filter(known), odds[known]
    births = learned.births
    winners = births.rows.filter(seen) if births is not None and seen is not None else births.rows if births is not None else None
    whose = [rows.select(UNIT), *([winners.select(UNIT)] if winners is not None else [])]
    units = pl.concat(whose).unique(maintain_order=True).with_row_index("unit").with_columns(pl.col("unit").cast(pl.Int64))
    due = rows["due"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    days = int(max(edges))
    born = () if births is None or winners is None else (_born(births, winners, units, as_of, days),)
    return Plan(
        np.asarray(sorted(edges), dtype=np.float64),
        units,
        learned.pools,
        odds,
        learned.pools.of(rows["stage"].to_list(), due),
        due,
        rows["value"].to_numpy(),
        _units(rows, units),
        np.full(rows.height, np.nan),
        born,
        doubt_of(learned),
    )


def doubt_of(learned: Learned) -> float:
    """How far the log-odds of all deals may be off together: the standard error of a share of so many deals of equal amount."""
    share = min(learned.won, learned.closed - 1) / learned.closed  # a list of won deals alone leaves a doubt, not an endless one
    return float(1 / np.sqrt(learned.steady * share * (1 - share)))


def _born(births: Births, winners: pl.DataFrame, units: pl.DataFrame, as_of: date, days: int) -> Born:
    months = pl.date_range(as_of, pl.lit(as_of).dt.offset_by(f"{days}d"), "1d", eager=False)
    month = pl.select(months.alias("day"))["day"].dt.month().to_numpy()[1:] - 1
    weight, time, value, code = (winners[name].cast(pl.Float64).to_numpy() for name in ("weight", "time", "value", "code"))
    return Born(
        births.rate * births.season[month],
        births.counted,
        births.spread,
        weight,
        time,
        value,
        code.astype(np.int64),
        births.codes,
        _units(winners, units),
        np.ones(days),
    )


def _units(rows: pl.DataFrame, units: pl.DataFrame) -> Ints:
    return rows.select(UNIT).join(units, on=UNIT, how="left", nulls_equal=True, maintain_order="left")["unit"].to_numpy()
