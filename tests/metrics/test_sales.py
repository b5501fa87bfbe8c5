"""Metrics of the enterprise tables on a few rows, worked out by hand. The as-of date is 2024-09-04, the currency USD."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from tests.frames import MemorySnapshot, context, snapshot_of

from onelead.core.settings import Settings
from onelead.metrics import query, rows, values

RATES = [
    {"currency": "EUR", "base_currency": "USD", "rate_date": date(2024, 1, 1), "rate": 1.10},
    {"currency": "EUR", "base_currency": "USD", "rate_date": date(2024, 8, 1), "rate": 1.20},
]


def sold(number: str, account: str, day: date, amount: float, currency: str | None = "USD", **more: Any) -> dict[str, Any]:
    return {
        "transaction_id": number,
        "account_id": account,
        "transaction_date": day,
        "amount": amount,
        "currency": currency,
        "region": "North" if account in "AB" else "South",
        **more,
    }


TRANSACTIONS = [
    sold("t1", "A", date(2024, 9, 4), 100.0),
    sold("t2", "A", date(2024, 9, 1), 50.0, "eur"),
    sold("t3", "A", date(2024, 8, 20), -30.0),
    sold("t4", "B", date(2024, 7, 1), 200.0),
    sold("t5", "C", date(2024, 6, 30), 40.0, None),
    sold("t6", "C", date(2024, 1, 2), 10.0, "EUR"),
    sold("t7", "D", date(2023, 12, 31), 5.0),
    sold("t8", "E", date(2023, 9, 5), 7.0),
    sold("t9", "A", date(2023, 9, 4), 300.0),
    sold("t10", "A", date(2022, 9, 4), 999.0),
    sold("t11", "A", date(2024, 8, 30), 70.0, "GBP"),
    sold("t12", "A", date(2024, 9, 5), 1000.0),
    sold("t1", "A", date(2024, 9, 4), 100.0, is_repeat=True),
    sold("t14", "A", date(2023, 12, 1), 20.0, "EUR"),
    sold("t15", "B", date(2024, 5, 5), 185.0),
    sold("t16", "B", date(2024, 8, 4), 65.0),
]
"""Euros: t2 are 60 dollars, t6 are 11, t14 lies before the first rate; pounds have no rate. t12 is of tomorrow.

