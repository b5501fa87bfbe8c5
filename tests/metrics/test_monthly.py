"""Amounts by month on a few rows, worked out by hand. The as-of date is 2024-09-04, so August is the last whole month."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.frames import account, context, snapshot_of

from onelead.metrics import monthly

ACCOUNTS = [account("A", region="North", owner_id="P1"), account("B")]
PEOPLE = [{"person_id": "P1", "team": "Red"}, {"person_id": "P2", "team": "Blue"}]
PRODUCTS = [{"product_id": "X", "product_line": "Boxes", "product_category": "Box"}, {"product_id": "Y", "product_category": "Care"}]
RATES = [{"currency": "EUR", "base_currency": "USD", "rate_date": date(2024, 1, 1), "rate": 1.5}]


def sold(number: str, account_id: str, day: date, amount: float, **more: Any) -> dict[str, Any]:
    return {"transaction_id": number, "account_id": account_id, "transaction_date": day, "amount": amount, **more}


def sums(source: str, **tables: Any) -> list[tuple[Any, ...]]:
    snapshot = snapshot_of(accounts=ACCOUNTS, people=PEOPLE, products=PRODUCTS, exchange_rates=RATES, **tables)
    return monthly(snapshot, context(), source).rows()


def test_each_dimension_is_looked_for_where_it_may_stand() -> None:
    """t1: region and team of its account, line of its product. t2: its own region, category for want of a line, team of its owner."""
    rows = [
        sold("t1", "A", date(2024, 8, 31), 100.0, product_id="X"),
        sold("t2", "A", date(2024, 8, 1), 10.0, product_id="Y", owner_id="P2", region="South"),
        sold("t3", "B", date(2024, 7, 9), 5.0),
    ]
    august, july = date(2024, 8, 1), date(2024, 7, 1)
    assert sums("transactions", transactions=rows) == [
        (july, None, None, None, 5.0, 1),
        (august, "North", "Boxes", "Red", 100.0, 1),
        (august, "South", "Care", "Blue", 10.0, 1),
    ]


def test_whole_months_in_one_currency_refunds_taken_off() -> None:
    """Of August 100 − 30 + 20 × 1.5; pounds have no rate, a repeat counts once, September is not over, and ten years ago is too long ago."""
    day = date(2024, 8, 5)
    rows = [
        sold("t1", "B", day, 100.0),
        sold("t1", "B", day, 100.0, is_repeat=True),
        sold("t2", "B", day, -30.0),
        sold("t3", "B", day, 20.0, currency="EUR"),
        sold("t4", "B", day, 9.0, currency="GBP"),
        sold("t5", "B", date(2024, 9, 2), 7.0),
        sold("t6", "B", date(2013, 9, 2), 7.0),
    ]
    assert sums("transactions", transactions=rows) == [(date(2024, 8, 1), None, None, None, 100.0, 3)]


def test_won_deals_and_invoices() -> None:
    deals = [
        {"opportunity_id": "1", "amount": 50.0, "close_date": date(2024, 5, 2), "is_won": True, "team": "Green", "product_line": "Racks"},
        {"opportunity_id": "2", "amount": 60.0, "close_date": date(2024, 5, 2), "is_won": False},
        {"opportunity_id": "3", "amount": 70.0, "close_date": date(2024, 5, 2)},
    ]
    assert sums("opportunities", opportunities=deals) == [(date(2024, 5, 1), None, "Racks", "Green", 50.0, 1)]
    bills = [{"invoice_id": "1", "account_id": "A", "amount": 50.0, "invoice_date": date(2024, 5, 2)}]
    assert sums("invoices", invoices=bills) == [(date(2024, 5, 1), "North", None, "Red", 50.0, 1)]
    assert sums("invoices") == []
