"""Amounts in another currency, worked out by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from tests.frames import MemorySnapshot, context, table

from onelead.tables.exchange_rates import converted, in_home

RATES = [
    {"currency": "EUR", "base_currency": "USD", "rate_date": date(2024, 1, 1), "rate": 1.10},
    {"currency": "EUR", "base_currency": "USD", "rate_date": date(2024, 2, 1), "rate": 1.20},
    {"currency": "USD", "base_currency": "JPY", "rate_date": date(2024, 1, 1), "rate": 125.0},
    {"currency": "CHF", "base_currency": "EUR", "rate_date": date(2024, 1, 15), "rate": 2.0},
]


@pytest.mark.parametrize(
    ("amount", "currency", "day", "dollars"),
    [
        (100.0, "EUR", date(2024, 1, 31), 110.0),
        (100.0, " eur", date(2024, 2, 1), 120.0),
        (100.0, "EUR", date(2023, 12, 31), None),
        (100.0, "EUR", None, None),
        (100.0, "USD", None, 100.0),
        (100.0, None, date(2024, 1, 31), 100.0),
        (250.0, "JPY", date(2024, 3, 1), 2.0),
        (10.0, "CHF", date(2024, 1, 20), 22.0),
        (10.0, "GBP", date(2024, 1, 20), None),
        (None, "EUR", date(2024, 1, 31), None),
    ],
)
def test_known_answers(amount: float | None, currency: str | None, day: date | None, dollars: float | None) -> None:
    """The newest rate on or before the day; turned round for yen, crossed over the euro for francs; never guessed."""
    rows = pl.DataFrame(
        {"amount": [amount], "currency": [currency], "day": [day]}, schema={"amount": pl.Float64, "currency": pl.String, "day": pl.Date}
    )
    [value] = converted(rows, table("exchange_rates", RATES), to="USD", day="day").to_list()
    assert value == (None if dollars is None else pytest.approx(dollars))
    assert _in_sql(rows) == [value if value is None else pytest.approx(value)]


def _in_sql(rows: pl.DataFrame, rates: list[dict[str, object]] | None = None) -> list[float | None]:
    given = table("exchange_rates", RATES if rates is None else rates)
    snapshot = MemorySnapshot({"rows": rows, "exchange_rates": given})
    found, known = snapshot.table("rows"), snapshot.table("exchange_rates")
    return snapshot.execute(in_home(found, known, context(), day=found.day, amounts={"here": "amount"}))["here"].to_list()


def test_a_rate_of_after_the_as_of_date_is_not_known_and_twice_the_same_day_doubles_no_row() -> None:
    twice = [
        {"currency": "EUR", "base_currency": "USD", "rate_date": date(2024, 9, 1), "rate": 1.5},
        {"currency": "EUR", "base_currency": None, "rate_date": date(2024, 9, 1), "rate": 9.0},
        {"currency": "EUR", "base_currency": "USD", "rate_date": date(2024, 9, 5), "rate": 2.0},
    ]
    days = pl.DataFrame({"amount": [1.0, 1.0], "currency": ["EUR", "EUR"], "day": [date(2024, 9, 4), date(2024, 9, 5)]})
    assert _in_sql(days, twice) == [1.5, None]


def test_rates_without_a_base_are_against_the_wanted_currency() -> None:
    rates = table("exchange_rates", [{"currency": "EUR", "base_currency": None, "rate_date": date(2024, 1, 1), "rate": 1.5}])
    rows = pl.DataFrame({"amount": [2.0, 4.0], "currency": ["EUR", "USD"], "day": [date(2024, 1, 2)] * 2})
    assert converted(rows, rates, to="usd", day="day").to_list() == [3.0, 4.0]
