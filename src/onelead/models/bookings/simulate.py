"""Bookings to come, drawn many times: which open deals are won, when and at what worth, and which deals are still to be born."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from onelead.models.learning.logistic import sigmoid

if TYPE_CHECKING:
    from numpy.random import Generator

    from onelead.models.bookings.plan import Born, Plan
    from onelead.models.learning.matrix import Floats

WORLDS, DRAWS_A_WORLD = 40, 20
"""Readings of the past that are drawn: in each, past deals weigh anew (Rubin's Bayesian bootstrap 1981), and so chances, times and rates."""
DRAWS_MOST, DRAWS_LEAST, WORK = 4000, 400, 40_000_000
"""Draws: fewer where there are so many deals that the sums are steady anyway."""


@dataclass(frozen=True)
class Draws:
    """Worth of what is won: ``opened`` and ``born`` by draw, unit and stretch of days (between the plan's ``edges``)."""

    opened: Floats
    born: Floats

    @property
    def total(self) -> Floats:
        """Both together."""
        return self.opened + self.born


def draws_for(plan: Plan, draws: int = DRAWS_MOST) -> int:
    """How many draws of ``plan`` there are to be, at most ``draws``."""
    size = max(1, len(plan.chance)) + max((int(born.rate.sum()) for born in plan.born), default=0)
    return int(np.clip(WORK // size, min(DRAWS_LEAST, draws), draws))


def simulate(plan: Plan, *, seed: int, draws: int = DRAWS_MOST, like: Plan | None = None) -> Draws:
    """Draw what ``plan`` brings; equal plan and seed, equal draws. ``like``: as many of them as of that plan, so that both can be compared.

    Each part (chances, times, births) draws from a stream of its own, so that a changed assumption leaves all else as it was drawn.
    """
    count = draws_for(like or plan, draws)
    worlds = min(WORLDS, count // DRAWS_A_WORLD)
    parts = [_world(plan, np.random.SeedSequence([seed, world]), count // worlds) for world in range(worlds)]
    return Draws(np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts]))


def _world(plan: Plan, seed: np.random.SeedSequence, count: int) -> tuple[Floats, Floats]:
    streams = [np.random.default_rng(child) for child in seed.spawn(3 + len(plan.born))]
    resampled = streams[0].exponential(size=plan.pools.deals)
    shift = streams[0].normal() * plan.doubt
    opened = _opened(plan, resampled, shift, streams[1:3], count)
    born = np.zeros_like(opened)
    for part, stream in zip(plan.born, streams[3:], strict=True):
        born += _born(plan, part, stream, count)
    return opened, born


def _opened(plan: Plan, resampled: Floats, shift: float, streams: list[Generator], count: int) -> Floats:
    pools = plan.pools
    luck = streams[0].random((count, len(plan.chance)))
    draw, deal = np.nonzero(luck < sigmoid(plan.chance + shift * (np.abs(plan.chance) < plan.CERTAIN)))
    # one number for each deal and draw, won or not: a changed chance must not change when the others close
    spot = streams[1].random((count, len(plan.chance)))[draw, deal]
    through = np.concatenate([[0.0], np.cumsum(pools.weight * resampled[pools.deal])])
    begin, end = through[pools.start[plan.pool[deal]]], through[pools.stop[plan.pool[deal]]]
    entry = np.clip(np.searchsorted(through, begin + spot * (end - begin), side="right") - 1, 0, len(pools.days) - 1)
    late = plan.due[deal] + (pools.days[entry] - pools.due[entry])
    days = np.where(late >= 1, late, pools.days[entry])  # NaN (no date) is not later than anything
    days = np.where(np.isnan(plan.fixed[deal]), np.maximum(1.0, days * plan.slower), plan.fixed[deal])
    return plan.cube(count, draw, plan.unit[deal], days, plan.value[deal] * pools.ratio[entry])


def _born(plan: Plan, part: Born, stream: Generator, count: int) -> Floats:
    if not len(part.weight):
        return plan.cube(count, *(np.zeros(0, dtype=np.int64),) * 2, np.zeros(0), np.zeros(0))
    weight = part.weight * stream.exponential(size=part.codes)[part.code]
    chance = min(1.0, float(weight.sum()))
    known = stream.gamma(max(1.0, part.counted / part.spread), 1 / max(1.0, part.counted / part.spread))
    mean = part.rate * known * chance  # winning deals that begin, by day
    whole = mean.sum()
    uneven = max(0.0, part.spread - 1.0) * chance / max(whole, 1e-9)
    drawn = stream.poisson(whole * (stream.gamma(1 / uneven, uneven, count) if uneven > 1e-9 else np.ones(count)))  # noqa: PLR2004 - nothing
    draw = np.repeat(np.arange(count), drawn)
    begun = np.searchsorted(np.cumsum(mean), stream.random(len(draw)) * whole, side="right") if whole > 0 else draw
    entry = np.searchsorted(np.cumsum(weight), stream.random(len(draw)) * weight.sum(), side="right")
    entry, begun = np.minimum(entry, len(weight) - 1), np.minimum(begun, plan.days - 1)
    # thinned last: an assumption of fewer takes away some of the same deals
    still = stream.random(len(draw)) < part.kept[begun]
    draw, begun, entry = draw[still], begun[still], entry[still]
    days = begun + np.maximum(1.0, part.time[entry] * plan.slower)
    return plan.cube(count, draw, part.unit[entry], days, part.value[entry])
