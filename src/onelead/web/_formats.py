"""How numbers, money and dates are written, in the reader's locale and the workspace's currency. Rules: LOOK, "Charts" and "Words"."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - a method of Formats is called date
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_compact_currency, format_compact_decimal, format_currency, format_decimal

if TYPE_CHECKING:
    from collections.abc import Callable

    from babel.numbers import NumberPattern

    from onelead.web._page import Number

DASH = "—"
MINUS = "−"
COMPACT_FROM = 1000.0
SMALL_PERCENT = 0.1
SHARES = frozenset({"ratio", "percent"})
DAY_PATTERN = "d MMM y"
DAY_IN_YEAR = "d MMM"
SKELETONS = {DAY_PATTERN: "yMMMd", DAY_IN_YEAR: "MMMd"}
"""What other languages write in their own order and with their own points: 11. Sept. 2024, 2024年9月11日."""
FIGURES = 3
WRITTEN = 16_384
"""So many numbers and days of a kind are kept as they were written."""


@lru_cache(maxsize=64)
def known_locale(name: str) -> str | None:
    """``name`` as Babel writes it ("de-CH" → "de_CH"), or None where there is no such locale."""
    try:
        return str(Locale.parse(name.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return None


def _compacted(value: float, write: Callable[[int], str]) -> str | None:
    """``value`` in at most three figures, by ``write`` (digits after the point → text); None where the locale has no short form for it.

    German, for one, shortens millions, but no thousands: CLDR's pattern for these is the bare number, without its grouping.
    """
    whole = write(0)
    if _digits(whole) >= len(str(round(abs(value)))):
        return None
    return next((text for text in (write(2), write(1)) if _digits(text) <= FIGURES), whole)


def _digits(text: str) -> int:
    return sum(sign.isdigit() for sign in text)


@lru_cache(maxsize=64)
def _percent_pattern(locale: str) -> tuple[str, str]:
    """What stands before and after the number of a percentage: 46%, German 46 %."""
    before, after = re.split(r"[#0,.]+", Locale.parse(locale).percent_formats[None].pattern.split(";")[0], maxsplit=1)
    return before, after


@lru_cache(maxsize=256)
def _fixed_pattern(locale: str, digits: int) -> NumberPattern:
    """The locale's pattern of numbers with so many digits after the point, no more and no fewer."""
    pattern: NumberPattern = copy(Locale.parse(locale).decimal_formats[None])
    pattern.frac_prec = (digits, digits)
    return pattern


# What is written here is written again on the next page: Babel reads its patterns anew each time, which is the larger part of a table's time.


@lru_cache(maxsize=WRITTEN)
def _whole(value: float, locale: str) -> str:
    return str(format_decimal(value, locale=locale))


@lru_cache(maxsize=WRITTEN)
def _whole_money(value: int, currency: str, locale: str) -> str:
    pattern = Locale.parse(locale).currency_formats["standard"].pattern.replace(".00", "")
    return str(format_currency(value, currency, pattern, locale=locale, currency_digits=False))


@lru_cache(maxsize=WRITTEN)
def _compact_money(value: float, currency: str, locale: str) -> str | None:
    return _compacted(value, lambda digits: format_compact_currency(value, currency, locale=locale, fraction_digits=digits))


@lru_cache(maxsize=WRITTEN)
def _written_day(value: Day, pattern: str, locale: str) -> str:
    # English writes its months without a point in every region of the world here: "4 Sep", as the look has it
    if locale.startswith("en"):
        return str(format_date(value, pattern, locale="en_US"))
    return str(format_skeleton(SKELETONS[pattern], value, locale=locale))