In the year: t1 to t8 without t10 (393), t15 and t16: 643; by account A 130, B 450, C 51, D 5, E 7. The year before: t9.
"""

CONTRACTS = [
    {"account_id": "A", "start_date": date(2022, 1, 1), "end_date": date(2024, 12, 31), "annual_value": 100.0, "amount": 300.0},
    {
        "account_id": "A",
        "start_date": date(2024, 1, 1),
        "end_date": date(2024, 9, 4),
        "annual_value": 50.0,
        "amount": 50.0,
        "currency": "EUR",
    },
    {"account_id": "B", "start_date": date(2023, 1, 1), "end_date": date(2023, 12, 31), "annual_value": 200.0, "amount": 200.0},
    {"account_id": "B", "start_date": date(2024, 1, 1), "end_date": date(2024, 12, 31), "annual_value": 150.0, "amount": 150.0},
    {"account_id": "C", "start_date": date(2023, 6, 1), "end_date": date(2024, 9, 3), "annual_value": 40.0, "amount": 40.0},
    {"account_id": "D", "start_date": date(2024, 3, 1), "end_date": None, "annual_value": 70.0, "amount": 70.0},
    {"account_id": "C", "start_date": date(2023, 1, 1), "cancelled_date": date(2024, 9, 4), "annual_value": 10.0, "amount": 30.0},
    {"account_id": "A", "start_date": date(2024, 9, 5), "annual_value": 500.0, "amount": 500.0},
    {"account_id": "A", "start_date": date(2024, 1, 1), "annual_value": 9.0, "currency": "GBP"},
]
"""Run today: 100 and 55 of A (its last day), 150 of B, 70 of D; a year ago A 100, B 200, C 50."""

INVOICES = [
    {"invoice_date": date(2024, 8, 20), "due_date": date(2024, 9, 19), "amount": 100.0},
    {"invoice_date": date(2024, 7, 6), "due_date": date(2024, 8, 5), "amount": 50.0, "amount_paid": 0.0, "currency": "EUR"},
    {"invoice_date": date(2024, 7, 5), "due_date": date(2024, 8, 4), "amount": 40.0, "amount_paid": 10.0},
    {"invoice_date": date(2024, 5, 6), "due_date": date(2024, 6, 5), "amount": 20.0},
    {"invoice_date": date(2024, 1, 1), "due_date": date(2024, 1, 31), "paid_date": date(2024, 2, 10), "amount": 200.0},
    {"invoice_date": date(2024, 3, 1), "due_date": date(2024, 3, 31), "paid_date": date(2024, 3, 21), "amount": 100.0},
    {
        "invoice_date": date(2024, 8, 1),
        "due_date": date(2024, 8, 31),
        "paid_date": date(2024, 9, 10),
        "amount": 60.0,
        "amount_paid": 60.0,
    },
    {"invoice_date": date(2024, 8, 31), "due_date": date(2024, 9, 30), "amount": 5.0, "currency": "GBP"},
    {"invoice_date": date(2023, 1, 1), "due_date": date(2023, 1, 31), "paid_date": date(2023, 2, 20), "amount": 30.0},
]
"""Open: 100 not due, 55 (30 days), 30 (31), 20 (91), 60 (4 days; it will be paid, which nobody knew). Billed in the year: 575 in 366 days."""

LEADS = [
    {"lead_id": "l1", "created_date": date(2024, 1, 1), "opportunity_id": "o1"},
    {"lead_id": "l2", "created_date": date(2024, 2, 1)},
    {"lead_id": "l3", "created_date": date(2024, 3, 1), "opportunity_id": "o3"},
    {"lead_id": "l4", "created_date": date(2024, 3, 1)},
    {"lead_id": "l5", "created_date": date(2023, 9, 4), "opportunity_id": "o1"},
]
"""Of the four of the year, l1 and l2 (named by the deal o2) were won."""


def at(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime.combine(date(year, month, day), time(hour))


def deal(number: str, amount: float, close: date, **more: Any) -> dict[str, Any]:
    return {"opportunity_id": number, "amount": amount, "close_date": close, "account_id": "A", "owner_id": "r1", **more}


DEALS = [
    deal("o1", 100.0, date(2024, 7, 15), is_won=True, created_date=date(2024, 5, 16)),
    deal("o2", 50.0, date(2024, 8, 15), is_won=True, created_date=date(2024, 7, 16), currency="EUR", lead_id="l2"),
    deal("o3", 300.0, date(2024, 9, 20)),
    deal("o4", 500.0, date(2024, 10, 20)),
    deal("o5", 40.0, date(2024, 6, 1), is_won=False),
    deal("o6", 70.0, date(2024, 6, 15)),
    deal("o7", 20.0, date(2024, 8, 30), currency="EUR", push_count=0),
]
"""Won 100 and 60 (in euros, at the rate of the close), lost 40; open 300 and 24 this quarter, 500 the next one, 70 overdue since the last."""

MOVES = [
    {"opportunity_id": "o3", "changed_at": at(2024, 7, 1, 9), "close_date": date(2024, 8, 20)},
    {"opportunity_id": "o3", "changed_at": at(2024, 8, 1, 9), "close_date": date(2024, 9, 20)},
    {"opportunity_id": "o7", "changed_at": at(2024, 9, 5), "close_date": date(2024, 1, 1)},
]
CHANGES = [
    {"table": "opportunities", "key": "o4", "as_of": date(2024, 8, 1), "change": "changed", "column": "close_date", "before": "2024-09-15"},
    {"table": "opportunities", "key": "o4", "as_of": date(2024, 8, 1), "change": "changed", "column": "stage", "before": "A"},
    {"table": "assets", "key": "o3", "as_of": date(2024, 8, 1), "change": "changed", "column": "close_date", "before": "2024-01-01"},
]
QUARTER = {"period_start": date(2024, 7, 1), "period_end": date(2024, 9, 30)}
QUOTAS = [
    {"person_id": "r1", "team": "T", "amount": 400.0, "measure": "Bookings", **QUARTER},
    {"person_id": None, "team": "T", "amount": 400.0, "measure": "Bookings", **QUARTER},
    {"person_id": "r2", "team": "T", "amount": 366.0, "period_start": date(2024, 1, 1), "period_end": date(2024, 12, 31)},
    {"person_id": "r1", "team": "T", "amount": 1000.0, "measure": "Revenue", **QUARTER},
    {"person_id": None, "team": "U", "amount": 8.0, "period_start": date(2024, 7, 1), "period_end": date(2024, 7, 31)},
    {"person_id": "r1", "team": "T", "amount": 9.0, "period_start": date(2024, 4, 1), "period_end": date(2024, 6, 30)},
]
"""400 of r1, 92 of 366 days of r2's year, 8 of the team that has nobody: 500. The other team's is its people's; revenue is no booking."""

