"""Whitespace, upsell and refresh: who gets one, with which numbers, and no money twice; every answer worked out by hand."""

from __future__ import annotations

import json
import random
from datetime import date
from typing import Any

import polars as pl
import pytest
from tests.rules.world import AS_OF, account, asset, day, given

from onelead.core.context import Context
from onelead.core.settings import Settings
from onelead.rules import _peers, evidence_rows, peer_shares, practice_table, profiles, recommend, similar_to


def project(account_id: str, practice: str, **more: Any) -> dict[str, Any]:
    start = {"stage_status": "C", "size_bucket": "<$50k", "start_date": day(-60), "end_date": day(-10)}
    return {"account_id": account_id, "project_id": f"{account_id}-{practice}", "practice": practice, **start, **more}


def of_type(kind: str, **tables: Any) -> list[dict[str, Any]]:
    return recommend(given(**tables)).filter(pl.col("type") == kind).to_dicts()


def bought_by(**practices: str) -> list[dict[str, Any]]:
    """Projects: one letter a practice, such as ``A="xy"``."""
    return [project(name, practice) for name, letters in practices.items() for practice in letters]


# Four accounts: A, B, C bought x and y, D only x. D against A: common {x} of {x, y} = 1/2; so D has 3 similar accounts, all of which bought y.
WORLD = bought_by(A="xy", B="xy", C="xy", D="x")


def shares(rows: list[dict[str, Any]], **tables: Any) -> dict[tuple[str, str], tuple[int, int, float | None]]:
    world = given(projects=rows, **tables)
    found = peer_shares(profiles(world.frames, world.context), world.context)
    return {(row["account_id"], row["practice"]): (row["buyers"], row["similar"], row["share"]) for row in found.to_dicts()}


def test_shares_by_hand() -> None:
    found = shares(WORLD)
    assert found["D", "y"] == (3, 3, 1.0)
    assert found["D", "x"] == (3, 3, 1.0)
    assert found["A", "y"] == (2, 3, pytest.approx(2 / 3)), "B and C of B, C, D: not A itself"


def test_weights_and_unknown_kinds() -> None:
    """E runs the product of A, and nothing is known of its projects: it is compared by products alone: 1. Against B, nothing is known of both."""
    assets = [asset("1", "A", "WLAN HW"), asset("2", "E", "WLAN HW"), asset("3", "D", "Servers")]
    world = given(projects=WORLD, assets=assets)
    found = similar_to(profiles(world.frames, world.context), "E", world.context)
    assert found.select("account_id", "similarity").rows() == [("A", 1.0)]
    assert sorted(found["practices"].to_list()[0]) == ["x", "y"]
    # D against A: practices 1/2, products 0 of {WLAN HW, Servers}: (0.5 + 0) / 2 = 0.25, just similar.
    found = similar_to(profiles(world.frames, world.context), "D", world.context)
    assert dict(found.select("account_id", "similarity").iter_rows()) == {"A": 0.25, "B": 0.5, "C": 0.5}


def test_a_kind_in_which_all_agree_says_nothing() -> None:
    same = [account(name, industry="Retail") for name in "ABCD"]
    assert shares(WORLD, accounts=same)["D", "y"] == (3, 3, 1.0)
    rows = bought_by(A="x", B="y", C="z", D="w")
    assert shares(rows, accounts=same)["A", "y"] == (0, 0, None)


def test_whitespace_names_shares_value_and_evidence() -> None:
    (action,) = of_type("whitespace", projects=WORLD)
    assert (action["account_id"], action["subject"], action["priority"]) == ("D", "y", 3)
    assert action["why"] == "3 of 3 similar accounts bought y, this one did not; valued as a typical project of the practice"
    # The middle of the bucket is 25,000 for each of three projects; the assumed chance is 0.1.
    assert (action["value"], action["expected_value"], action["estimated"]) == (25_000.0, 2_500.0, True)
    assert action["confidence"] == "Medium"
    assert (action["evidence_table"], action["evidence_count"]) == ("projects", 1)


@pytest.mark.parametrize(
    "rows",
    [
        bought_by(A="xy", B="xy", D="x"),
        bought_by(A="xy", B="x", C="x", D="x"),
        [*WORLD, project("D", "y", stage_status="X")],
        [*WORLD, project("D", "y", stage_status="C", start_date=day(-9))],
    ],
    ids=["two similar accounts", "one buyer", "bought, excluded stage", "bought"],
)
def test_no_whitespace(rows: list[dict[str, Any]]) -> None:
    assert not [action for action in of_type("whitespace", projects=rows) if action["account_id"] == "D"]


