"""Metrics of deals on seven rows, worked out by hand. The as-of date is 2024-09-04, the currency USD."""

from __future__ import annotations

from datetime import date

import pytest
from tests.frames import context, snapshot_of

from onelead.core.settings import Settings
from onelead.metrics import values

DEALS = [
    {"opportunity_id": "a", "account_id": "1", "amount": 1000.0, "currency": "USD", "close_date": date(2024, 9, 3)},
    {"opportunity_id": "b", "account_id": "1", "amount": 500.25, "currency": None, "close_date": date(2024, 9, 4)},
    {"opportunity_id": "c", "account_id": "2", "amount": 9999.0, "currency": "EUR"},
    {"opportunity_id": "d", "account_id": "2", "amount": None},
    {
        "opportunity_id": "e",
        "account_id": "2",
        "amount": 300.0,
        "is_won": True,
        "created_date": date(2024, 1, 1),
        "close_date": date(2024, 1, 31),
    },
    {
        "opportunity_id": "f",
        "account_id": "2",
        "amount": 100.0,
        "is_won": True,
        "created_date": date(2024, 3, 1),
        "close_date": date(2024, 2, 1),
    },
    {"opportunity_id": "g", "account_id": "1", "amount": 70.0, "is_won": False, "close_date": date(2024, 5, 1)},
    {"opportunity_id": "a", "account_id": "1", "amount": 1000.0, "is_repeat": True},
]


@pytest.mark.parametrize(
    ("metric", "answer"),
    [
        ("open_pipeline_value", 1500.25),
        ("won_value", 400.0),
        ("lost_value", 70.0),
        ("average_deal_size", 200.0),
        ("win_rate", 2 / 3),
        ("closed_opportunities", 3),
        ("overdue_close_dates", 1),
        ("unvalued_opportunities", 1),
        ("foreign_currency_opportunities", 1),
        ("sales_cycle_days", 30.0),
    ],
)
def test_deals(metric: str, answer: float) -> None:
    """Open: a and b (c is in euros, d states no amount); a closed yesterday on paper, b is due today and not overdue.

    Won: e in 30 days, and f whose close lies before its creation (its amount counts, its cycle does not). Lost: g. The repeat of a counts
    nowhere.
    """
    found = values(snapshot_of(opportunities=DEALS), context(), [metric])
    assert found["value"][0] == pytest.approx(answer)
    assert not found["estimated"][0]


def test_euros_count_where_the_workspace_is_in_euros() -> None:
    settings = Settings.model_validate({"prices": {"currency": "eur"}})
    found = values(snapshot_of(opportunities=DEALS), context(settings=settings), ["open_pipeline_value"])
    assert found["value"][0] == pytest.approx(9999.0 + 500.25)


def test_a_plain_list_knows_no_deal() -> None:
    """Opportunities without amounts, dates and outcomes: counted, and everything else is unknown, not zero."""
    plain = [{"opportunity_id": "a", "account_id": "1"}]
    names = ["open_pipeline_value", "won_value", "win_rate", "average_deal_size", "sales_cycle_days", "overdue_close_dates"]
    assert values(snapshot_of(opportunities=plain), context(), names)["value"].to_list() == [None] * len(names)


def test_amounts_of_which_none_is_open_are_an_empty_pipeline() -> None:
    won = [{"opportunity_id": "a", "amount": 5.0, "is_won": True}]
    assert values(snapshot_of(opportunities=won), context(), ["open_pipeline_value"])["value"][0] == 0
