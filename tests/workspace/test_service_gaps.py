"""What accounts lack, on a world of four accounts whose answers are worked out by hand.

A, B, C and D: A, B, C bought "Network & Edge" and "Care", D only "Care". So D is half like each of the others (one practice of two in
common), and all three bought what it lacks. D runs two WLAN products, which go with "Network & Edge".
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from onelead.core.viewer import Viewer
from onelead.workspace import open_workspace, serve_workspace
from onelead.workspace.consulting import action_plan, brief, briefs, kinds, types_of
from onelead.workspace.service_gaps import attach_by_category, practice_cells, similar_accounts, support_gaps, unused_by_practice
from onelead.workspace.service_offers import catalogue, gap_table, offers, practice_totals, refresh_candidates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.workspace import Serving

DAY = date(2024, 9, 4)
ACCOUNTS = {"10001": "Alpha", "10002": "Beta", "10003": "Gamma", "10004": "Delta"}
D = "10004"


def rows() -> dict[str, list[dict[str, Any]]]:
    bought = [
        (account, practice)
        for account in ACCOUNTS
        for practice in ("Network & Edge", "Care")
        if (account, practice) != (D, "Network & Edge")
    ]
    projects = [
        {"project_id": f"P{number}", "territory_id": account, "account_name": ACCOUNTS[account], "practice": practice, "stage_status": "C",
         "size_bucket": "<$50k", "start_date": date(2024, 7, 1), "end_date": date(2024, 8, 30), "last_refresh_date": DAY}
        for number, (account, practice) in enumerate(bought)
    ]  # fmt: skip
    lost = {**projects[0], "project_id": "P90", "territory_id": D, "account_name": "Delta", "stage_status": "LOST"}
    assets = [
        {"asset_id": "S1", "territory_id": D, "product_category": "WLAN HW", "product_name": "AP-325", "support_status": "Uncovered", "end_of_life_date": date(2024, 1, 1)},
        {"asset_id": "S2", "territory_id": D, "product_category": "WLAN HW", "product_name": "New", "support_status": "Active Contract", "end_of_life_date": date(2099, 12, 31)},
        {"asset_id": "S3", "territory_id": "10001", "product_category": "WLAN HW", "product_name": "New", "support_status": "Active Warranty"},
        {"asset_id": "S4", "territory_id": "10001", "product_category": "Oddity", "product_name": "Odd", "support_status": None},
    ]  # fmt: skip
    credit = [
        {"territory_id": D, "practice": "Care", "purchased_credits": 10.0, "delivered_credits": 4.0, "active_credits": 6.0, "expiry_bucket": ">180"},
        {"territory_id": D, "practice": "Care", "purchased_credits": 5.0, "delivered_credits": 5.0, "active_credits": 0.0, "expiry_bucket": ">180"},
        {"territory_id": "10002", "practice": "Care", "purchased_credits": 3.0, "expiry_bucket": ">180"},
    ]  # fmt: skip
    services = [
        {"practice": "Network & Edge", "sub_practice": "Wireless", "service": "Wireless Survey Assessment"},
        {"practice": "Care", "sub_practice": "Desk", "service": "Service Desk Workshop"},
        {"practice": "Care", "sub_practice": "Desk", "service": "Runbook"},
    ]
    deals = [{"opportunity_id": "O1", "territory_id": "10001", "account_name": "Alpha", "product_line": "Wireless LAN"}]
    return {"projects": [*projects, lost], "assets": assets, "service_credits": credit, "services": services, "opportunities": deals}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder: Path = tmp_path_factory.mktemp("gaps")
    files = []
    for name, found in rows().items():
        files.append(folder / f"{name}.parquet")
        pl.DataFrame(found, infer_schema_length=None).write_parquet(files[-1])
    with open_workspace(folder / "ws") as opened:
        opened.load(*files, as_of=DAY)
    serving = serve_workspace(folder / "ws")
    yield serving
    serving.close()


def ask(serving: Serving, use_case: Any, *args: Any, viewer: Viewer | None = None, **kwargs: Any) -> Any:
    return serving.ask(viewer or Viewer(), use_case, serving.stamp(), *args, **kwargs)


def test_cells_tell_bought_whitespace_and_what_peers_did(served: Serving) -> None:
    cells = ask(served, practice_cells)
    assert cells.height == 8
    (gap,) = cells.filter(pl.col("state") == "Whitespace").to_dicts()
    assert (gap["account_name"], gap["practice"]) == ("Delta", "Network & Edge")
    assert (gap["buyers"], gap["similar"], gap["share"], gap["installed"], gap["projects"]) == (3, 3, 1.0, 2, 0)
    assert (gap["value"], gap["value_low"], gap["value_high"]) == (25_000.0, 0.0, 50_000.0)
    assert set(cells.filter(pl.col("account_id") != gap["account_id"])["state"]) == {"Bought"}
    alpha = cells.filter((pl.col("account_name") == "Alpha") & (pl.col("practice") == "Network & Edge")).row(0, named=True)
    assert (alpha["deals"], alpha["buyers"], alpha["similar"]) == (1, 2, 3), (
        "a wireless deal goes with the network practice; peers are others"
    )


def test_similar_accounts_are_named_only_to_those_who_may_see_them(served: Serving) -> None:
    found = ask(served, similar_accounts, D, "Network & Edge")
    assert (found["count"], found["buyers"], found["hidden"]) == (3, 3, 0)
    # Delta and Beta: practices 1/2 in common; Delta and Alpha also run WLAN HW (of WLAN HW and Oddity): (1/2 + 1/2) / 2.
    assert {row["account_name"]: row["similarity"] for row in found["rows"]} == {"Alpha": 0.5, "Beta": 0.5, "Gamma": 0.5}
    mine = Viewer(account_ids=frozenset({D, "10001"}))
    narrow = ask(served, similar_accounts, D, "Network & Edge", viewer=mine)
    assert [row["account_name"] for row in narrow["rows"]] == ["Alpha"]
    assert (narrow["count"], narrow["buyers"], narrow["hidden"]) == (3, 3, 2)


def test_rights_narrow_rows_and_not_what_they_are_compared_with(served: Serving) -> None:
    only = Viewer(account_ids=frozenset({D}))
    cells = ask(served, practice_cells, viewer=only)
    assert set(cells["account_name"]) == {"Delta"}
    assert cells.filter(pl.col("practice") == "Network & Edge")["similar"].item() == 3
    for use_case in (support_gaps, unused_by_practice, refresh_candidates, offers):
        assert set(ask(served, use_case, viewer=Viewer(account_ids=frozenset({"10003"})))["account_id"]) <= {"10003"}


def test_attach_rate_of_what_is_installed(served: Serving) -> None:
    found = {row["product_category"]: row for row in ask(served, attach_by_category).to_dicts()}
    wlan = found["WLAN HW"]
    assert (wlan["practice"], wlan["assets"], wlan["accounts"], wlan["attached"], wlan["share"]) == ("Network & Edge", 3, 2, 1, 0.5)
    assert (found["Oddity"]["practice"], found["Oddity"]["attached"], found["Oddity"]["share"]) == (None, None, None)


def test_support_gaps_count_what_has_no_active_support(served: Serving) -> None:
    found = {(row["account_name"], row["product_category"]): row for row in ask(served, support_gaps).to_dicts()}
    assert set(found) == {("Delta", "WLAN HW"), ("Alpha", "Oddity")}
    wlan = found["Delta", "WLAN HW"]
    assert (wlan["assets"], wlan["lowest"], wlan["middle"], wlan["highest"], wlan["past"]) == (2, 1, 0, 1, 1)
    assert (wlan["value"], wlan["estimated"]) == (180.0, True), "15 % of $1,200"
    assert (found["Alpha", "Oddity"]["value"], found["Alpha", "Oddity"]["unpriced"]) == (None, 1), "unpriced is unknown, not zero"


def test_unused_credits_and_the_services_that_fit(served: Serving) -> None:
    (row,) = ask(served, unused_by_practice).to_dicts()
    assert (row["account_name"], row["practice"], row["unused"], row["purchased"]) == ("Delta", "Care", 6.0, 15.0)
    assert (row["value"], row["services"], row["examples"]) == (3_000.0, 2, "Service Desk Workshop, Runbook")


def test_gaps_by_account(served: Serving) -> None:
    found = {row["account_name"]: row for row in ask(served, gap_table).to_dicts()}
    delta, beta = found["Delta"], found["Beta"]
    assert (delta["bought"], delta["practices"], delta["whitespace"], delta["whitespace_value"]) == (1, 2, 1, 25_000.0)
    assert (delta["best"], delta["best_share"], delta["assets"], delta["bare"], delta["unused"]) == ("Network & Edge", 1.0, 2, 1, 6.0)
    assert (beta["whitespace"], beta["whitespace_value"], beta["best"], beta["assets"], beta["bare"], beta["unused"]) == (
        0,
        None,
        None,
        None,
        None,
        None,
    )


def test_practices_and_catalogue(served: Serving) -> None:
    totals = {row["practice"]: row for row in ask(served, practice_totals).to_dicts()}
    assert (totals["Network & Edge"]["Bought"], totals["Network & Edge"]["Whitespace"], totals["Network & Edge"]["penetration"]) == (
        3,
        1,
        0.75,
    )
    fits = {row["service"]: row["fits"] for row in ask(served, catalogue).to_dicts()}
    assert fits == {"Wireless Survey Assessment": 1, "Service Desk Workshop": 1, "Runbook": 1}


def test_refresh_candidates_say_which_action_carries_them(served: Serving) -> None:
    (row,) = ask(served, refresh_candidates).to_dicts()
    assert (row["product"], row["successor"], row["assets"], row["past"], row["value"]) == ("AP-325", "AP-505", 1, 1, 1_200.0)
    assert row["carried_by"] == "Critical renewal"


def test_offers_by_type_and_least_confidence(served: Serving) -> None:
    found = ask(served, offers, ("whitespace",))
    assert found.select("account_name", "subject", "practice", "sure").rows() == [("Delta", "Network & Edge", "Network & Edge", "Fair")]
    assert ask(served, offers, ("whitespace",), "Fair").height == 1
    assert ask(served, offers, ("whitespace",), "Strong").height == 0


def test_kinds_of_conversation_hold_every_waiting_action_once(served: Serving) -> None:
    found = ask(served, kinds)
    assert sum(part["count"] for part in found.values()) == sum(step["count"] for step in ask(served, action_plan))
    types = [name for kind in found for name in types_of(kind)]
    assert len(types) == len(set(types))
    assert found["renewals"]["count"] >= 1


def test_the_plan_puts_each_action_under_its_first_deadline(served: Serving) -> None:
    steps = ask(served, action_plan)
    assert [step["label"] for step in steps] == [
        "At once",
        "Within 30 days",
        "Within 60 days",
        "Within 90 days",
        "Within 180 days",
        "Later",
    ]
    before = date.min
    for step in steps:
        last = step["until"] or date.max
        assert all(before < row["due_date"] <= last for row in step["rows"])
        before = last
    assert any(row["type"] == "critical_renewal" for row in steps[0]["rows"])


def test_the_brief_of_an_account(served: Serving) -> None:
    found = ask(served, brief, "Delta")
    assert found["account_id"] == D
    assert found["count"] == len(found["actions"]) == ask(served, briefs).filter(pl.col("account_id") == D)["actions"].item()
    assert len(found["points"]) == len(set(found["points"])) >= 2
    assert any("similar accounts bought Network & Edge" in point for point in found["points"])
    assert "Wireless Survey Assessment" in found["services"]
    assert all(action["letter"]["error"] is None for action in found["actions"])