def test_a_lost_bid_is_no_purchase_and_a_future_start_not_known() -> None:
    assert of_type("whitespace", projects=[*WORLD, project("D", "y", stage_status="LOST")])
    assert of_type("whitespace", projects=[*WORLD, project("D", "y", start_date=day(5))])
    assert not of_type("whitespace", projects=[*WORLD, project("D", "y", start_date=day(5), import_date=AS_OF)])


def test_the_share_is_a_setting_and_so_is_the_number() -> None:
    rows = bought_by(A="xyz", B="xyz", C="xy", D="x", E="x")
    assert {(a["account_id"], a["subject"]) for a in of_type("whitespace", projects=rows)} >= {("D", "y"), ("D", "z")}
    one = Settings.model_validate({"actions": {"whitespace_actions": 1}})
    assert [a["subject"] for a in of_type("whitespace", projects=rows, settings=one) if a["account_id"] == "D"] == ["y"]
    strict = Settings.model_validate({"actions": {"whitespace_share": 0.8}})
    assert not [a for a in of_type("whitespace", projects=rows, settings=strict) if a["account_id"] == "D"]


def test_an_open_opportunity_of_the_practice_is_not_offered_twice() -> None:
    settings = Settings.model_validate({"actions": {"practice_of": {"Line Y": "y"}}})
    deal = {"account_id": "D", "opportunity_id": "O1", "product_line": "Line Y"}
    assert not of_type("whitespace", projects=WORLD, opportunities=[deal], settings=settings)
    assert of_type("whitespace", projects=WORLD, opportunities=[{**deal, "is_won": False}], settings=settings)


def test_the_map_prefers_the_table_then_the_export_then_words() -> None:
    rows = [project("A", "Network & Edge"), project("A", "Care")]
    assets = [asset("1", "A", "WLAN HW", business_area="Boxes", practice_area="Care"), asset("2", "A", "Switches", business_area="Odd")]
    world = given(projects=rows, assets=assets)
    table = practice_table(world.frames, world.context)
    assert set(table.rows()) == {
        ("product_category", "WLAN HW", "Care"),
        ("business_area", "Boxes", "Care"),
        ("product_category", "Switches", "Network & Edge"),
    }
    own = Context(AS_OF, Settings.model_validate({"actions": {"practice_of": {"WLAN HW": "Network & Edge"}}}))
    assert ("product_category", "WLAN HW", "Network & Edge") in practice_table(world.frames, own).rows()


NEVER = date(2099, 12, 31)


def test_upsell_counts_what_is_below_its_neighbours() -> None:
    """Two uncovered and one on warranty beside one on contract: 3 × $1,200 × 15 % = $540 a year."""
    rows = [
        asset("1", support_status="Uncovered", end_of_life_date=NEVER),
        asset("2", support_status="Expired Flex Support"),
        asset("3", support_status="Active Warranty", support_end_date=day(91)),
        asset("4", support_status="Active Contract"),
    ]
    (action,) = of_type("upsell", assets=rows)
    assert action["why"] == (
        "Of 3 WLAN HW assets with life ahead, 2 have no active support, 1 is on warranty, beside 1 asset of the category on contract"
    )
    assert (action["value"], action["expected_value"], action["revenue_at_risk"]) == (540.0, 108.0, None)
    assert action["confidence"] == "Medium"


@pytest.mark.parametrize(
    "change",
    [
        {"end_of_life_date": day(365)},
        {"end_of_life_date": day(-1)},
        {"end_of_service_date": day(-1)},
        {"support_status": "Active Warranty", "support_end_date": day(90)},
        {"support_status": "Active Warranty", "support_end_date": AS_OF},
        {"support_status": "Support-Active"},
        {"account_id": "B"},
        {"product_category": "Other"},
    ],
    ids=str,
)
def test_no_upsell_where_a_renewal_speaks_or_nothing_compares(change: dict[str, Any]) -> None:
    low = {**asset("1", support_status="Uncovered"), **change}
    assert not of_type("upsell", assets=[low, asset("2", support_status="Active Contract")])


