"""Cross-sell, service expansion, relationship building, follow-up and mapping, worked out by hand."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from tests.rules.world import account, asset, day, given, score

from onelead.rules import recommend, rules


def kinds(**tables: Any) -> list[str]:
    return recommend(given(**tables))["type"].to_list()


def credit(**fields: Any) -> dict[str, Any]:
    return {"account_id": "A", **fields}


@pytest.mark.parametrize(
    ("purchased", "delivered", "active", "raised"),
    [
        (10.0, 9.0, 0.0, True),  # one unused
        (10.0, 10.0, 0.0, False),  # all used
        (10.0, 10.0, 5.0, False),  # drawdown of exactly a half is not low
        (10.0, 10.0, 6.0, True),  # drawdown 0.4
        (10.0, None, 3.0, True),  # deliveries unknown, three active
        (10.0, None, None, False),  # nothing known
        (0.0, 0.0, 0.0, False),
    ],
)
def test_service_expansion_triggers(purchased: float, delivered: float | None, active: float | None, raised: bool) -> None:
    row = credit(purchased_credits=purchased, delivered_credits=delivered, active_credits=active)
    assert ("service_expansion" in kinds(service_credits=[row])) is raised


def test_the_headline_credits_of_the_sample() -> None:
    """650 purchased, 320 delivered: 330 unused, 49 % used, worth 330 × 500 = $165,000."""
    rows = [credit(purchased_credits=400.0, delivered_credits=300.0), credit(purchased_credits=250.0, delivered_credits=20.0)]
    action = recommend(given(service_credits=rows)).row(0, named=True)
    assert action["why"] == "330 of 650 service credits are unused, 49% delivered"
    assert (action["value"], action["estimated"], action["revenue_at_risk"]) == (165_000.0, True, None)
    assert action["template"] == "credits_low_use"


def test_unattributed_credits_raise_one_action_on_the_workspace() -> None:
    rows = [{"purchased_credits": 650.0, "delivered_credits": 320.0}, {"purchased_credits": 0.0, "delivered_credits": 0.0}]
    found = recommend(given(service_credits=rows))
    assert found.height == 1
    action = found.row(0, named=True)
    assert (action["type"], action["account_id"], action["value"]) == ("map_credits", None, None)
    assert action["why"] == "2 credit rows belong to no account: 650 credits purchased, 330 of them unused, worth $165,000 (estimated)"


@pytest.mark.parametrize(("days", "raised"), [(179, False), (180, True), (1000, True)])
def test_quiet_accounts(days: int, raised: bool) -> None:
    done = {"account_id": "A", "project_id": "1", "stage_status": "C", "start_date": day(-2000), "end_date": day(-days)}
    lost = {"account_id": "A", "project_id": "1", "stage_status": "LOST", "start_date": day(-days), "end_date": day(300)}
    deal = {"account_id": "A", "opportunity_id": "1", "is_won": False, "close_date": day(-days)}
    for tables in ({"projects": [done]}, {"projects": [lost]}, {"opportunities": [deal]}):
        assert ("relationship_building" in kinds(**tables)) is raised


def test_what_runs_is_contact() -> None:
    """A running project, an open one without end, one about to start, an open opportunity without any date: no quiet account."""
    running = {"account_id": "A", "project_id": "1", "stage_status": "S", "start_date": day(-2000)}
    for tables in (
        {"projects": [running]},
        {"projects": [{**running, "end_date": day(100)}]},
        {"projects": [{**running, "stage_status": "C", "start_date": day(10), "end_date": day(20)}]},
        {"opportunities": [{"account_id": "A", "opportunity_id": "1"}]},
    ):
        assert kinds(**tables) == ["general_follow_up"]


def test_follow_up_only_where_nothing_else_speaks() -> None:
    found = recommend(given(accounts=[account("A"), account("B")], opportunities=[{"account_id": name, "opportunity_id": name} for name in "AB"],
                            assets=[asset("1", end_of_life_date=day(0))]))  # fmt: skip
    assert found.select("account_id", "type").rows() == [("A", "critical_renewal"), ("B", "general_follow_up")]


def owners(*categories: str) -> list[dict[str, Any]]:
    return [asset(f"{name}{category}", name, category) for name in ("X", "Y", "Z") for category in categories]


@pytest.mark.parametrize(("propensity", "expected"), [("High", "cross_sell_high"), ("Medium", "cross_sell_medium"), ("Low", None)])
@pytest.mark.parametrize(("platforms", "narrow"), [(1, True), (2, True), (3, False)])
def test_cross_sell_triggers(platforms: int, narrow: bool, propensity: str, expected: str | None) -> None:
    rows = [asset(str(i), "A", f"Category {i}") for i in range(platforms)]
    found = [kind for kind in kinds(assets=rows, scores=[score("A", propensity)]) if kind.startswith("cross_sell")]
    assert found == ([expected] if narrow and expected else [])


def test_what_to_offer_is_what_others_run_too() -> None:
    """X, Y and Z run WLAN and Storage; A runs WLAN only: 3 of 4 owners of WLAN run Storage. Nobody runs Servers with it but X alone."""
    rows = [*owners("WLAN", "Storage"), asset("X9", "X", "Servers"), asset("1", "A", "WLAN")]
    action = rules()["cross_sell_high"].propose(given(assets=rows, scores=[score("A", "High")])).row(0, named=True)
    assert action["title"] == "Offer Storage"
    assert action["why"] == "The account runs 1 platform (WLAN), and its propensity is High; 3 of 4 accounts with WLAN also run Storage"
    assert action["topic"] == "Storage"
    assert action["template"] == "cross_sell_platform"


def project(number: int, account_id: str, size: str | None, practice: str, **more: Any) -> dict[str, Any]:
    fields = {
        "account_id": account_id,
        "project_id": f"{account_id}{number}",
        "size_bucket": size,
        "practice": practice,
        "stage_status": "C",
    }
    return {**fields, **more}


def test_what_a_cross_sell_is_worth() -> None:
    """Size buckets: the median of the practice of the offer over all accounts, from three projects on, else everybody's.

    A and B are offered Storage: 275,000, 3,000,000, 3,000,000, so 3,000,000 in its bucket. C is offered nothing: of all eight known
    (25,000 × 3, 275,000 × 3, 3,000,000 × 2) the places 4 and 5 are 275,000. Lost and unsized projects do not count.
    """
    projects = [
        *(project(i, "A", size, "Network") for i, size in enumerate(("<$50k", "$50k-$500k", "$50k-$500k"))),
        *(project(i, "B", "<$50k", "Network") for i in range(2)),
        *(project(i, "Y", size, "Storage & Data Protection") for i, size in enumerate(("$50k-$500k", "$1M - $5M", "$1M - $5M"), 4)),
        project(2, "Y", ">$5M", "Storage & Data Protection", stage_status="LOST"),
        project(3, "Y", "-", "Storage & Data Protection"),
    ]
    rows = [*owners("WLAN", "Storage"), asset("1", "A", "WLAN"), asset("2", "B", "WLAN"), asset("3", "C", "Else")]
    world = given(assets=rows, projects=projects, scores=[score(name, "High") for name in "ABC"])
    found = rules()["cross_sell_high"].propose(world).sort("account_id")
    assert found["value"].to_list() == [3_000_000.0, 3_000_000.0, 275_000.0]
    assert found["value_low"].to_list() == [1_000_000.0, 1_000_000.0, 50_000.0]
    assert found["value_high"].to_list() == [5_000_000.0, 5_000_000.0, 500_000.0]
    assert found["estimated"].all()


def test_no_known_project_value_is_unknown_worth() -> None:
    action = rules()["cross_sell_high"].propose(given(assets=[asset("1")], scores=[score("A", "High")])).row(0, named=True)
    assert (action["value"], action["estimated"]) == (None, False)


def test_an_account_without_any_row_is_offered_nothing() -> None:
    assert kinds(accounts=[account("A")], scores=[score("A", "High")]) == ["general_follow_up"]
    assert kinds(accounts=[account("A")], scores=[score("A", "High")], assets=[asset("1", "B")]) == ["general_follow_up"]


def test_a_learned_propensity_shifts_the_chance() -> None:
    """Odds of 0.8 and 0.5 are 4 and 1, their geometric mean 2: A's odds are doubled, B's halved. Base odds of 0.25: 1/3.

    A: 2/3 → 0.4, B: 1/6 → 1/7. Where the propensity rests on rules, the chance stays.
    """
    learned = {"label_source": "outcomes", "probability_low": 0.4, "probability_high": 0.9}
    scores = [score("A", "High", probability=0.8, **learned), score("B", "High", probability=0.5, **learned)]
    projects = [project(i, "A", "<$50k", "Network", start_date=day(-1)) for i in range(3)]
    found = recommend(given(assets=[asset("1"), asset("2", "B")], projects=projects, scores=scores)).filter(
        pl.col("type") == "cross_sell_high"
    )
    rows = found.sort("account_id").to_dicts()
    assert [row["chance"] for row in rows] == [pytest.approx(0.4), pytest.approx(1 / 7)]
    assert [row["confidence"] for row in rows] == ["High", "High"]
    for row in rows:
        assert row["expected_value_low"] <= row["expected_value"] <= row["expected_value_high"]
    by_rules = [score("A", "High", probability=None, label_source="rules")]
    assert recommend(given(assets=[asset("1")], scores=by_rules)).row(0, named=True)["chance"] == 0.25


def test_confidence_falls_with_the_source_of_the_propensity_and_open_identity() -> None:
    found = {}
    for source in ("outcomes", "rules", "none"):
        found[source] = recommend(given(assets=[asset("1")], scores=[score("A", "High", label_source=source)])).row(0, named=True)[
            "confidence"
        ]
    assert found == {"outcomes": "High", "rules": "Medium", "none": "Low"}
    link = {"link_id": "1", "kind": "name", "value": "x", "account_id": "Q", "candidate_id": "A", "method": "name_alike", "confidence": 0.7,
            "status": "review", "evidence": "alike", "rows": 1}  # fmt: skip
    action = recommend(
        given(accounts=[account("A"), account("Q")], assets=[asset("1", end_of_life_date=day(0))], account_links=[link])
    ).row(0, named=True)
    assert action["confidence"] == "Medium"
    assert json.loads(action["risk_flags"]) == ["Identity under review: 1 link waits for a decision"]


def test_services_fit_by_practice_and_words() -> None:
    services = [
        {"practice": "Network & Edge", "sub_practice": "Campus", "service": "Guest Access"},
        {"practice": "Network & Edge", "sub_practice": "Campus", "service": "Access Point Refresh"},
        {"practice": "Compute", "sub_practice": "Servers", "service": "Server Upgrade"},
        {"practice": "Network & Edge", "sub_practice": "Campus", "service": "Access Point Refresh"},
        {"practice": "Education", "sub_practice": None, "service": "Certification Path"},
    ]
    rows = [asset("1", end_of_life_date=day(0)), asset("2", category="Odd", end_of_life_date=day(0))]
    found = recommend(given(assets=rows, services=services)).filter(pl.col("type") == "critical_renewal").sort("subject")
    assert [json.loads(text) for text in found["services"]] == [
        ["Access Point Refresh", "Server Upgrade"],
        ["Access Point Refresh", "Guest Access"],
    ]


def test_one_other_account_is_no_pattern() -> None:
    """A and X both run WLAN, X alone also Storage: half of the owners, but a single one. With Y there are two of three."""
    alone = [asset("1", "A", "WLAN"), asset("2", "X", "WLAN"), asset("3", "X", "Storage")]
    two = [*alone, asset("4", "Y", "WLAN"), asset("5", "Y", "Storage")]
    rule, scores = rules()["cross_sell_high"], [score("A", "High")]
    titles = [rule.propose(given(assets=rows, scores=scores))["title"].to_list() for rows in (alone, two)]
    assert titles == [["Broaden what the account runs"], ["Offer Storage"]]


def test_the_order_of_the_list() -> None:
    """Priority first, then expected value with unknown last, then account: B is worth most, C least, A and D nothing known."""
    worth = {"A": None, "B": 900.0, "C": 100.0, "D": None}
    rows = [asset(name, name, "Odd", end_of_life_date=day(-1), contract_value=value) for name, value in worth.items()]
    rows.append(asset("5", "E", "Odd", end_of_life_date=day(400), contract_value=1e6))
    found = recommend(given(assets=rows, opportunities=[{"account_id": name, "opportunity_id": name} for name in "ABCDE"]))
    assert found.select("rank", "account_id", "priority").rows() == [(1, "B", 10), (2, "C", 10), (3, "A", 10), (4, "D", 10), (5, "E", 4)]
