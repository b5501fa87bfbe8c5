"""The fiscal calendar: years, quarters and weeks of a quarter, of a day and of a column of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from onelead.core.fiscal_settings import FiscalSettings

MONTHS, QUARTER = 12, 3


@dataclass(frozen=True)
class FiscalCalendar:
    """Fiscal periods by the settings. Quarters are of three whole months; weeks begin on the day that the settings name.

    Week 1 of a quarter begins with the quarter, however short it is, so that every day of a quarter has a week of this quarter.
    """

    settings: FiscalSettings

    def year(self, day: date) -> int:
        """The fiscal year of ``day``, called as the settings say."""
        begins = day.year - (day.month < self.settings.first_month)
        return begins if self.settings.named_after_start or self.settings.first_month == 1 else begins + 1

    def quarter(self, day: date) -> int:
        """The fiscal quarter of ``day``, 1 to 4."""
        return (day.month - self.settings.first_month) % MONTHS // QUARTER + 1

    def quarter_start(self, day: date) -> date:
        """First day of the fiscal quarter of ``day``."""
        back = (day.month - self.settings.first_month) % QUARTER
        return _months_on(day.replace(day=1), -back)

    def quarter_end(self, day: date) -> date:
        """Last day of the fiscal quarter of ``day``."""
        return _months_on(self.quarter_start(day), QUARTER) - timedelta(days=1)

    def year_start(self, day: date) -> date:
        """First day of the fiscal year of ``day``."""
        back = (day.month - self.settings.first_month) % MONTHS
        return _months_on(day.replace(day=1), -back)

    def year_end(self, day: date) -> date:
        """Last day of the fiscal year of ``day``."""
        return _months_on(self.year_start(day), MONTHS) - timedelta(days=1)

    def week(self, day: date) -> int:
        """Week of the fiscal quarter, from 1."""
        start = self.quarter_start(day)
        return (self._week_start(day) - self._week_start(start)).days // 7 + 1

    def weeks(self, day: date) -> int:
        """How many weeks the fiscal quarter of ``day`` has."""
        return self.week(self.quarter_end(day))

    def label(self, day: date) -> str:
        """The fiscal quarter in words, such as "FY2025 Q1"."""
        return f"FY{self.year(day)} Q{self.quarter(day)}"

    def _week_start(self, day: date) -> date:
        return day - timedelta(days=(day.isoweekday() - self.settings.week_start) % 7)

    def quarter_starts(self, days: pl.Expr) -> pl.Expr:
        """``quarter_start`` of a column of dates."""
        back = (days.dt.month().cast(_int()) - self.settings.first_month + MONTHS) % QUARTER
        return _moved(days, -back)

    def year_starts(self, days: pl.Expr) -> pl.Expr:
        """``year_start`` of a column of dates."""
        back = (days.dt.month().cast(_int()) - self.settings.first_month + MONTHS) % MONTHS
        return _moved(days, -back)

    def years(self, days: pl.Expr) -> pl.Expr:
        """``year`` of a column of dates."""
        begins = self.year_starts(days).dt.year()
        return begins if self.settings.named_after_start or self.settings.first_month == 1 else begins + 1

    def quarters(self, days: pl.Expr) -> pl.Expr:
        """``quarter`` of a column of dates."""
        return (days.dt.month().cast(_int()) - self.settings.first_month + MONTHS) % MONTHS // QUARTER + 1

    def week_numbers(self, days: pl.Expr) -> pl.Expr:
        """``week`` of a column of dates."""
        starts = self.quarter_starts(days)
        gaps = [(day.dt.weekday().cast(_int()) - self.settings.week_start + 7) % 7 for day in (days, starts)]
        return ((days - starts).dt.total_days() - gaps[0] + gaps[1]) // 7 + 1


def _months_on(first: date, months: int) -> date:
    """The first day of the month ``months`` after that of ``first``."""
    year, month = divmod(first.year * MONTHS + first.month - 1 + months, MONTHS)
    return date(year, month + 1, 1)


def _moved(days: pl.Expr, months: pl.Expr) -> pl.Expr:
    import polars as pl  # the command line reads settings long before it needs a frame

    months = days.dt.year().cast(_int()) * MONTHS + days.dt.month().cast(_int()) - 1 + months
    return pl.date(months // MONTHS, months % MONTHS + 1, 1)


def _int() -> type[pl.Int32]:
    import polars as pl

    return pl.Int32
