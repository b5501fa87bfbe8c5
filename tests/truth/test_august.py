"""The August sample gives exactly the figures of the requirements, through the same path as a user's own file.

63 assets, 98 opportunities, 2,394 projects, 286 services, 1,384 credit rows, 10 accounts; as of 2024-09-04: 27 assets past end of life, 30 without
active support, credits purchased 650, converted 330, delivered 320, active 320; 330 unused, worth $165,000 at $500 a credit, utilisation 320 / 650 = 49 %.
"""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest

from onelead.workspace.sampling import write_sample
from onelead.workspace.start import start

if TYPE_CHECKING:
    from pathlib import Path

FILES = ("customer_predictions.csv", "top_opportunities.csv", "consultant_recommendations.csv", "summary.json")


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "st_id"])
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path, bool]:
    home = tmp_path_factory.mktemp("august")
    write_sample("august", home / "export.xlsx", st_id=request.param)
    start([home / "export.xlsx"], home / "out")
    return json.loads((home / "out" / "summary.json").read_text(encoding="utf-8")), home / "out", request.param


def test_rows_are_the_sources_real_rows(ran: tuple[dict[str, Any], Path, bool]) -> None:
    assert ran[0]["rows"] == {"assets": 63, "opportunities": 98, "projects": 2394, "services": 286, "service_credits": 1384}
    assert ran[0]["accounts"] == 10
    assert ran[0]["as_of"] == "2024-09-04"


def test_headline_metrics(ran: tuple[dict[str, Any], Path, bool]) -> None:
    metrics = ran[0]["metrics"]
    expected = {
        "expired_products": 27,
        "unsupported_products": 30,
        "purchased_credits": 650,
        "converted_credits": 330,
        "delivered_credits": 320,
        "active_credits": 320,
        "unused_credits": 330,
        "unused_credit_value": 165_000,
    }
    assert {name: metrics[name] for name in expected} == expected
    assert metrics["credit_utilization"] == pytest.approx(320 / 650)
    assert {"unused_credit_value", "revenue_at_risk"} <= set(ran[0]["estimated"])


def test_ten_accounts_are_too_few_to_learn_from(ran: tuple[dict[str, Any], Path, bool]) -> None:
    propensity = ran[0]["propensity"]
    assert propensity["label_source"] == "none"
    assert propensity["High"] + propensity["Medium"] + propensity["Low"] == 10
    with (ran[1] / "customer_predictions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 10
    assert {row["prob_high"] for row in rows} == {""}


def test_only_the_four_files_are_written(ran: tuple[dict[str, Any], Path, bool]) -> None:
    assert sorted(path.name for path in ran[1].iterdir()) == sorted(FILES)


def test_credits_reach_accounts_only_with_st_id(ran: tuple[dict[str, Any], Path, bool]) -> None:
    unattributed = ran[0]["quality"]["unattributed"]["service_credits"]
    assert (unattributed < 1384) if ran[2] else (unattributed == 1384)
    assert ran[0]["actions"]["map_credits"] == 1


def test_the_consultant_gets_an_opener_without_a_hole(ran: tuple[dict[str, Any], Path, bool]) -> None:
    with (ran[1] / "consultant_recommendations.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 10
    for row in rows:
        assert row["opener_subject"]
        assert "{" not in row["opener_body"]
        assert row["evidence"]
