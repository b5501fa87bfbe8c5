"""What customers owe, how they pay, what teams are to bring in, and what a customer is worth: by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.frames import AS_OF
from tests.workspace._deals import deal, view_of

from onelead.workspace.attaining import quotas_by_team
from onelead.workspace.collecting import payers, receivables_by_age
from onelead.workspace.lifetime import mean_lifetime_value


def invoice(key: str, account: str | None, due: int, amount: float, *, paid: int | None = None) -> dict[str, Any]:
    """Due and paid so many days before the as-of date."""
    days = {"due_date": AS_OF - timedelta(days=due), "paid_date": None if paid is None else AS_OF - timedelta(days=paid)}
    return {"invoice_id": key, "account_id": account, "invoice_date": AS_OF - timedelta(days=due + 30), "amount": amount, **days}


INVOICES = [
    invoice("a", "1", 100, 500.0),
    invoice("b", "1", 10, 200.0),
    invoice("c", "1", -5, 100.0),
    invoice("d", "2", 40, 300.0, paid=30),
    invoice("e", "2", 60, 300.0, paid=60),
    invoice("f", None, 20, 900.0),
]
QUARTER = {"period_start": date(2024, 7, 1), "period_end": date(2024, 9, 30)}
QUOTAS = [
    {"person_id": "p1", "team": "North", "amount": 1000.0, **QUARTER},
    {"person_id": None, "team": "South", "amount": 400.0, **QUARTER},
]
WON = {"is_won": True, "close_date": AS_OF - timedelta(days=9)}
DEALS = [
    deal("a", amount=250.0, team="North", **WON),
    deal("b", amount=600.0, team="South", **WON),
    deal("c", amount=50.0, team="East", **WON),
]


def test_receivables_stand_by_age_from_what_is_not_due() -> None:
    """100 not due; b's 200 and f's 900 in the first 30 days, though f belongs to no account; a's 500 over 90: 1,700 in all."""
    found = receivables_by_age(*view_of(invoices=INVOICES)).rows()
    assert [row[:3] for row in found] == [("Not due", 100.0, 1), ("0–30 days", 1100.0, 2), ("Over 90 days", 500.0, 1)]
    assert [row[3] for row in found] == pytest.approx([100 / 1700, 1100 / 1700, 500 / 1700])
    assert receivables_by_age(*view_of()).is_empty()


def test_a_customer_owes_and_pays_late() -> None:
    """1 owes 800, of which 700 is overdue and 500 for over 90 days, and paid nothing; 2 owes nothing and paid 10 and 0 days late."""
    first, second = payers(*view_of(invoices=INVOICES)).to_dicts()
    assert (first["account_id"], first["open_value"], first["overdue"], first["oldest"], first["invoices"]) == ("1", 800, 700, 500, 3)
    assert (first["days_late"], first["paid"]) == (None, 0)
    assert (second["account_id"], second["open_value"], second["days_late"], second["paid"]) == ("2", 0, 5, 2)


def test_readers_of_some_accounts_see_what_these_owe() -> None:
    view = view_of(invoices=INVOICES, accounts_seen=["2"])
    assert payers(*view)["account_id"].to_list() == ["2"]
    assert receivables_by_age(*view).is_empty()


def test_teams_attain_their_quota() -> None:
    """North won 250 of 1,000; South 600 of 400, so nothing is left; East has no quota. As the metric counts: 900 ÷ 1,400 in all."""
    rows = quotas_by_team(*view_of(opportunities=DEALS, quotas=QUOTAS)).rows()
    assert rows == [("North", 1000.0, 250.0, 0.25, 750.0), ("South", 400.0, 600.0, 1.5, 0.0)]


def test_quotas_belong_to_no_account() -> None:
    assert quotas_by_team(*view_of(opportunities=DEALS, quotas=QUOTAS, accounts_seen=["1"])).is_empty()


def test_lifetime_values_are_averaged_over_the_accounts_that_have_one() -> None:
    kept = {"subject_kind": "account", "horizon_days": 0, "label_source": "outcomes"}
    rows = [
        {"model": model, "subject_id": account, "account_id": account, "value": value, **kept}
        for model, account, value in (("lifetime_value", "1", 100.0), ("lifetime_value", "2", None), ("churn_risk", "2", 900.0))
    ]
    assert mean_lifetime_value(*view_of(predictions=rows)) == {"value": 100.0, "accounts": 1}
    assert mean_lifetime_value(*view_of()) == {"value": None, "accounts": 0}