@dataclass(frozen=True)
class Formats:
    """Writers for one reader. Unknown (None) is a dash."""

    locale: str = "en"
    currency: str = "USD"
    as_of: Day | None = None

    def money(self, value: float | None) -> str:
        """Compact, three figures: $8.52M, $142K."""
        if value is None:
            return DASH
        if abs(value) < COMPACT_FROM:
            return self.money_full(value)
        text = _compact_money(value, self.currency, self.locale)
        return self.money_full(value) if text is None else _minus(text)

    def money_full(self, value: float | None) -> str:
        """All digits, no cents: $165,000."""
        if value is None:
            return DASH
        return _minus(_whole_money(round(value), self.currency, self.locale))

    def count(self, value: float | None) -> str:
        """A whole number: 1,384."""
        return DASH if value is None else _minus(_whole(round(value), self.locale))

    def compact(self, value: float | None) -> str:
        """A count in three figures: 1.28M."""
        if value is None or abs(value) < 10 * COMPACT_FROM:
            return self.count(value)
        text = _compacted(value, lambda digits: format_compact_decimal(value, locale=self.locale, fraction_digits=digits))
        return self.count(value) if text is None else _minus(text)

    def number(self, value: float | None, digits: int | None = None) -> str:
        """A number with ``digits`` decimals; without, with at most two."""
        return DASH if value is None else _minus(self._decimal(value, digits, most=2))

    def percent(self, value: float | None, digits: int | None = None) -> str:
        """A share of 0 to 1 with ``digits`` decimals; without, 49%, and one decimal below a tenth. German 49 %."""
        if value is None:
            return DASH
        before, after = _percent_pattern(self.locale)
        return _minus(before + self._decimal(100 * value, digits, most=1 if 0 < abs(value) < SMALL_PERCENT else 0) + after)

    def points(self, value: float | None, digits: int | None = None) -> str:
        """A difference of shares with ``digits`` decimals; without, with at most one: +6 pts, +9.6 pts."""
        if value is None:
            return DASH
        sign = "" if not round(100 * value, 1) else "+" if value > 0 else MINUS
        return f"{sign}{self._decimal(abs(100 * value), digits, most=1)} pts"

    def _decimal(self, value: float, digits: int | None, most: int) -> str:
        if digits is None:
            return _whole(round(value, most) + 0.0, self.locale)
        return str(_fixed_pattern(self.locale, digits).apply(round(value, digits) + 0.0, self.locale))

    def change(self, value: float | None, unit: str) -> str:
        """What a value of that unit changed by: a share moves by points, so that it is not read as a relative change."""
        return self.points(value) if unit in SHARES else self.signed(value, unit)

    def days(self, value: float | None) -> str:
        """A duration: 12 d."""
        return DASH if value is None else f"{self.count(value)} d"

    def signed(self, value: float | None, unit: str = "count") -> str:
        """A change with its sign: +4, −18, +$31K."""
        if value is None:
            return DASH
        text = self.of(abs(value), unit)
        return text if not round(value, 6) else ("+" if value > 0 else MINUS) + text

    def date(self, value: Day | None) -> str:
        """A day: 4 Sep 2024."""
        return DASH if value is None else self._day(value, DAY_PATTERN)

    def short_date(self, value: Day | None) -> str:
        """A day, the year left out within the year of the as-of date: 4 Sep."""
        if value is None:
            return DASH
        return self._day(value, DAY_IN_YEAR if self.as_of is not None and value.year == self.as_of.year else DAY_PATTERN)

    def moment(self, value: datetime | None) -> str:
        """A point in time (UTC): 4 Sep 2024, 04:12."""
        return DASH if value is None else f"{self._day(value, DAY_PATTERN)}, {value:%H:%M}"

    def _day(self, value: Day, pattern: str) -> str:
        return _written_day(value, pattern, self.locale)

    def within(self, value: Day | None) -> str:
        """How far from the as-of date: in 5 days, 3 days late."""
        if value is None or self.as_of is None:
            return ""
        days = (value - self.as_of).days
        if days == 0:
            return "today"
        word = "day" if abs(days) == 1 else "days"
        return f"in {self.count(days)} {word}" if days > 0 else f"{self.count(-days)} {word} late"

    def span(self, low: float | None, high: float | None, unit: str = "money") -> str:
        """A range with a spaced dash: $231K – $338K."""
        return "" if low is None or high is None else f"{self.of(low, unit)} – {self.of(high, unit)}"

    def of(self, value: object, unit: str) -> str:
        """Any value by its unit (of core.units)."""
        if value is None:
            return DASH
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, Day):
            return self.date(value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if not isinstance(value, int | float):
            return str(value)
        writer = {"money": self.money, "ratio": self.percent, "percent": self.percent, "count": self.compact, "days": self.days}.get(unit)
        return writer(value) if writer else self.number(value)

    def tile(self, number: Number) -> str:
        """The big digits of a tile."""
        return number.value if isinstance(number.value, str) else self.of(number.value, number.unit)

    def plural(self, count: float | None, one: str, many: str | None = None) -> str:
        """A count with its noun: 1 account, 21 accounts."""
        return f"{self.count(count)} {one if count == 1 else many or one + 's'}"


def _minus(text: str) -> str:
    return text.replace("-", MINUS, 1) if text.startswith("-") else text
