"""The enterprise sample: deals with their stages, pushes and outcomes, and the true chances at every moment.

A deal goes through six stages. Whether it will be won is drawn at its creation, from the drivers; a lost one leaves at a stage that is drawn
too; at every stage but the first its close date may be pushed. The time that a stage takes says nothing. So the chance of winning, given what
is known when a stage begins, is that of the creation, changed by Bayes' rule for each stage passed and each push made or not made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from onelead.samples._bulk import TODAY
from onelead.samples._enterprise_world import BEGIN, PRODUCTS, WINDOW, Block, World

if TYPE_CHECKING:
    from numpy.typing import NDArray

STAGES = ("Prospecting", "Qualification", "Discovery", "Proposal", "Negotiation", "Commit")
WON, LOST = "Closed Won", "Closed Lost"
DEALS_A_COMPANY = 1.3
SOURCES = {"Referral": 0.5, "Partner": 0.25, "Event": 0.0, "Web": -0.15, "Outbound": -0.35, "List": -0.6}
TYPES = {"New": -0.3, "Expansion": 0.25, "Renewal": 0.8}
COMPETITORS = {"": 0.35, "Norvex": -0.1, "Quantara": -0.4, "Bluepeak": -0.7, "Orbital One": -1.0}
"""Level → what it adds to the log-odds of winning. The empty competitor is none."""
WIN = {"rep_skill": 0.55, "amount_to_norm": -0.5, "contacts": 0.3}
"""Driver → weight in the log-odds: the rep's skill (standard deviation 1), the logarithm of the first amount over what is usual for the
company's size, the contacts above two."""
REGION_SPREAD = 0.35
INTERCEPT = -0.35
BASE_WIN = 0.42
"""Chance of everybody where there is no signal."""
DROPS = np.array([0.2, 0.22, 0.2, 0.16, 0.12, 0.1])
"""Shares of the lost deals by the last stage that they reach."""
PUSH = {"intercept": -1.7, "amount_to_norm": 0.45, "competitor": 0.4, "partner_or_list": 0.3, "lost": 0.9}
"""Log-odds of a push at a stage's begin; ``lost`` is added for deals that will be lost, which makes a push a bad sign."""
FLAT_PUSH = 0.8
"""What is added for everybody where there is no signal, so that pushes are as frequent."""
_STAGE_DAYS = 24.0


@dataclass(frozen=True)
class Deals:
    """Deals by position; ``entered`` and ``pushed`` by deal and stage (day that the stage begins, days that the close date was moved then)."""

    company: NDArray[np.int64]
    number: NDArray[np.int64]
    created: NDArray[np.int64]
    codes: dict[str, NDArray[np.int64]]
    contacts: NDArray[np.int64]
    first_amount: NDArray[np.float64]
    amounts: NDArray[np.float64]
    """Dollars by deal and stage."""
    rep: NDArray[np.int64]
    last: NDArray[np.int64]
    won: NDArray[np.bool_]
    closed: NDArray[np.int64]
    """Day on which it closes, after the as-of date too."""
    entered: NDArray[np.int64]
    pushed: NDArray[np.int64]
    plan: NDArray[np.int64]
    """Close date that is expected by deal and stage."""
    win_at: NDArray[np.float64]
    """True chance of winning once a stage has begun."""
    push_ahead: NDArray[np.float64]
    """True chance that the close date is pushed once more at least."""

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which stages have begun by the as-of date."""
        return (self.entered <= TODAY) & (np.arange(len(STAGES)) <= self.last[:, None])

    @property
    def is_open(self) -> NDArray[np.bool_]:
        """Which deals are open on the as-of date."""
        return self.closed > TODAY

    @property
    def stage(self) -> NDArray[np.int64]:
        """Last stage that has begun by the as-of date."""
        return np.asarray(self.known.sum(axis=1) - 1)


def sigmoid(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chance of log-odds."""
    return np.asarray(1 / (1 + np.exp(-odds)))


def region_effects(world: World) -> NDArray[np.float64]:
    """What each region adds to the log-odds of winning, and to the logarithm of the amounts spent."""
    return np.linspace(-REGION_SPREAD, REGION_SPREAD, len(world.regions)).round(4)


def make_deals(world: World, block: Block, numbers_from: int) -> Deals:
    """The deals of a block of companies."""
    dice = block.dice
    rng = dice.numbers
    begin, end = np.maximum(block.since, BEGIN), np.maximum(block.until, np.maximum(block.since, BEGIN) + 1)
    count = rng.poisson(DEALS_A_COMPANY * (end - begin) / WINDOW * 1.6)
    if block.first == 0:
        count[0] = max(1, count[0])
    company = np.repeat(np.arange(len(count), dtype=np.int64), count)
    size = len(company)
    created = (begin[company] + rng.random(size) * (end - begin)[company]).astype(np.int64)
    codes = {
        "source": dice.index(len(SOURCES), size, (3, 3, 3, 5, 4, 2)),
        "type": dice.index(len(TYPES), size, (5, 3, 2)),
        "competitor": dice.index(len(COMPETITORS), size, (8, 3, 4, 3, 2)),
        "product": dice.below(PRODUCTS, size),
    }
    contacts = 1 + np.minimum(rng.poisson(1.3, size), 6).astype(np.int64)
    norm = 6.0 + 0.55 * np.log(block.employees[company])
    relative = rng.normal(0, 0.7, size)
    moved = rng.random(size) < 0.07  # noqa: PLR2004 - worked by another rep than the company's own
    reps = len(world.rep_ids) // len(world.regions)
    region = block.region[company]
    rep = np.where(moved, region + len(world.regions) * dice.below(reps, size), block.owner[company])
    chance = _chance(world, codes, relative, contacts, rep, region)
    return _lived(
        world,
        block,
        (company, numbers_from + np.arange(size, dtype=np.int64), created, rep),
        codes,
        (contacts, np.exp(norm + relative)),
        relative,
        chance,
    )


