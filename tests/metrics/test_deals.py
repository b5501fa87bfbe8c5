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


def test_deals() -> None:
    """Open: a and b (c is in euros, d states no amount); a closed yesterday on paper, b is due today and not overdue.

    Won: e in 30 days, and f whose close lies before its creation (its amount counts, its cycle does not). Lost: g. The repeat of a counts
    nowhere.
    """
    answers = {
        "open_pipeline_value": 1500.25,
        "won_value": 400.0,
        "lost_value": 70.0,
        "average_deal_size": 200.0,
        "win_rate": 2 / 3,
        "closed_opportunities": 3,
        "overdue_close_dates": 1,
        "unvalued_opportunities": 1,
        "foreign_currency_opportunities": 1,
        "sales_cycle_days": 30.0,
    }
    found = values(snapshot_of(opportunities=DEALS), context(), list(answers))
    assert dict(found.select("metric", "value").iter_rows()) == pytest.approx(answers)
    assert not found["estimated"].any()


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


CLOSED_LATER = [
    {
        "opportunity_id": "won",
        "amount": 100.0,
        "stage": "Closed",
        "created_date": date(2024, 1, 1),
        "close_date": date(2024, 2, 10),
        "is_won": True,
    },
    {
        "opportunity_id": "later",
        "amount": 40.0,
        "stage": "Closed",
        "created_date": date(2024, 1, 1),
        "close_date": date(2024, 8, 5),
        "is_won": True,
    },
    {
        "opportunity_id": "lost later",
        "amount": 7.0,
        "stage": "Closed",
        "created_date": date(2024, 2, 1),
        "close_date": date(2024, 8, 6),
        "is_won": False,
    },
    {"opportunity_id": "undated", "amount": 3.0, "stage": "Closed", "created_date": date(2024, 1, 2), "is_won": False},
    {"opportunity_id": "slipped", "amount": 1.0, "stage": "Propose", "created_date": date(2024, 1, 2), "close_date": date(2024, 2, 29)},
    {"opportunity_id": "new", "amount": 9.0, "stage": "Qualify", "created_date": date(2024, 4, 1), "close_date": date(2024, 12, 1)},
]
"""Exported on 2024-09-04. On 2024-03-01 one was won, three were open (two of them closed in August), one is lost on an unknown day, one did not exist."""

THEN_AND_NOW = {
    "win_rate": (1.0, 2 / 4),
    "won_value": (100.0, 140.0),
    "lost_value": (0.0, 10.0),
    "closed_opportunities": (1, 4),
    "average_deal_size": (100.0, 70.0),
    "sales_cycle_days": (40.0, (40 + 217) / 2),
    "open_pipeline_value": (40.0 + 7.0 + 1.0, 1.0 + 9.0),
    "open_opportunities": (3, 2),
    "overdue_close_dates": (1, 1),
    "opportunity_count": (5, 6),
}


def test_no_deal_tells_its_end_before_it_closed() -> None:
    snapshot = snapshot_of(opportunities=CLOSED_LATER)
    for place, on in enumerate((context().on(date(2024, 3, 1)), context())):
        found = dict(values(snapshot, on, list(THEN_AND_NOW)).select("metric", "value").iter_rows())
        assert found == pytest.approx({metric: answers[place] for metric, answers in THEN_AND_NOW.items()})


def test_on_the_day_it_closed_a_deal_is_closed() -> None:
    found = [values(snapshot_of(opportunities=CLOSED_LATER), context().on(date(2024, 8, day)), ["won_value"])["value"][0] for day in (4, 5)]
    assert found == [100.0, 140.0]