ANSWERS = {
    "revenue": 643.0,
    "revenue_fiscal_year": 643.0 - 5 - 7,
    "revenue_fiscal_quarter": 100 + 60 - 30 + 200 + 65,
    "revenue_month": 160.0,
    "revenue_growth_year": 643 / 300 - 1,
    "revenue_growth_quarter": (100 + 60 - 30 + 200 + 40 + 65) / 185 - 1,
    "revenue_growth_month": (100 + 60 - 30) / 65 - 1,
    "revenue_per_account": 643 / 5,
    "revenue_concentration": 450 / 643,
    "unconverted_transactions": 2,
    "arr": 100 + 55 + 150 + 70,
    "tcv": 300 + 55 + 150 + 70,
    "nrr": (155 + 150) / 350,
    "grr": (100 + 150) / 350,
    "logo_retention": 2 / 3,
    "unconverted_contracts": 1,
    "receivables": 265.0,
    "overdue_receivables": 165.0,
    "days_sales_outstanding": 265 / 575 * 366,
    "average_days_late": 5.0,
    "unconverted_invoices": 1,
    "lead_to_closed": 2 / 4,
    "win_rate_value": 160 / 200,
    "sales_velocity": 4 * (2 / 3) * 80 / 45,
    "open_pipeline_value": 300 + 500 + 70 + 24,
    "won_value": 160.0,
    "foreign_currency_opportunities": 0,
    "quota_attainment": 160 / 500,
    "pipeline_coverage": 324 / 340,
    "pushed_deals": 2,
    "slipped_deals": 2,
    "slip_rate": 2 / 4,
    "slipped_value": 570.0,
}
"""Pushed: o3 (by the CRM's history, within the quarter) and o4 (by a load, out of it). Slipped: o4, and o6 that was to close last quarter."""


@pytest.fixture(scope="module")
def snapshot() -> MemorySnapshot:
    return snapshot_of(
        exchange_rates=RATES,
        transactions=TRANSACTIONS,
        contracts=[{"contract_id": f"k{place}", **row} for place, row in enumerate(CONTRACTS)],
        invoices=[{"invoice_id": f"i{place}", **row} for place, row in enumerate(INVOICES)],
        leads=LEADS,
        opportunities=DEALS,
        opportunity_history=MOVES,
        changes=CHANGES,
        quotas=QUOTAS,
    )


@pytest.fixture(scope="module")
def found(snapshot: MemorySnapshot) -> dict[str, float | None]:
    return dict(values(snapshot, context(), list(ANSWERS)).select("metric", "value").iter_rows())


@pytest.mark.parametrize("metric", ANSWERS)
def test_known_answers(metric: str, found: dict[str, float | None]) -> None:
    assert found[metric] == pytest.approx(ANSWERS[metric])


def test_receivables_by_age(snapshot: MemorySnapshot) -> None:
    by_age = query(snapshot, context(), "receivables", by=["ageing"], where=["open_value>0"])
    ages = {"0–30 days": 115, "Not due": 100, "31–60 days": 30, "Over 90 days": 20}
    assert dict(by_age.select("ageing", "value").iter_rows()) == pytest.approx(ages)