def _chance(
    world: World,
    codes: dict[str, NDArray[np.int64]],
    relative: NDArray[np.float64],
    contacts: NDArray[np.int64],
    rep: NDArray[np.int64],
    region: NDArray[np.int64],
) -> NDArray[np.float64]:
    """True chance of winning at creation."""
    if not world.signal:
        return np.full(len(rep), BASE_WIN)
    odds = INTERCEPT + WIN["rep_skill"] * world.rep_skill[rep] + WIN["amount_to_norm"] * relative
    odds = odds + WIN["contacts"] * (contacts - 2) + region_effects(world)[region]
    for name, levels in (("source", SOURCES), ("type", TYPES), ("competitor", COMPETITORS)):
        odds = odds + np.asarray(list(levels.values()))[codes[name]]
    return sigmoid(odds)


def _lived(
    world: World,
    block: Block,
    who: tuple[NDArray[np.int64], ...],
    codes: dict[str, NDArray[np.int64]],
    given: tuple[NDArray[np.int64], NDArray[np.float64]],
    relative: NDArray[np.float64],
    chance: NDArray[np.float64],
) -> Deals:
    """What becomes of each deal, stage by stage."""
    dice, size, stages = block.dice, len(chance), len(STAGES)
    rng = dice.numbers
    company, number, created, rep = who
    won = rng.random(size) < chance
    lost_path = ~won if world.signal else rng.random(size) >= BASE_WIN  # without signal the path tells nothing of the outcome
    last = np.where(lost_path, dice.index(stages, size, list(DROPS)), stages - 1)
    push = _push_chances(world, codes, relative)
    pushed = (rng.random((size, stages)) < np.where(lost_path, push[1], push[0])[:, None]) * (28 + dice.below(40, size)[:, None])
    pushed[:, 0] = 0
    takes = np.ceil(rng.gamma(2.0, _STAGE_DAYS / 2, (size, stages))).astype(np.int64)
    through = np.cumsum(takes + pushed, axis=1)
    entered = created[:, None] + np.concatenate([np.zeros((size, 1), dtype=np.int64), through[:, :-1]], axis=1)
    closed = created + through[np.arange(size), last]
    plan = (created + takes.sum(axis=1) + rng.integers(-7, 15, size))[:, None] + np.cumsum(pushed, axis=1)
    steps = np.where(rng.random((size, stages)) < 0.25, rng.normal(0, 0.08, (size, stages)), 0.0)  # noqa: PLR2004 - share of stages that change the amount
    steps[:, 0] = 0
    amounts = given[1][:, None] * np.exp(np.cumsum(steps, axis=1))
    win_at, ahead = _posterior(world, chance, push, pushed > 0)
    return Deals(company, number, created, codes, given[0], given[1], amounts, rep, last, won, closed, entered, pushed, plan, win_at, ahead)


def _push_chances(
    world: World, codes: dict[str, NDArray[np.int64]], relative: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Chance of a push at a stage's begin, of deals that will be won and that will be lost."""
    if not world.signal:
        flat = sigmoid(np.full(len(relative), PUSH["intercept"] + FLAT_PUSH))
        return flat, flat
    odds = PUSH["intercept"] + PUSH["amount_to_norm"] * relative + PUSH["competitor"] * (codes["competitor"] > 0)
    odds = odds + PUSH["partner_or_list"] * np.isin(codes["source"], (1, 5))
    return sigmoid(odds), sigmoid(odds + PUSH["lost"])


def _posterior(
    world: World, chance: NDArray[np.float64], push: tuple[NDArray[np.float64], NDArray[np.float64]], made: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The chance of winning, and of one more push at least, once each stage has begun."""
    stages = len(STAGES)
    reach = DROPS[::-1].cumsum()[::-1]  # share of the lost deals that reach a stage
    steps = np.where(made, np.log(push[0] / push[1])[:, None], np.log((1 - push[0]) / (1 - push[1]))[:, None])
    steps[:, 0] = 0
    # without signal path and outcome have nothing to do with each other: a stage passed says nothing
    gained = -np.log(reach)[None, :] + np.cumsum(steps, axis=1)
    odds = np.log(chance / (1 - chance))[:, None] + gained * world.signal
    win = sigmoid(odds)
    stay = sigmoid(np.log(chance / (1 - chance))[:, None] + gained)  # that the path is the one of a won deal
    ahead = np.zeros_like(win)
    for stage in range(stages):
        left = stages - 1 - stage
        none_won = (1 - push[0]) ** left
        drops = DROPS[stage:] / DROPS[stage:].sum()
        none_lost = sum(share * (1 - push[1]) ** further for further, share in enumerate(drops))
        ahead[:, stage] = 1 - stay[:, stage] * none_won - (1 - stay[:, stage]) * none_lost
    return win, ahead
