"""The stretches of days that bookings are forecast for: 30, 60 and 90 days, months, fiscal quarters; and what draws say of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from onelead.core.fiscal import FiscalCalendar
    from onelead.models.learning.matrix import Floats

WINDOWS = (30, 60, 90)
LEVELS = {"low": 0.1, "high": 0.9, "low95": 0.025, "high95": 0.975}
"""Ends of the 80 % and the 95 % interval."""
MIDDLE = 0.5


@dataclass(frozen=True)
class Period:
    """Days from ``begin`` to ``end``; ``kind`` is days, month or quarter, ``key`` its name: "30", "2024-09", "2024-07-01" (first day)."""

    kind: str
    key: str
    begin: date
    end: date


def periods(as_of: date, calendar: FiscalCalendar) -> list[Period]:
    """What is forecast on a day: the windows, this fiscal quarter and the next, and the months until its end."""
    tomorrow = as_of + timedelta(days=1)
    found = [Period("days", str(days), tomorrow, as_of + timedelta(days=days)) for days in WINDOWS]
    start = calendar.quarter_start(tomorrow)
    following = calendar.quarter_end(start) + timedelta(days=1)
    last = calendar.quarter_end(following)
    month = tomorrow.replace(day=1)
    while month <= last:
        after = (month + timedelta(days=31)).replace(day=1)
        found.append(Period("month", f"{month:%Y-%m}", month, after - timedelta(days=1)))
        month = after
    return [*found, *(Period("quarter", begin.isoformat(), begin, calendar.quarter_end(begin)) for begin in (start, following))]


def edges(asked: list[Period], as_of: date) -> list[int]:
    """Days from now at which a stretch has to end so that every period is a sum of stretches."""
    ends = {(period.end - as_of).days for period in asked} | {(period.begin - as_of).days - 1 for period in asked}
    return sorted(day for day in ends if day > 0)


def within(draws: Floats, ends: Floats, period: Period, as_of: date) -> Floats:
    """Sums of the stretches (last axis of ``draws``, ending at ``ends``) that lie in a period."""
    inside = (ends > (period.begin - as_of).days - 1) & (ends <= (period.end - as_of).days)
    found: Floats = draws[..., inside].sum(axis=-1)
    return found


def summary(values: Floats) -> dict[str, float]:
    """Mean and intervals of draws; where a few draws carry the mean (one large deal), the interval is stretched to hold it."""
    mean = float(values.mean())
    ends = dict(zip(LEVELS, np.quantile(values, list(LEVELS.values())).tolist(), strict=True))
    return {
        "forecast": mean,
        **{
            name: min(end, mean) if share < MIDDLE else max(end, mean)
            for (name, end), share in zip(ends.items(), LEVELS.values(), strict=True)
        },
    }
