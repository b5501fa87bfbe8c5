"""Contracts that could be one agreement, and products bought without a service: by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.workspace._deals import view_of

from onelead.workspace.contract_groups import contract_groups, service_attach


def contract(key: str, account: str, value: float, end: date, **more: Any) -> dict[str, Any]:
    return {"contract_id": key, "account_id": account, "annual_value": value, "start_date": date(2024, 1, 1), "end_date": end, **more}


CONTRACTS = [
    contract("a", "1", 10.0, date(2024, 12, 31), product_id="p"),
    contract("b", "1", 30.0, date(2025, 3, 31), product_id="p"),
    contract("c", "1", 90.0, date(2024, 3, 31), product_id="q"),
    contract("d", "1", 90.0, date(2025, 3, 31), cancelled_date=date(2024, 2, 1)),
    contract("e", "2", 50.0, date(2025, 3, 31)),
]


def test_running_contracts_of_one_account() -> None:
    """c has ended and d was cancelled; the median of 10, 30 and 50 is 30."""
    row = contract_groups(*view_of(contracts=CONTRACTS)).row(0, named=True)
    assert (row["account_id"], row["contracts"], row["small"], row["yearly"]) == ("1", 2, 1, 40)
    assert (row["products"], row["ends"], row["first_end"], row["spread_days"]) == (1, 2, date(2024, 12, 31), 90)
    assert contract_groups(*view_of(contracts=CONTRACTS)).height == 1


PRODUCTS = [
    {"product_id": "p", "product_line": "Software", "product_category": "Platform"},
    {"product_id": "s", "product_line": "Services", "product_category": "Training"},
]


def sold(key: str, account: str, product: str, amount: float, day: date = date(2024, 6, 1)) -> dict[str, Any]:
    return {"transaction_id": key, "account_id": account, "product_id": product, "amount": amount, "transaction_date": day}


def test_products_without_a_service() -> None:
    """1 bought for 200 with services for 50; 2 bought for 400 alone, as its service is two years old: a quarter of 400 would be usual."""
    sales = [sold("1", "1", "p", 200.0), sold("2", "1", "s", 50.0), sold("3", "2", "p", 400.0), sold("4", "2", "s", 9.0, date(2022, 6, 1))]
    rows = service_attach(*view_of(products=PRODUCTS, transactions=sales)).rows_by_key("account_id", named=True, unique=True)
    assert (rows["2"]["attached"], rows["2"]["products_value"], rows["2"]["potential"], rows["2"]["categories"]) == (
        False,
        400,
        100,
        "Platform",
    )
    assert (rows["1"]["attached"], rows["1"]["services_value"], rows["1"]["potential"]) == (True, 50, None)


def test_without_anybody_who_buys_both_nothing_is_estimated() -> None:
    found = service_attach(*view_of(products=PRODUCTS, transactions=[sold("1", "1", "p", 200.0)]))
    assert found["potential"].to_list() == [None]


def test_nothing_loaded_and_nothing_seen() -> None:
    assert contract_groups(*view_of()).is_empty()
    assert service_attach(*view_of()).is_empty()
    assert contract_groups(*view_of(contracts=CONTRACTS, accounts_seen=["2"])).is_empty()