def test_upsell_levels_are_a_setting() -> None:
    settings = Settings.model_validate({"reading": {"support_levels": {"None": ["Uncovered"], "Gold": ["Active"]}}})
    rows = [asset("1", support_status="Uncovered"), asset("2", support_status="Active Warranty")]
    (action,) = of_type("upsell", assets=rows, settings=settings)
    assert action["title"] == "Offer gold support for 1 WLAN HW asset"
    assert not of_type("upsell", assets=rows)


REFRESH = Settings.model_validate(
    {"metrics": {"successors": {"Old Box": "New Box"}}, "prices": {"price_book": {"New Box": 100, "WLAN HW": 7}}}
)


def test_a_refresh_is_worth_the_successors_price() -> None:
    (action,) = of_type("refresh", assets=[asset("1", product_name="OLD BOX", end_of_life_date=day(400))], settings=REFRESH)
    assert action["title"] == "Refresh 1 WLAN HW asset to New Box"
    assert (action["value"], action["estimated"], action["due_date"]) == (100.0, True, day(180))
    assert action["timeline"] == "Within 180 days"


@pytest.mark.parametrize(
    ("dates", "types"),
    [
        ({"end_of_life_date": day(-1)}, ["critical_renewal"]),
        ({"end_of_life_date": day(365)}, ["critical_renewal"]),
        ({"end_of_life_date": day(366)}, ["refresh"]),
        ({"end_of_life_date": day(730)}, ["refresh"]),
        ({"end_of_life_date": day(731)}, []),
        ({"end_of_service_date": day(-1)}, ["refresh"]),
        ({"end_of_service_date": AS_OF}, []),
    ],
)
def test_no_money_twice(dates: dict[str, date], types: list[str]) -> None:
    rows = [asset("1", product_name="Old Box", **dates)]
    found = recommend(given(assets=rows, settings=REFRESH)).filter(pl.col("type").is_in(["critical_renewal", "planned_renewal", "refresh"]))
    assert found["type"].to_list() == types


def test_a_critical_renewal_tells_of_the_refresh_that_it_took_in() -> None:
    rows = [asset("1", product_name="Old Box", end_of_life_date=day(-10))]
    (action,) = of_type("critical_renewal", assets=rows, settings=REFRESH)
    assert json.loads(action["opportunity_areas"]) == ["Replacement of WLAN HW", "Refresh to New Box"]
    assert any("New Box succeeds it; worth $100 (estimated)" in entry for entry in json.loads(action["risk_flags"]))


def test_evidence_is_found_again_whatever_else_the_account_has() -> None:
    """Rows that the triggers leave out must not come back as evidence."""
    statuses = [None, "Uncovered", "Active Warranty", "Active Contract", "Expired Fixed Support"]
    dates = [None, day(-5), AS_OF, day(90), day(91), day(365), day(366), day(731), NEVER]
    rows = [
        asset(f"{s}-{e}-{x}", support_status=status, support_end_date=end, end_of_life_date=life, product_name="Old Box" if x % 2 else "Box",
              end_of_service_date=day(-1) if (s + e + x) % 7 == 0 else None)
        for s, status in enumerate(statuses) for e, end in enumerate(dates) for x, life in enumerate(dates)
    ]  # fmt: skip
    world = given(assets=rows, settings=REFRESH)
    from onelead.rules import rules

    for kind in ("upsell", "refresh"):
        for row in rules()[kind].propose(world).to_dicts():
            assert evidence_rows(row, world.frames).height == row["evidence_count"] > 0


def test_both_ways_to_compare_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred accounts with what they have drawn at random: by pairs, and by matrices."""
    draw = random.Random(7)  # noqa: S311 - no secret
    accounts = [account(f"{number:03}", region=draw.choice(["N", "S", None]), industry=draw.choice("abc")) for number in range(200)]
    rows = [project(a["account_id"], practice) for a in accounts for practice in "uvwxyz" if draw.random() < 0.4]
    assets = [asset(f"{a['account_id']}{c}", a["account_id"], c) for a in accounts for c in "klmn" if draw.random() < 0.4]
    world = given(accounts=accounts, projects=rows, assets=assets)
    found = profiles(world.frames, world.context)
    monkeypatch.setattr(_peers, "MATRIX_FROM", 10**9)
    pairs = peer_shares(found, world.context)
    monkeypatch.setattr(_peers, "MATRIX_FROM", 0)
    assert peer_shares(found, world.context).equals(pairs)
    assert pairs["similar"].max() > 3
