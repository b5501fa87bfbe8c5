"""Units of metrics and features, and how their values are written."""

from __future__ import annotations

from enum import Enum


class Unit(Enum):
    """What a number counts. Ratios are 0 to 1, money is in the workspace's currency, durations are days."""

    COUNT = "count"
    MONEY = "money"
    RATIO = "ratio"
    DAYS = "days"
    YEARS = "years"
    SCORE = "score"
    FLAG = "flag"
    DATE = "date"
    TEXT = "text"


class Direction(Enum):
    """Whether more of a metric is better."""

    UP = "more is better"
    DOWN = "less is better"
    NEUTRAL = "neither"


CURRENCY_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


def money(value: float, currency: str = "USD") -> str:
    """``value`` without cents: ``$165,000``; a currency without a known sign is written behind: ``165,000 CHF``."""
    sign = CURRENCY_SIGNS.get(currency)
    amount = f"{abs(value):,.0f}"
    minus = "-" if round(value) < 0 else ""
    return f"{minus}{sign}{amount}" if sign else f"{minus}{amount} {currency}"


def written(value: object, unit: Unit, *, currency: str = "USD", estimated: bool = False) -> str:
    """A value as people read it; unknown is "unknown", never zero, and an estimate starts with "≈"."""
    if value is None:
        return "unknown"
    mark = "≈ " if estimated else ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{mark}{value}"
    text = {
        Unit.MONEY: lambda: money(value, currency),
        Unit.RATIO: lambda: f"{100 * value:.0f} %",
        Unit.COUNT: lambda: f"{value:,.0f}",
        Unit.DAYS: lambda: f"{value:,.0f} days",
    }.get(unit, lambda: f"{value:,.2f}".rstrip("0").rstrip("."))()
    return mark + text
