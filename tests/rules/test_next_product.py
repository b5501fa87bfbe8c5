"""What customers buy next: counted by hand, told only where it stands out, offered only to who lacks it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.rules.world import AS_OF, account, day, given, sales, table

from onelead.rules import evidence_rows, recommend
from onelead.rules._next_products import offers, pairs, purchases, typical


def found(rows: dict[str, list[dict[str, Any]]]) -> pl.DataFrame:
    world = given(accounts=[account("O")], **rows)
    return pairs(purchases(world.frames, world.context), AS_OF)


def test_shares_of_whole_years_by_hand() -> None:
    """41 had Core and not Plus when each of three years began, 12 bought Plus in the last: 12 of 123. Of all, 141 a year, 13 did: 13 of 423.

    12 / 123 ÷ (13 / 423) = 3.17. Both own 12 today, of 141.
    """
    row = found(sales()).filter((pl.col("owned") == "Core") & (pl.col("product") == "Plus")).row(0, named=True)
    assert (row["owners"], row["adopters"], row["both"], row["told"]) == (123, 12, 12, True)
    assert row["rate"] == pytest.approx(12 / 123)
    assert row["base"] == pytest.approx(13 / 423)
    assert row["lift"] == pytest.approx(12 / 123 / (13 / 423))
    assert row["support"] == pytest.approx(12 / 141)
    assert row["low"] < row["rate"] < row["high"]


def test_who_stopped_buying_is_no_owner_and_a_year_without_a_past_is_not_counted() -> None:
    """With purchases from day -800 on only the last year has a whole year before it; an account quiet in that year does not count."""
    rows = sales()
    late = [row for row in rows["transactions"] if row["transaction_date"] >= day(-900)]
    quiet = [row for row in late if not (row["account_id"] == "C00" and row["transaction_date"] > day(-800))]
    frame = found({**rows, "transactions": quiet}).filter((pl.col("owned") == "Core") & (pl.col("product") == "Plus"))
    assert frame.row(0, named=True)["owners"] == 40
    assert frame.row(0, named=True)["adopters"] == 11


def test_products_bought_by_chance_are_not_told() -> None:
    """Six products drawn without any tie, 30 pairs a world: at most two told in ten worlds."""
    told = 0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        lines = [
            {
                "transaction_id": f"{who}-{what}",
                "account_id": f"A{who}",
                "product_id": f"P{what}",
                "transaction_date": day(-int(rng.integers(0, 1500))),
                "amount": 1.0,
            }
            for who in range(300)
            for what in rng.choice(6, size=3, replace=False)
        ]
        told += found({"transactions": lines})["told"].sum()
    assert told <= 2


def test_the_action_says_what_others_bought_and_what_it_brings() -> None:
    actions = recommend(given(accounts=[account("O"), account("C00"), account("C39")], **sales())).filter(pl.col("type") == "next_product")
    by_account = {row["account_id"]: row for row in actions.iter_rows(named=True)}
    assert set(by_account) == {"O", "C39"}  # C00 has Plus
    action = by_account["O"]
    assert action["subject"] == "Plus"
    assert action["why"].startswith("12 of 123 customers who had Core without Plus bought it within a year (10%), 3.2 times as often")
    assert (action["value"], action["estimated"], action["chance"]) == (pytest.approx(500.0), True, pytest.approx(0.05))
    assert action["evidence_count"] == 6
    assert json.loads(action["evidence_where"]) == {
        "is_repeat": False,
        "transaction_date": {"<=": AS_OF.isoformat()},
        "product_id": {"in": ["P-CORE"]},
    }


def test_what_opens_is_what_was_counted() -> None:
    more: list[dict[str, Any]] = [{"transaction_id": "LATER", "transaction_date": day(30)}, {"transaction_id": "NODATE"}]
    bought = sales()["transactions"] + [{"account_id": "O", "product_id": "P-CORE", "amount": 1.0, **row} for row in more]
    world = given(accounts=[account("O")], **{**sales(), "transactions": bought})
    (action,) = recommend(world).filter(pl.col("type") == "next_product").to_dicts()
    assert evidence_rows(action, world.frames).height == action["evidence_count"] == 6


def test_a_product_with_an_open_deal_is_not_offered_again() -> None:
    opened = [{"account_id": "O", "opportunity_id": "X", "product_id": "P-PLUS", "stage": "Proposal"}]
    actions = recommend(given(accounts=[account("O")], opportunities=opened, **sales()))
    assert actions.filter(pl.col("type") == "next_product").is_empty()


def test_offers_and_worth_of_nothing() -> None:
    world = given(accounts=[account("O")])
    bought = purchases(world.frames, world.context)
    assert pairs(bought, AS_OF).is_empty()
    assert offers(bought, pairs(bought, AS_OF), AS_OF).is_empty()
    assert typical(bought, AS_OF).is_empty()


def test_worth_is_what_owners_spend_in_a_year() -> None:
    """Four owners for two years: 200, 400, 600, 800 in all: 100 to 400 a year, half of them below 250; a product of two owners has no worth."""
    lines = [
        {"transaction_id": f"T{i}", "account_id": f"A{i}", "product_id": "P", "transaction_date": day(-730), "amount": 200.0 * (i + 1)}
        for i in range(4)
    ]
    rare = [{**line, "transaction_id": f"R{line['transaction_id']}", "product_id": "Q"} for line in lines[:2]]
    world = given(transactions=table("transactions", lines + rare))
    frame = typical(purchases(world.frames, world.context), AS_OF)
    assert frame.to_dicts() == [{"product": "P", "value": 250.0, "value_low": 200.0, "value_high": 300.0}] or frame["value"].to_list() == [
        250.0
    ]
    assert frame["product"].to_list() == ["P"]
