"""Assumptions tried on a plan: each changes one input of it, and all else is drawn as before."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.models.learning.logistic import sigmoid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from onelead.models.bookings.plan import Born, Plan
    from onelead.models.learning.matrix import Floats

MONTH = 365 / 12
NEVER, MOST = -99.0, 0.999


@dataclass(frozen=True)
class Levers:
    """What is assumed otherwise; as it stands, nothing is.

    ``win_rate``, ``deal_size``, ``cycle``, ``price`` and ``churn`` multiply chances of winning, amounts, days to close, prices, and the hazard
    of leaving. ``price_effect``: per cent by which the chance of winning changes for one per cent of price. ``reps`` people more (or fewer)
    after ``reps_in`` months, as productive as today's after ``ramp`` months. ``campaign``: share of more deals begun during ``campaign_months``
    in the segment ``campaign_on`` (column, value; None: everywhere). ``dropped``: ids of deals that are lost; ``pulled``: (id, closing day).
    """

    win_rate: float = 1.0
    deal_size: float = 1.0
    cycle: float = 1.0
    price: float = 1.0
    price_effect: float = 0.0
    churn: float = 1.0
    reps: float = 0.0
    reps_in: float = 0.0
    ramp: float = 6.0
    campaign: float = 0.0
    campaign_months: float = 3.0
    campaign_on: tuple[str, str] | None = None
    dropped: tuple[str, ...] = ()
    pulled: tuple[tuple[str, date], ...] = ()

    def parts(self) -> dict[str, Levers]:
        """Each lever that is moved, alone."""
        groups = {
            **{name: (name,) for name in ("win_rate", "deal_size", "cycle", "churn", "dropped", "pulled")},
            "price": ("price", "price_effect"),
            "headcount": ("reps", "reps_in", "ramp"),
            "campaign": ("campaign", "campaign_months", "campaign_on"),
        }
        still = {entry.name: entry.default for entry in fields(self)}
        moved = {name: names for name, names in groups.items() if getattr(self, names[0]) != still[names[0]]}
        return {name: Levers(**{key: getattr(self, key) for key in names}) for name, names in moved.items()}


def moved(plan: Plan, ids: Sequence[str], winners: pl.DataFrame, levers: Levers, as_of: date, reps: int) -> Plan:
    """``plan`` under ``levers``. ``ids``: its open deals. ``winners``: the past deals that its births copy, with segments; ``reps`` who sell now.

    Births of new people and of a campaign are parts of their own, so that all others are drawn as without them.
    """
    wins = levers.price**levers.price_effect * levers.win_rate
    chance = _times(plan.chance, wins)
    chance = np.where(np.isin(np.asarray(ids, dtype=object), levers.dropped), NEVER, chance)
    fixed = plan.fixed.copy()
    places = {name: place for place, name in enumerate(ids)}
    for name, day in levers.pulled:
        if name in places:
            fixed[places[name]] = max(1, (day - as_of).days)
    worth = levers.deal_size * levers.price
    first = [replace(part, value=part.value * worth) for part in plan.born[:1]]
    more = [one for part in first for one in _more(part, winners, levers, plan.days, reps, wins)]
    born = (*(replace(part, kept=part.kept * min(1.0, wins) * _stay(levers, plan.days, reps)) for part in first), *more)
    return replace(plan, chance=chance, fixed=fixed, value=plan.value * worth, born=born, slower=plan.slower * levers.cycle)


def _times(log_odds: Floats, factor: float) -> Floats:
    """Log-odds of the chances × ``factor``; a certain one stays certain."""
    if factor == 1.0:
        return log_odds
    chance = np.clip(sigmoid(log_odds) * factor, 0.0, MOST)
    with np.errstate(divide="ignore"):
        found: Floats = np.where(chance > 0, np.log(chance / (1 - chance)), NEVER)
    return found


def _since(levers: Levers, days: int) -> Floats:
    """Days since the headcount changed, by day."""
    found: Floats = np.maximum(0.0, np.arange(1, days + 1) - levers.reps_in * MONTH)
    return found


def _stay(levers: Levers, days: int, reps: int) -> Floats:
    """Share of the deals that still begin, by day, where people go: at once, and theirs with them."""
    gone = min(1.0, -levers.reps / reps) if levers.reps < 0 and reps else 0.0
    found: Floats = 1.0 - gone * (_since(levers, days) > 0).astype(np.float64)
    return found


def _more(first: Born, winners: pl.DataFrame, levers: Levers, days: int, reps: int, wins: float) -> list[Born]:
    """What is won beside: by a higher win rate, by people who come, by a campaign in its segment."""
    fewer = first.kept * min(1.0, wins)
    found = [replace(first, rate=first.rate * (wins - 1.0))] if wins > 1 else []
    if levers.reps > 0 and reps:
        since = _since(levers, days)
        share = np.minimum(1.0, since / (levers.ramp * MONTH)) if levers.ramp > 0 else (since > 0).astype(np.float64)
        found.append(replace(first, rate=first.rate * share * levers.reps / reps * max(1.0, wins), kept=fewer))
    if levers.campaign:
        rate = first.rate * levers.campaign * (np.arange(1, days + 1) <= levers.campaign_months * MONTH) * max(1.0, wins)
        inside = np.ones(len(first.weight), dtype=bool)
        if levers.campaign_on is not None:
            inside = winners[levers.campaign_on[0]].eq_missing(pl.Series([levers.campaign_on[1]])).to_numpy()
        only = {name: getattr(first, name)[inside] for name in ("weight", "time", "value", "code", "unit")}
        found.append(replace(first, rate=rate, kept=fewer, **only))
    return found
