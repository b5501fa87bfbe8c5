"""What was not delivered is unknown, and says nothing: no cross-sell without an installed base, no silence without any record of contact."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from tests.rules.world import account, asset, day, given, score

from onelead.rules import recommend, rules


def kinds(**tables: Any) -> list[str]:
    return recommend(given(**tables))["type"].to_list()


def projects(account_id: str, *sizes: str | None, practice: str = "Network", **more: Any) -> list[dict[str, Any]]:
    return [
        {"account_id": account_id, "project_id": f"{account_id}{i}", "size_bucket": size, "practice": practice, "stage_status": "C",
         "start_date": day(-20), **more}
        for i, size in enumerate(sizes)
    ]  # fmt: skip


def cross_sell(name: str, **tables: Any) -> dict[str, Any]:
    found = rules()["cross_sell_high"].propose(given(scores=[score(name, "High")], **tables))
    return found.row(0, named=True)


def test_without_any_installed_base_nothing_is_cross_sold() -> None:
    """No asset row at all: how many platforms A runs is unknown, not 0. So too where all assets belong to no account."""
    tables = {"projects": projects("A", "$1M - $5M"), "scores": [score("A", "High")]}
    assert kinds(**tables) == ["general_follow_up"]
    assert kinds(**tables, assets=[asset("1", None)]) == ["general_follow_up"]  # type: ignore[arg-type]


def test_without_assets_of_its_own_the_value_is_that_of_comparable_accounts() -> None:
    """A has none, others do. Its own $5M project does not count; X, Y, Z (one platform each) have 25,000, 275,000 and 750,000.

    Median 275,000, in the bucket from 50,000 to 500,000. W runs three platforms: not comparable. With two accounts only: unknown.
    """
    assets = [asset(name, name) for name in "XYZ"] + [asset(f"W{i}", "W", f"Category {i}") for i in range(3)]
    mine = [*projects("A", ">$5M"), *projects("W", ">$5M", ">$5M", ">$5M", ">$5M")]
    two = [*mine, *projects("X", "<$50k"), *projects("Y", "$50k-$500k", None)]
    action = cross_sell("A", assets=assets, projects=[*two, *projects("Z", "$500k-$1M")])
    assert action["why"].startswith("The account has no installed product on record")
    assert (action["value"], action["value_low"], action["value_high"]) == (275_000.0, 50_000.0, 500_000.0)
    assert action["doubts"] >= 2
    assert cross_sell("A", assets=assets, projects=two)["value"] is None
    learned = [score("A", "High", label_source="outcomes", probability=0.7)]
    assert recommend(given(assets=assets, projects=two, scores=learned)).filter(account_id="A")["confidence"].to_list() == ["Low"]


def test_a_range_is_one_bucket_wide() -> None:
    """Network: <$50k × 2, $500k-$1M × 1, >$5M × 2 over all accounts: the median bucket is $500k-$1M, whatever A's own projects are."""
    rows = [asset("1", "A"), asset("2", "B")]
    sizes = [*projects("A", ">$5M", ">$5M", "$500k-$1M"), *projects("B", "<$50k", "<$50k")]
    action = cross_sell("A", assets=rows, projects=sizes)
    assert (action["value"], action["value_low"], action["value_high"]) == (750_000.0, 500_000.0, 1_000_000.0)
    assert cross_sell("A", assets=rows, projects=sizes[:2])["value"] is None, "two projects are no typical one"


def test_stated_values_of_its_own_come_first() -> None:
    """Stated 100, 200, 900: median 200, quartiles of three values 100 and 900 (the nearest below and above)."""
    own = [row | {"value": value} for row, value in zip(projects("A", None, None, None), (100.0, 200.0, 900.0), strict=True)]
    action = cross_sell("A", assets=[asset("1", "A")], projects=[*own, *projects("B", *[">$5M"] * 5)])
    assert (action["value"], action["value_low"], action["value_high"]) == (200.0, 100.0, 900.0)


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({}, "general_follow_up"),
        ({"projects": [{"account_id": "B", "project_id": "1"}]}, "relationship_building"),
        ({"opportunities": [{"account_id": "B", "opportunity_id": "1"}]}, "relationship_building"),
        ({"projects": [{"project_id": "1"}]}, "relationship_building"),
    ],
)
def test_no_contact_is_known_only_where_contact_is_recorded(tables: dict[str, Any], expected: str) -> None:
    found = recommend(given(accounts=[account("A"), account("B")], **tables)).filter(account_id="A")
    assert found["type"].to_list() == [expected]


def test_the_check_in_counts_only_what_was_delivered() -> None:
    action = recommend(given(assets=[asset("1"), asset("2")])).row(0, named=True)
    assert action["why"] == "Nothing is due: 2 assets on record"
    assert recommend(given(accounts=[account("A")])).row(0, named=True)["why"] == "Nothing is due: nothing but the account itself on record"


def test_no_price_is_no_risk() -> None:
    rows = [asset("1", category="Odd", end_of_life_date=day(-1)), asset("2", category="Odd", end_of_life_date=day(-1), contract_value=5.0)]
    action = recommend(given(assets=rows)).row(0, named=True)
    assert json.loads(action["risk_flags"]) == []
    assert (
        action["why"]
        == "2 Odd assets passed end of life, the first on 3 September 2024 (1 day ago); the value leaves out 1 without a price"
    )


def test_money_is_rounded() -> None:
    rows = [asset("1", category="Odd", end_of_life_date=day(-1), contract_value=1234.56789)]
    action = recommend(given(assets=rows, success_rates={"critical_renewal": (1, 7)})).row(0, named=True)
    for name in ("value", "expected_value", "revenue_at_risk"):
        assert action[name] == round(action[name], 2)
    for name in ("expected_value_low", "expected_value_high"):
        assert action[name] == round(action[name])
    assert action["expected_value_low"] <= action["expected_value"] <= action["expected_value_high"]
    assert pl.Series([action["value"]]).item() == 1234.57
