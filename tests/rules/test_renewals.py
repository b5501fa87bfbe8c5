"""Renewal rules: boundaries in days, one action a category, worth; every answer worked out by hand."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import polars as pl
import pytest
from tests.rules.world import AS_OF, asset, day, given

from onelead.core.settings import PriceSettings, Settings
from onelead.rules import recommend, rules


def types(**tables: Any) -> list[str]:
    """The renewal types that a world raises."""
    return recommend(given(**tables)).filter(pl.col("type").str.contains("renewal|expiration"))["type"].to_list()


def the_one(kind: str, **tables: Any) -> dict[str, Any]:
    return recommend(given(**tables)).filter(pl.col("type") == kind).row(0, named=True)


@pytest.mark.parametrize(
    ("distance", "expected"),
    [
        (-2000, ["critical_renewal"]),
        (-1, ["critical_renewal"]),
        (0, ["critical_renewal"]),
        (365, ["critical_renewal"]),
        (366, ["planned_renewal"]),
        (730, ["planned_renewal"]),
        (731, []),
    ],
)
def test_end_of_life(distance: int, expected: list[str]) -> None:
    rows = [asset("1", end_of_life_date=day(distance))]
    assert types(assets=rows) == expected
    proposing = [rule.id for rule in rules().values() if rule.group == "renewal" and rule.propose(given(assets=rows)).height]
    assert proposing == expected, "the windows do not overlap"


@pytest.mark.parametrize(
    ("distance", "expected"),
    [
        (-1, []),
        (0, ["urgent_renewal"]),
        (30, ["urgent_renewal"]),
        (31, ["service_expiration"]),
        (90, ["service_expiration"]),
        (91, []),
    ],
)
def test_end_of_support_and_of_credits(distance: int, expected: list[str]) -> None:
    assert types(assets=[asset("1", support_end_date=day(distance))]) == expected
    credit = {"account_id": "A", "purchased_credits": 4.0, "delivered_credits": 4.0, "contract_end_date": day(distance)}
    assert types(service_credits=[credit]) == expected
    proposing = [rule.id for rule in rules().values() if rule.group == "renewal" and rule.propose(given(service_credits=[credit])).height]
    assert proposing == expected, "the windows do not overlap"


@pytest.mark.parametrize(
    ("bucket", "expected"), [("0-45", ["service_expiration"]), ("46-90", ["service_expiration"]), ("91-180", []), (">180", []), (None, [])]
)
def test_a_bucket_counts_only_where_it_is_sure_and_there_is_no_date(bucket: str | None, expected: list[str]) -> None:
    credit = {"account_id": "A", "purchased_credits": 4.0, "expiry_bucket": bucket}
    assert types(service_credits=[credit]) == expected
    assert types(service_credits=[{**credit, "contract_end_date": day(400)}]) == []
    assert types(service_credits=[{**credit, "contract_end_date": date(2099, 12, 31)}]) == []


def test_a_bucket_says_so_and_lowers_the_confidence() -> None:
    action = the_one("service_expiration", service_credits=[{"account_id": "A", "purchased_credits": 4.0, "expiry_bucket": "0-45"}])
    assert (
        action["why"]
        == "4 service credits in 1 contract end by 19 October 2024 (in 45 days); for 1 contract the source gives a range of days, no date"
    )
    assert action["confidence"] == "Medium"
    assert action["due_date"] == day(45)


def test_what_holds_no_credits_is_no_contract() -> None:
    assert types(service_credits=[{"account_id": "A", "purchased_credits": 0.0, "contract_end_date": day(5)}]) == []


def test_the_sentinel_and_implausible_ends_are_not_used() -> None:
    """A support of 25 years ends plausibly, one of 26 years does not; nor does anything end on 31 December 2099."""
    assert types(assets=[asset("1", end_of_life_date=date(2099, 12, 31), support_end_date=date(2099, 12, 31))]) == []
    late = {"support_end_date": date(2024, 9, 20)}
    assert types(assets=[asset("1", **late, support_start_date=date(1999, 9, 21))]) == ["urgent_renewal"]
    assert types(assets=[asset("1", **late, support_start_date=date(1998, 9, 20))]) == []
    assert types(assets=[asset("1", **late)]) == ["urgent_renewal"]


def test_repeats_do_not_count() -> None:
    rows = [asset("1", end_of_life_date=day(-1)), asset("1", end_of_life_date=day(-1), is_repeat=True)]
    assert the_one("critical_renewal", assets=rows)["evidence_count"] == 1


def test_one_renewal_a_category_the_highest_and_the_rest_is_told() -> None:
    """Servers: past end of life (10), support ends in 3 days (8), end of life in 500 days (4): one action, due in 3 days. WLAN: its own."""
    rows = [
        asset("1", category="Servers", end_of_life_date=day(-1), contract_value=100.0),
        asset("2", category="Servers", support_end_date=day(3), contract_value=1234.0),
        asset("3", category="Servers", end_of_life_date=day(500)),
        asset("4", category="WLAN", end_of_life_date=day(500)),
        asset("5", "B", category="Servers", end_of_life_date=day(500)),
    ]
    found = recommend(given(assets=rows)).filter(pl.col("type").str.contains("renewal"))
    assert found.select("account_id", "subject", "type").rows() == [
        ("A", "Servers", "critical_renewal"),
        ("A", "WLAN", "planned_renewal"),
        ("B", "Servers", "planned_renewal"),
    ]
    top = found.row(0, named=True)
    assert top["due_date"] == day(3)
    assert top["value"] == 100.0
    assert json.loads(top["risk_flags"]) == [
        "Also: Support on 1 asset in Servers ends on 7 September 2024 (in 3 days); worth $1,234",
        "Also: 1 asset in Servers reaches end of life on 17 January 2026 (in 500 days)",
    ]


def test_the_sentence_of_the_documents() -> None:
    """2019-03-31 lies 1,984 days before 2024-09-04: 5 years of which two are leap (1,827 days to 2024-03-31), and 157 more: about 5."""
    assert (AS_OF - date(2019, 3, 31)).days == 1984
    rows = [asset(str(i), category="x86 Premium Servers", end_of_life_date=date(2019, 3, 31 - i)) for i in range(5)]
    action = the_one("critical_renewal", assets=rows)
    assert action["why"] == "5 x86 Premium Servers passed end of life, the first on 27 March 2019 (about 5 years ago)"
    assert json.loads(action["evidence_keys"]) == ["4", "3", "2", "1", "0"]


def test_worth_is_contract_else_price_book_else_unknown() -> None:
    """1,000 by contract + 1,200 from the book = 2,200, and one asset unpriced: counted. Chance 0.5: 1,100 expected.

    The book may be off by a fifth: 1,000 + 960 to 1,000 + 1,440; Beta(5, 5) has its 10 % and 90 % points at 0.30097 and 0.69903.
    """
    rows = [
        asset("1", category="wlan hw", end_of_life_date=day(1), contract_value=1000.0),
        asset("2", category="wlan hw", end_of_life_date=day(1)),
        asset("3", "B", category="Unheard of", end_of_life_date=day(1)),
    ]
    priced, unknown = (the_one("critical_renewal", assets=[row for row in rows if row["account_id"] == name]) for name in "AB")
    assert (priced["value"], priced["chance"], priced["expected_value"], priced["revenue_at_risk"]) == (2200.0, 0.5, 1100.0, 2200.0)
    assert priced["expected_value_low"] == 589, "0.3009687 × 1960 = 589.90, outwards to whole units"
    assert priced["expected_value_high"] == 1706, "0.6990312 × 2440 = 1705.64"
    assert priced["estimated"]
    assert (unknown["value"], unknown["expected_value"], unknown["expected_value_low"], unknown["revenue_at_risk"]) == (None,) * 4
    assert json.loads(unknown["risk_flags"]) == []


def test_measured_money_is_not_called_estimated() -> None:
    """A contract value and ten recorded outcomes: nothing is assumed any more. (10 × 0.5 + 8) / (10 + 10) = 0.65."""
    rows = [asset("1", end_of_life_date=day(1), contract_value=1000.0)]
    action = recommend(given(assets=rows, success_rates={"critical_renewal": (8, 10)})).row(0, named=True)
    assert not action["estimated"]
    assert action["expected_value"] == pytest.approx(650.0)


def test_a_year_of_support_is_worth_a_share_of_the_hardware() -> None:
    """15 % of 15,000 where no contract is known; the contract value where it is."""
    rows = [
        asset("1", "A", "x86 Premium Servers", support_end_date=day(1)),
        asset("2", "B", "x86 Premium Servers", support_end_date=day(1), contract_value=700.0),
    ]
    found = rules()["urgent_renewal"].propose(given(assets=rows)).sort("account_id")
    assert found["value"].to_list() == [pytest.approx(2250.0), 700.0]
    assert found["estimated"].to_list() == [True, False]


def test_support_that_is_missing_or_lapsed_is_a_risk() -> None:
    rows = [
        asset("1", end_of_life_date=day(1), support_status="Uncovered", end_of_service_date=day(-1)),
        asset("2", end_of_life_date=day(1), support_end_date=day(-5)),
    ]
    assert json.loads(the_one("critical_renewal", assets=rows)["risk_flags"]) == [
        "1 of 2 WLAN HW assets past end of service life: parts and fixes may no longer be had",
        "1 of 2 WLAN HW assets without active support",
        "1 of 2 WLAN HW assets with support that has ended by its date, though the status says active",
    ]


def test_credit_contracts_are_worth_what_was_purchased() -> None:
    """120 credits at $500 = $60,000; 50 of them delivered. An unknown number is worth unknown, not nothing."""
    rows = [
        {"account_id": "A", "purchased_credits": 120.0, "delivered_credits": 50.0, "contract_end_date": day(20)},
        {"account_id": "B", "contract_end_date": day(20)},
    ]
    found = recommend(given(service_credits=rows)).filter(pl.col("type") == "urgent_renewal").sort("account_id").to_dicts()
    assert [row["value"] for row in found] == [60_000.0, None]
    assert found[0]["why"] == "120 service credits in 1 contract end by 24 September 2024 (in 20 days); 70 of them unused"
    assert found[1]["why"] == "An unknown number of service credits in 1 contract end by 24 September 2024 (in 20 days)"


def test_successors_become_opportunity_areas() -> None:
    settings = Settings.model_validate({"metrics": {"successors": {"WLAN HW": "WLAN 7"}}})
    action = recommend(given(assets=[asset("1", end_of_life_date=day(1))], settings=settings)).row(0, named=True)
    assert json.loads(action["opportunity_areas"]) == ["Replacement of WLAN HW", "Refresh to WLAN 7"]


def test_an_empty_price_book_leaves_everything_unpriced() -> None:
    settings = Settings(prices=PriceSettings(price_book={}))
    action = recommend(given(assets=[asset("1", end_of_life_date=day(1))], settings=settings)).row(0, named=True)
    assert action["value"] is None
    assert action["estimated"], "the chance is still an assumption"
