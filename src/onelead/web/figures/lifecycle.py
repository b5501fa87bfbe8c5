"""Life cycles drawn in a row: bars on one scale of time for all rows of a list. Rows in, positions in percent out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

YEAR = timedelta(days=365)
MOST_YEARS = 14
"""Ends further ahead than this from the first start are cut off at the right edge."""
TICKS = 5


@dataclass(frozen=True)
class Scale:
    """From the first to the last day that is drawn."""

    first: date
    last: date

    def at(self, day: date) -> float:
        """Place of a day in percent, at the edge where it lies outside."""
        span = max((self.last - self.first).days, 1)
        return min(max(100.0 * (day - self.first).days / span, 0.0), 100.0)


@dataclass(frozen=True)
class Bar:
    """One stretch: current, last (the year before end of life), past (end of life) or open (none announced)."""

    kind: str
    left: float
    width: float


def scale_of(rows: Sequence[Mapping[str, Any]], as_of: date) -> Scale:
    """The scale of a list of assets (support_start_date, end_of_life_date, end_of_service_date), the as-of date in it with room around."""
    days = [day for row in rows for name in ("support_start_date", *_ends(row)) if (day := row[name]) is not None]
    first = min([*days, as_of - 2 * YEAR])
    last = min(max([*days, as_of + 2 * YEAR]), max(first + MOST_YEARS * YEAR, as_of + 3 * YEAR))
    return Scale(date(first.year, 1, 1), date(last.year, 12, 31))


def _ends(row: Mapping[str, Any]) -> list[str]:
    """The ends that are announced."""
    found = {"end_of_life_date": "days_to_end_of_life", "end_of_service_date": "days_to_end_of_service"}
    return [name for name, left in found.items() if row[left] is not None]


def bars_of(row: Mapping[str, Any], scale: Scale) -> list[Bar]:
    """The stretches of one asset: from the start of its support to end of life, then to the end of service life."""
    start = row["support_start_date"] or scale.first
    announced = _ends(row)
    end = row["end_of_life_date"] if "end_of_life_date" in announced else None
    service = row["end_of_service_date"] if "end_of_service_date" in announced else None
    if end is None:
        return [Bar("open", scale.at(start), 100.0 - scale.at(start))] if row["end_of_life_date"] is not None else []
    last = max(start, end - YEAR)
    out = [("current", start, last), ("last", last, max(end, start)), ("past", end, service if service and service > end else scale.last)]
    bars = [Bar(kind, scale.at(left), scale.at(right) - scale.at(left)) for kind, left, right in out]
    return [bar for bar in bars if bar.width > 0]


def ticks_of(scale: Scale, as_of: date) -> list[tuple[str, float]]:
    """Years under the scale and their places, none so near to the as-of date that the two would touch."""
    years = scale.last.year - scale.first.year + 1
    step = max(1, round(years / TICKS))
    found = [(str(year), scale.at(date(year, 1, 1))) for year in range(scale.first.year, scale.last.year + 1, step)]
    here = scale.at(as_of)
    return [(label, place) for label, place in found if abs(place - here) > 11 and place < 95]  # noqa: PLR2004 - the width of a label in percent


def support_place(row: Mapping[str, Any], scale: Scale) -> float | None:
    """Where a plausible end of support is marked; None where there is none, or beyond the scale."""
    end = row.get("plausible_support_end")
    return scale.at(end) if end is not None and scale.first <= end <= scale.last else None
