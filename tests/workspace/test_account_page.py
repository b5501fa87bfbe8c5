"""One account: found by any of its names, its numbers, why it scores so, its health with its change, its plan; never another's."""

from __future__ import annotations

import shutil
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from tests.workspace._exports import write_export

from onelead.core.errors import UnknownNameError
from onelead.core.viewer import Viewer
from onelead.workspace import open_workspace
from onelead.workspace.account_numbers import account_choices, account_numbers
from onelead.workspace.account_page import account_head, account_health, exposure, waiting_actions, why_score
from onelead.workspace.account_plan import account_plan, practices
from onelead.workspace.account_rows import account_actions, account_links, account_row, account_rows, nearest_accounts
from onelead.workspace.health import cards
from onelead.workspace.health_history import account_health_history, portfolio_health_history
from onelead.workspace.health_overview import health_table, lost_points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from onelead.workspace import Workspace

CARD = "install_base"
ASKED: list[tuple[Callable[..., object], tuple[str, ...]]] = [
    (account_head, ()),
    (account_health, (CARD,)),
    (account_actions, ()),
    (account_links, ()),
    (account_plan, (CARD,)),
    (exposure, ()),
    (practices, ()),
    (waiting_actions, ()),
    (why_score, ()),
    *((account_rows, (table,)) for table in ("assets", "projects", "opportunities", "service_credits")),
]