def test_a_fiscal_calendar_moves_the_year_and_the_quota(snapshot: MemorySnapshot) -> None:
    """Fiscal years from June: the quarter runs from June to August, of which the quotas of July to September cover 62 of 92 days."""
    june = context(settings=Settings.model_validate({"fiscal": {"first_month": 6}}))
    names = ["revenue_fiscal_year", "revenue_fiscal_quarter", "quota_attainment"]
    found = values(snapshot, june.on(date(2024, 8, 31)), names)["value"].to_list()
    own = 400 * 62 / 92 + 92 + 8 + 9 * 30 / 91
    assert found == pytest.approx([-30 + 200 + 40 + 65, -30 + 200 + 40 + 65, 160 / own])
    labels = query(snapshot, june, "revenue", by=["fiscal_quarter"])
    assert dict(labels.select("fiscal_quarter", "value").iter_rows())["FY2025 Q2"] == pytest.approx(160)


def test_each_group_has_its_own_top_fifth(snapshot: MemorySnapshot) -> None:
    """Of A and B the larger is one of two accounts; a reader of these two sees no more than a group of them."""
    seen = query(snapshot, context(), "revenue_concentration", account_filter=frozenset("AB"))
    assert seen["value"][0] == pytest.approx(450 / 580)


def test_a_reached_quota_leaves_nothing_to_cover() -> None:
    reached = [{**QUOTAS[0], "amount": 100.0}]
    found = values(snapshot_of(opportunities=DEALS, quotas=reached), context(), ["pipeline_coverage", "quota_attainment"])
    assert found["value"].to_list() == [None, 1.0]


def test_growth_needs_both_years() -> None:
    young = values(snapshot_of(transactions=TRANSACTIONS[:6]), context(), ["revenue_growth_year", "revenue"])
    assert young["value"].to_list() == [None, 100 - 30 + 200 + 40]


def test_an_earlier_date_knows_no_later_rate_nor_payment(snapshot: MemorySnapshot) -> None:
    """On 2024-07-31 a euro was 1.10: o2 was open for 55 and o7 for 22. The invoice of August did not exist; three were open, one overdue."""
    then = context().on(date(2024, 7, 31))
    found = values(snapshot, then, ["open_pipeline_value", "receivables", "overdue_receivables", "arr"])["value"].to_list()
    assert found == pytest.approx([300 + 500 + 70 + 55 + 22, 55 + 30 + 20, 20, 100 + 55 + 150 + 40 + 70 + 10])


STAYS = [
    ("x", at(2024, 1, 1), "Qualify", None),
    ("x", at(2024, 1, 11), "Propose", None),
    ("x", at(2024, 1, 15), None, None),
    ("x", at(2024, 1, 31), "Propose", None),
    ("x", at(2024, 2, 10), "Closed", True),
    ("x", at(2024, 3, 1), "Reviewed", None),
    ("y", at(2024, 3, 1), "Propose", None),
    ("y", at(2024, 3, 6), "Qualify", None),
    ("y", at(2024, 3, 26), None, False),
    ("z", at(2024, 8, 25), "Qualify", None),
    ("z", at(2024, 9, 5), "Propose", None),
]
"""x: 10 days of Qualify, 30 of Propose (told twice) until it was won. y: 5 of Propose, back, 20 of Qualify, lost. z is in Qualify on the day."""


def test_stages() -> None:
    history = [{"opportunity_id": name, "changed_at": at, "stage": stage, "is_won": won} for name, at, stage, won in STAYS]
    snapshot = snapshot_of(opportunity_history=history, opportunities=[{"opportunity_id": "x", "owner_name": "Ana"}])
    found = values(snapshot, context(), ["time_in_stage_days", "stage_conversion"])["value"].to_list()
    assert found == [65 / 4, 2 / 4]
    by_stage = query(snapshot, context(), "stage_conversion", by=["stage"])
    assert dict(by_stage.select("stage", "value").iter_rows()) == {"Qualify": 0.5, "Propose": 0.5}
    outcomes = rows(snapshot, context(), "time_in_stage_days").select("owner_name", "stage", "days_in_stage", "outcome").rows()
    assert outcomes == [
        ("Ana", "Qualify", 10, "On"),
        ("Ana", "Propose", 30, "Won"),
        (None, "Propose", 5, "Back"),
        (None, "Qualify", 20, "Lost"),
    ]
