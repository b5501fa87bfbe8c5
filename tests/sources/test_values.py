"""Dates, numbers and flags as people write them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onelead.sources._values import as_flags, as_numbers, date_evidence, iso_dates, moments, other_dates, short_years

SOME_DAY = date(2024, 9, 4)


@pytest.mark.parametrize(
    "text",
    [
        "2024-09-04",
        "2024-09-04 00:00:00",
        "2024-09-04T10:11:12",
        "2024-09-04T10:11:12.123Z",
        "2024-09-04 10:11:12+02:00",
        "2024-09-04 10:11",
    ],
)
def test_iso_dates(text: str) -> None:
    assert iso_dates(pl.Series([text])).to_list() == [SOME_DAY]


@pytest.mark.parametrize(
    "text", ["2024-13-01", "2024-09-04x", "2024-09-04 noon", "1899-12-31 00:00:00", "1899-12-31 03:04:00", "", "20240904"]
)
def test_what_is_no_iso_date(text: str) -> None:
    assert iso_dates(pl.Series([text])).to_list() == [None]


@pytest.mark.parametrize(
    "text",
    [
        "4/9/2024",
        "04/09/2024",
        "04.09.2024",
        "4-9-24",
        "04/09/2024 10:11",
        "4-Sep-2024",
        "04 September 2024",
        "Sep 4, 2024",
        "2024/09/04",
        "20240904",
        "45539",
        "45539.5",
    ],
)
def test_other_dates_day_first(text: str) -> None:
    """45539 is Excel's serial number of 2024-09-04: 1899-12-30 + 45539 days."""
    assert date(1899, 12, 30) + timedelta(days=45539) == SOME_DAY
    assert other_dates(pl.Series([text]), "day").to_list() == [SOME_DAY]


def test_month_first() -> None:
    assert other_dates(pl.Series(["09/04/2024", "9/4/24"]), "month").to_list() == [SOME_DAY, SOME_DAY]


@pytest.mark.parametrize("text", ["32/13/2024", "2024", "123", "tomorrow", "4/2024", "31/02/2024", "45", "1e5", "9999999"])
def test_what_is_no_date(text: str) -> None:
    assert other_dates(pl.Series([text]), "day").to_list() == [None]


def test_evidence_for_the_order() -> None:
    assert date_evidence(pl.Series(["13/02/2024", "01/02/2024"])).order == "day"
    assert date_evidence(pl.Series(["02/13/2024", "01/02/2024"])).order == "month"
    assert date_evidence(pl.Series(["01/02/2024"])).order is None
    assert date_evidence(pl.Series(["13/02/2024", "02/13/2024"])).order is None


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.dates(date(1930, 1, 1), date(2199, 12, 31)))
def test_every_day_in_every_spelling(day: date) -> None:
    texts = [
        f"{day:%d/%m/%Y}",
        f"{day:%d.%m.%Y}",
        f"{day:%d-%b-%Y}",
        f"{day:%Y/%m/%d}",
        f"{day:%Y%m%d}",
        str((day - date(1899, 12, 30)).days),
    ]
    assert other_dates(pl.Series(texts), "day").to_list() == [day] * len(texts)
    assert iso_dates(pl.Series([day.isoformat(), f"{day} 00:00:00"])).to_list() == [day] * 2


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("6000", 6000), ("-1.5", -1.5), ("1,234.50", 1234.5), ("1,234,567", 1234567), ("$ 1,200", 1200), ("1 200 €", 1200), ("USD 7", 7), ("12 %", 0.12), ("(5)", -5),
        ("($1,200)", -1200), ("12,5", 12.5), ("1.234,56", 1234.56), ("1.234.567", 1234567), ("1e3", 1000), ("0,123", 0.123), ("1'200", 1200), ("1,234", 1234), ("1.234", 1.234),
        ("abc", None), ("nan", None), ("inf", None), ("1,2,3", None), ("12-3", None), ("", None), ("1,23,456.5", None),
    ],
)  # fmt: skip
def test_numbers(text: str, number: float | None) -> None:
    assert as_numbers(pl.Series([text])).to_list() == [number if number is None else pytest.approx(number)]


def test_a_column_decides_what_a_comma_means() -> None:
    """ "12,5" makes commas decimal for the column, "1,234.5" makes them thousands; with both, a lone "1,234" is not guessed."""
    assert as_numbers(pl.Series(["1,234", "12,5", "1.234"])).to_list() == [1.234, 12.5, 1234.0]
    assert as_numbers(pl.Series(["1,234", "1,234.5"])).to_list() == [1234.0, 1234.5]
    assert as_numbers(pl.Series(["1,234", "12,5", "0.25", "1.234"])).to_list() == [None, 12.5, 0.25, 1.234]


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.floats(-1e12, 1e12).map(lambda value: round(value, 2)))
def test_numbers_with_thousands(value: float) -> None:
    assert as_numbers(pl.Series([f"{value:,.2f}", repr(value)])).to_list() == [pytest.approx(value)] * 2


def test_flags() -> None:
    assert as_flags(pl.Series(["Yes", "N", "TRUE", "0", "maybe", None])).to_list() == [True, False, True, False, None, None]


def test_years_of_two_digits() -> None:
    """Columns of ends look ahead (99 is 2099, so that 31/12/99 stays "none announced"); others turn at 69/70."""
    texts = pl.Series(["31/12/99", "1/2/70", "1.2.69", "31-Dec-99", "29/02/72 10:00", "31/12/1999", "1999/12/31"])
    later = [date(2099, 12, 31), date(2070, 2, 1), date(2069, 2, 1), date(2099, 12, 31), date(2072, 2, 29), *[date(1999, 12, 31)] * 2]
    usual = [date(1999, 12, 31), date(1970, 2, 1), date(2069, 2, 1), date(1999, 12, 31), date(1972, 2, 29), *[date(1999, 12, 31)] * 2]
    assert other_dates(texts, "day", forward=True).to_list() == later
    assert other_dates(texts, "day").to_list() == usual
    assert short_years(texts).to_list() == [True] * 5 + [False] * 2


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-01T14:22:05Z", "2024-03-01T14:22:05"),
        ("2024-03-01 14:22:05.250", "2024-03-01T14:22:05.250000"),
        ("2024-03-01T14:22:05.000+02:00", "2024-03-01T12:22:05"),
        ("2024-03-01T00:30-0330", "2024-03-01T04:00:00"),
        ("2024-03-01", "2024-03-01T00:00:00"),
        ("soon", None),
        (None, None),
    ],
)
def test_moments(text: str | None, moment: str | None) -> None:
    read = moments(pl.Series([text], dtype=pl.String), iso_dates(pl.Series([text], dtype=pl.String)))
    assert read.to_list() == [None if moment is None else datetime.fromisoformat(moment)]