@pytest.fixture(scope="module")
def read(loaded_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The August sample, for tests that only read."""
    with open_workspace(shutil.copytree(loaded_once, tmp_path_factory.mktemp("read") / "ws")) as opened:
        yield opened


def narrowed(ws: Workspace, *ids: str) -> Workspace:
    return open_workspace(ws.directory, viewer=Viewer(user="rep", roles=frozenset({"rep"}), account_ids=frozenset(ids)))


@pytest.mark.parametrize("given", ["56088", "Tessmar Group", "tessmar group", "300114207"])
def test_an_account_is_found_by_id_name_and_source_id(read: Workspace, given: str) -> None:
    row = read.ask(account_row, given)
    assert row is not None
    assert row["account_id"] == "56088"
    assert row["asked"] is None or given == "300114207"


def test_a_named_account_leads_to_the_one_above_it(read: Workspace) -> None:
    below = read.table("accounts").filter(pl.col("parent_id") == "56088").row(0, named=True)
    row = read.ask(account_row, below["account_id"])
    assert row is not None
    assert (row["account_id"], row["asked"]) == ("56088", below["account_name"])


def test_what_is_not_there_has_nearest_names(read: Workspace) -> None:
    assert read.ask(account_row, "Tesmar Grup") is None
    assert read.ask(nearest_accounts, "Tesmar Grup")[0] == ("56088", "Tessmar Group")
    assert read.ask(nearest_accounts, "qqqqq") == []


def test_numbers_are_those_of_the_metrics(read: Workspace) -> None:
    head = read.ask(account_head, "56088")
    for name in ("assets", "expired_products", "revenue_at_risk", "unused_credits", "open_opportunities", "project_count"):
        by = read.query(name, by=["account_id"]).filter(pl.col("account_id") == "56088")["value"].item()
        assert head["metrics"][name]["value"] == by, name
    assert head["open_amount"] is None
    assert [entry["account_name"] for entry in head["named"]] == sorted(entry["account_name"] for entry in head["named"])
    assert head["actions"] == read.actions(account="56088").height


def test_the_score_says_by_what_it_was_made(read: Workspace) -> None:
    """August has ten accounts: no model, so the documented score in points, which its parts add up to; never a percentage."""
    why = read.ask(why_score, "56088")
    assert why is not None
    assert (why["by"], why["unit"], why["probability"], why["base"]) == ("score", "points", None, None)
    assert sum(push["push"] for push in why["pushes"]) == pytest.approx(why["points"])
    pushes = [abs(push["push"]) for push in why["pushes"]]
    assert pushes == sorted(pushes, reverse=True)


def test_health_with_its_change_by_hand(ws: Workspace, tmp_path: Path) -> None:
    """In May S1 and S2 are fine: lifecycle 100. In June S1 is past its end of life: 50. Support is 100 and weighs half as much.

    May: (100 × 40 + 100 × 20) / 60 = 100. June: (50 × 40 + 100 × 20) / 60 = 66.67, so −33.33.
    """
    rows = [
        {"asset_id": name, "territory_id": "56001", "end_of_life_date": day, "support_status": "Active"}
        for name, day in (("S1", "2024-06-01"), ("S2", "2029-01-01"))
    ]
    ws.load(*write_export(tmp_path / "a", assets=[{**row, "end_of_life_date": "2029-01-01"} for row in rows]), as_of=date(2024, 5, 1))
    ws.load(*write_export(tmp_path / "b", assets=rows), as_of=date(2024, 6, 30))
    found = ws.ask(account_health, "56001", CARD)
    assert found is not None
    assert found["score"] == pytest.approx(200 / 3, abs=1e-5)
    assert found["change"] == pytest.approx(-100 / 3, abs=1e-5)
    assert (found["before"], found["since"]) == (100, date(2024, 5, 1))
    parts = {part["id"]: (part["points"], part["used"]) for part in found["parts"]}
    assert parts["product_lifecycle"] == (pytest.approx(50), pytest.approx(200 / 3))
    assert parts["credit_utilization"] == (None, 0)
    line = ws.ask(account_health_history, "56001", CARD)
    assert line["as_of"].to_list() == [date(2024, 5, 1), date(2024, 6, 30)]
    assert line["score"].round(1).to_list() == [100.0, 66.7]
    assert line["band"].to_list() == ["Healthy", "At risk"]
    whole = ws.ask(portfolio_health_history, CARD)
    assert whole.select("healthy", "at_risk", "critical", "unknown").rows() == [(1, 0, 0, 0), (0, 1, 0, 0)]
    row = ws.ask(health_table, CARD).row(0, named=True)
    assert (row["trend"], row["since"]) == ("down", date(2024, 5, 1))


def test_a_second_load_of_one_day_is_no_trend(ws: Workspace, tmp_path: Path) -> None:
    rows = [{"asset_id": "S1", "territory_id": "56001", "end_of_life_date": "2029-01-01", "support_status": "Active"}]
    ws.load(*write_export(tmp_path / "a", assets=rows), as_of=date(2024, 6, 30))
    ws.load(*write_export(tmp_path / "b", assets=[{**rows[0], "support_status": "Expired"}]), as_of=date(2024, 6, 30))
    found = ws.ask(account_health, "56001", CARD)
    assert found is not None
    assert (found["before"], found["change"]) == (None, None)
    assert ws.ask(account_health_history, "56001", CARD).height == 1


def test_losses_add_up_to_what_is_missing(read: Workspace) -> None:
    found = read.ask(lost_points, CARD)
    average = read.health()["score"].mean()
    assert found["average"] == pytest.approx(average)
    assert sum(part["lost"] for part in found["parts"]) == pytest.approx(100 - found["average"], abs=1e-4)
    assert [part["lost"] for part in found["parts"]] == sorted((part["lost"] for part in found["parts"]), reverse=True)


def test_the_table_has_every_account_once_with_its_numbers(read: Workspace) -> None:
    table = read.ask(health_table, CARD)
    assert table["account_id"].is_unique().all()
    assert table.select("account_id", "score").sort("account_id").equals(read.health().select("account_id", "score").sort("account_id"))
    risk = read.query("revenue_at_risk", by=["account_id"]).select("account_id", "value").drop_nulls()
    joined = table.join(risk, on="account_id", how="inner")
    assert joined["revenue_at_risk"].to_list() == joined["value"].to_list()
    waiting = {row["account_id"]: row["actions"] for row in read.accounts().to_dicts()}
    assert {row["account_id"]: row["open_actions"] for row in table.to_dicts()} == waiting
    assert {row["account_id"]: row["actions"] for row in read.ask(account_choices).to_dicts()} == waiting


def test_an_edited_scorecard_counts_at_once(loaded: Workspace) -> None:
    before = loaded.ask(health_table, CARD, cards(loaded._parts)[CARD]["version"])["band"].to_list()
    own = loaded.directory / "scorecards"
    own.mkdir()
    shutil.copy(str(files("onelead.scorecards") / "builtin" / "install_base.toml"), own / "mine.toml")
    text = (own / "mine.toml").read_text(encoding="utf-8").replace("healthy = 70", "healthy = 1").replace("at_risk = 40", "at_risk = 0.5")
    (own / "mine.toml").write_text(text, encoding="utf-8")
    after = loaded.ask(health_table, CARD, cards(loaded._parts)[CARD]["version"])["band"].to_list()
    assert "Critical" in before
    assert set(after) == {"Healthy"}


def test_exposure_by_hand(ws: Workspace, tmp_path: Path) -> None:
    """W1 is past, W2 ends in 31 days, W3 is never ending; X1 has no price: unpriced, not zero."""

    def row(name: str, category: str, end: str | None, **more: str) -> dict[str, str | None]:
        return {"asset_id": name, "product_category": category, "territory_id": "56001", "end_of_life_date": end, **more}

    rows = [row("W1", "WLAN HW", "2024-01-31", support_status="Active"), row("W2", "WLAN HW", "2024-07-31", contract_value="500")]
    rows += [row("W3", "WLAN HW", "2099-12-31"), row("X1", "Unheard of", None)]
    ws.load(*write_export(tmp_path / "a", assets=rows), as_of=date(2024, 6, 30))
    found: list[dict[str, Any]] = ws.ask(exposure, "56001").to_dicts()
    assert found[0] == {
        "product_category": "WLAN HW",
        "assets": 3,
        "expired": 1,
        "expiring": 1,
        "unsupported": 2,
        "first_end": date(2024, 1, 31),
        "value": 2 * 1200 + 500,
        "estimated": True,
        "unpriced": 0,
    }
    assert (found[1]["value"], found[1]["unpriced"], found[1]["estimated"]) == (None, 1, False)


def test_practices_that_others_bought(ws: Workspace, tmp_path: Path) -> None:
    """56001 bought Network; of three accounts with projects two bought Storage, one Cloud; a lost project is no purchase."""

    def row(number: str, territory: str, practice: str, stage: str = "C") -> dict[str, str | None]:
        return {
            "project_id": number,
            "territory_id": territory,
            "practice": practice,
            "stage_status": stage,
            "start_date": "2024-01-01",
            "last_refresh_date": "2024-06-30",
        }

    rows = [row("1", "56001", "Network"), row("2", "56002", "Storage"), row("3", "56003", "Storage"), row("4", "56003", "Cloud")]
    ws.load(*write_export(tmp_path / "a", projects=[*rows, row("5", "56001", "Cloud", "LOST")]))
    found = ws.ask(practices, "56001").rows()
    assert [(name, bought, accounts) for name, bought, _, accounts in found] == [
        ("Storage", False, 2),
        ("Cloud", False, 1),
        ("Network", True, 1),
    ]
    assert found[0][2] == pytest.approx(2 / 3)


def test_the_plan_agrees_with_the_page(read: Workspace) -> None:
    plan = read.ask(account_plan, "56088", CARD)
    waiting = read.actions(account="56088")
    assert plan["action_count"] == waiting.height
    assert plan["value"] == waiting["expected_value"].sum()
    assert plan["head"] == read.ask(account_head, "56088")
    assert all(event["date"] > date(2024, 9, 4) for event in plan["ahead"])
    assert plan["deal_count"] == plan["head"]["metrics"]["open_opportunities"]["value"]


@pytest.mark.parametrize(("use_case", "more"), ASKED, ids=[f"{found.__name__} {more[:1]}" for found, more in ASKED])
def test_an_account_of_somebody_else_is_unknown(read: Workspace, use_case: Callable[..., object], more: tuple[str, ...]) -> None:
    with narrowed(read, "56102") as mine, pytest.raises(UnknownNameError):
        mine.ask(use_case, "56088", *more)


def test_names_and_numbers_of_others_stay_hidden(read: Workspace) -> None:
    read.ask(account_numbers)  # kept for everybody
    with narrowed(read, "56102") as mine:
        assert mine.ask(account_row, "56088") is None
        assert mine.ask(account_row, "Tessmar Group") is None
        assert mine.ask(account_row, "300114207") is None
        assert [key for key, _ in mine.ask(nearest_accounts, "Tessmar Kazemori")] == ["56102"]
        assert mine.ask(account_numbers)["account_id"].to_list() == ["56102"]
        assert mine.ask(account_choices)["account_id"].to_list() == ["56102"]
        assert mine.ask(health_table, CARD)["account_id"].to_list() == ["56102"]
        assert mine.ask(portfolio_health_history, CARD).select(pl.sum_horizontal("healthy", "at_risk", "critical", "unknown")).item() == 1
