"""Contractual lifetime value: what a contract brings while it survives, discounted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from onelead.core.errors import UsageError
from onelead.models.survival.spells import PERIOD

if TYPE_CHECKING:
    from onelead.models.learning.matrix import Floats

YEAR = 365.25
LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True)
class Lifetime:
    """Mean worth of each contract and the 80 % interval of what it will have brought: it ends early or late, nothing else is uncertain in it."""

    expected: Floats
    low: Floats
    high: Floats


def worth(curves: Floats, yearly: Floats, discount: float) -> Lifetime:
    """Worth of the time that ``curves`` cover, from now.

    ``curves``: contracts × (1 + periods), share that survives 0, 1, 2 … periods of 30 days, first column 1. ``yearly``: money a year, the same each year;
    NaN (unknown) stays NaN. ``discount``: yearly rate, 0.1 is 10 %. Money comes in evenly; a contract that ends within a period brings half of it.
    Raises UsageError for a discount of −1 or less.
    """
    if discount <= -1:
        raise UsageError(f"A discount of {discount:g} a year cannot be.", hint="Give a rate such as 0.1 for 10 %.")
    periods = curves.shape[1] - 1
    years = PERIOD / YEAR
    pieces = years * (1.0 + discount) ** (-years * (np.arange(periods) + 0.5))
    survived = (curves[:, 1:] + curves[:, :-1]) / 2
    reached = np.concatenate([[0.0], np.cumsum(pieces)])
    return Lifetime(
        expected=yearly * (survived @ pieces),
        low=yearly * _annuity(reached, _lasting(curves, 1.0 - LOW)),
        high=yearly * _annuity(reached, _lasting(curves, 1.0 - HIGH)),
    )


def _lasting(curves: Floats, share: float) -> Floats:
    """Periods after which only ``share`` survive (the whole time when more do), even within a period."""
    below = curves < share
    first = np.where(below.any(axis=1), below.argmax(axis=1), curves.shape[1] - 1)
    row = np.arange(len(curves))
    before, after = curves[row, np.maximum(first - 1, 0)], curves[row, first]
    drop = np.where(before > after, before - after, 1.0)
    inside = np.clip((before - share) / drop, 0.0, 1.0)
    found: Floats = np.where(below.any(axis=1), first - 1 + inside, float(curves.shape[1] - 1))
    return found


def _annuity(reached: Floats, periods: Floats) -> Floats:
    """Discounted years that so many periods are worth."""
    return np.interp(periods, np.arange(len(reached)), reached)
