"""The fiscal calendar, with answers read off a wall calendar."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from onelead.core.fiscal import FiscalCalendar
from onelead.core.fiscal_settings import FiscalSettings

PLAIN = FiscalCalendar(FiscalSettings())
FEBRUARY = FiscalCalendar(FiscalSettings(first_month=2))
JULY = FiscalCalendar(FiscalSettings(first_month=7, named_after_start=True, week_start=7))


@pytest.mark.parametrize(
    ("calendar", "day", "label", "start", "end"),
    [
        (PLAIN, date(2024, 9, 4), "FY2024 Q3", date(2024, 7, 1), date(2024, 9, 30)),
        (PLAIN, date(2024, 12, 31), "FY2024 Q4", date(2024, 10, 1), date(2024, 12, 31)),
        (FEBRUARY, date(2024, 1, 31), "FY2024 Q4", date(2023, 11, 1), date(2024, 1, 31)),
        (FEBRUARY, date(2024, 2, 1), "FY2025 Q1", date(2024, 2, 1), date(2024, 4, 30)),
        (FEBRUARY, date(2024, 12, 5), "FY2025 Q4", date(2024, 11, 1), date(2025, 1, 31)),
        (JULY, date(2024, 6, 30), "FY2023 Q4", date(2024, 4, 1), date(2024, 6, 30)),
        (JULY, date(2024, 7, 1), "FY2024 Q1", date(2024, 7, 1), date(2024, 9, 30)),
    ],
)
def test_quarters(calendar: FiscalCalendar, day: date, label: str, start: date, end: date) -> None:
    assert (calendar.label(day), calendar.quarter_start(day), calendar.quarter_end(day)) == (label, start, end)


def test_years_begin_and_end() -> None:
    assert (FEBRUARY.year_start(date(2024, 1, 31)), FEBRUARY.year_end(date(2024, 1, 31))) == (date(2023, 2, 1), date(2024, 1, 31))
    assert (PLAIN.year_start(date(2024, 1, 31)), PLAIN.year_end(date(2024, 1, 31))) == (date(2024, 1, 1), date(2024, 12, 31))


def test_weeks_of_a_quarter() -> None:
    """1 July 2024 is a Monday; 1 October 2024 is a Tuesday, so that its first week has six days, or five up to a Saturday."""
    assert [PLAIN.week(date(2024, 7, day)) for day in (1, 7, 8)] == [1, 1, 2]
    assert [PLAIN.week(date(2024, 10, day)) for day in (1, 6, 7)] == [1, 1, 2]
    assert [JULY.week(date(2024, 10, day)) for day in (1, 5, 6)] == [1, 1, 2]
    assert (PLAIN.weeks(date(2024, 8, 1)), PLAIN.weeks(date(2024, 11, 1))) == (14, 14)


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("week_start", [1, 4, 7])
def test_columns_say_what_days_say(month: int, week_start: int) -> None:
    calendar = FiscalCalendar(FiscalSettings(first_month=month, week_start=week_start, named_after_start=month % 2 == 0))
    days = [date(2023, 12, 20) + timedelta(days=step) for step in range(0, 430, 3)]
    day = pl.col("day")
    got = pl.DataFrame({"day": days}).select(
        calendar.years(day).alias("year"),
        calendar.quarters(day).alias("quarter"),
        calendar.quarter_starts(day).alias("start"),
        calendar.year_starts(day).alias("began"),
        calendar.week_numbers(day).alias("week"),
    )
    known = [(calendar.year(d), calendar.quarter(d), calendar.quarter_start(d), calendar.year_start(d), calendar.week(d)) for d in days]
    assert got.rows() == known
