"""The timeline of an account: each event by hand, as of 2024-06-30, and nothing from after that day or of another account."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from tests.workspace._exports import write_export

from onelead.core.errors import UnknownNameError
from onelead.core.viewer import Viewer
from onelead.workspace import open_workspace
from onelead.workspace.timeline import timeline

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace import Workspace

DAY = date(2024, 6, 30)


def asset(serial: str, territory: str = "56001", **more: str | None) -> dict[str, str | None]:
    return {"asset_id": serial, "product_name": "AP-1", "product_category": "WLAN HW", "territory_id": territory, **more}


def project(number: str, stage: str, start: str | None, end: str | None) -> dict[str, str | None]:
    named = {"project_id": number, "project_description": number, "territory_id": "56001", "stage_status": stage}
    return {**named, "start_date": start, "end_date": end, "last_refresh_date": "2024-06-30", "practice": "Network"}


def deal(number: str, created: str | None, close: str | None, won: str | None = None) -> dict[str, str | None]:
    named = {"opportunity_id": number, "opportunity_name": number, "territory_id": "56001", "account_name": "Alder", "amount": "1000"}
    return {**named, "created_date": created, "close_date": close, "is_won": won}


def told(ws: Workspace, account: str = "56001", **where: str) -> list[tuple[date, str, str | None]]:
    frame = ws.ask(timeline, account)
    for name, value in where.items():
        frame = frame.filter(pl.col(name) == value)
    return [(row["date"], row["title"], row["status"]) for row in frame.to_dicts()]


def load(ws: Workspace, folder: Path, **tables: list[Any]) -> None:
    # a load without projects has no export date of its own
    ws.load(*write_export(folder, **tables), as_of=DAY)


def test_assets_with_one_end_and_name_are_one_event(ws: Workspace, tmp_path: Path) -> None:
    """S1 and S2 end on one day, S3 in 31 days (within 180), S4 never: 2099-12-31 means that none is announced."""
    rows = [asset("S1", end_of_life_date="2024-01-31"), asset("S2", end_of_life_date="2024-01-31")]
    rows += [
        asset("S3", end_of_life_date="2024-07-31"),
        asset("S4", end_of_life_date="2099-12-31"),
        asset("S5", end_of_life_date="2025-07-31"),
    ]
    load(ws, tmp_path / "a", assets=rows)
    assert told(ws) == [
        (date(2025, 7, 31), "AP-1 reaches end of life", None),
        (date(2024, 7, 31), "AP-1 reaches end of life", "warn"),
        (date(2024, 1, 31), "2 AP-1 passed end of life", "crit"),
    ]
    frame = ws.ask(timeline, "56001")
    assert frame["ahead"].to_list() == [True, True, False]
    assert frame["rows"].to_list() == [1, 1, 2]
    assert frame["detail"].to_list()[2] == "S1, S2"


def test_a_long_list_of_serials_is_cut(ws: Workspace, tmp_path: Path) -> None:
    load(ws, tmp_path / "a", assets=[asset(f"S{number}", end_of_life_date="2024-01-31") for number in range(5)])
    assert ws.ask(timeline, "56001")["detail"].to_list() == ["S0, S1 and 3 more"]


def test_support_that_ends_beyond_belief_is_no_event(ws: Workspace, tmp_path: Path) -> None:
    """A warranty of 75 years is implausible (more than 25); one that ended is told."""
    rows = [asset("S1", support_start_date="2020-01-01", support_end_date="2023-01-01")]
    rows += [asset("S2", support_start_date="2020-01-01", support_end_date="2095-01-01")]
    load(ws, tmp_path / "a", assets=rows)
    assert told(ws) == [(date(2023, 1, 1), "Support of AP-1 ended", "crit")]


def test_projects_by_stage(ws: Workspace, tmp_path: Path) -> None:
    """P1 done, P2 late, P3 open until August, P4 lost (dated by its planned start: nobody says when), P5 lost and not begun: no event."""
    rows = [project("P1", "C", "2024-01-01", "2024-03-01"), project("P2", "OC", "2024-02-01", "2024-05-01")]
    rows += [project("P3", "OC", "2024-06-01", "2024-08-01"), project("P4", "LOST", "2023-05-01", "2023-09-01")]
    rows += [project("P5", "LOST", "2024-09-01", "2024-12-01")]
    load(ws, tmp_path / "a", projects=rows)
    assert told(ws) == [
        (date(2024, 8, 1), "Project due to end: P3", None),
        (date(2024, 6, 1), "Project started: P3", None),
        (date(2024, 5, 1), "Project passed its planned end: P2", "warn"),
        (date(2024, 3, 1), "Project delivered: P1", "good"),
        (date(2024, 2, 1), "Project started: P2", None),
        (date(2024, 1, 1), "Project started: P1", None),
        (date(2023, 5, 1), "Project lost: P4", "warn"),
    ]


def test_deals_by_outcome(ws: Workspace, tmp_path: Path) -> None:
    """O1 won, O2 lost, O3 open and overdue, O4 open, O5 without any date: no event."""
    rows = [deal("O1", "2024-01-05", "2024-02-05", "true"), deal("O2", None, "2024-03-05", "false")]
    rows += [deal("O3", None, "2024-04-05"), deal("O4", None, "2024-09-05"), deal("O5", None, None)]
    load(ws, tmp_path / "a", opportunities=rows)
    assert told(ws) == [
        (date(2024, 9, 5), "Expected to close: O4", None),
        (date(2024, 4, 5), "Close date passed: O3", "warn"),
        (date(2024, 3, 5), "Lost: O2", "warn"),
        (date(2024, 2, 5), "Won: O1", "good"),
        (date(2024, 1, 5), "Opportunity created: O1", None),
    ]
    assert ws.ask(timeline, "56001")["amount"].to_list() == [1000.0] * 5


def test_credits_that_end_unused_are_a_warning(ws: Workspace, tmp_path: Path) -> None:
    """Two contracts end on 2024-08-01 with 10 + 5 bought and 4 + 5 delivered: 6 of 15 unused; one of no credits is no event."""
    common = {"project_id": "P1", "territory_id": "56001", "practice": "Network"}
    rows = [{**common, "purchased_credits": "10", "delivered_credits": "4", "contract_end_date": "2024-08-01"}]
    rows += [{**common, "purchased_credits": "5", "delivered_credits": "5", "contract_end_date": "2024-08-01"}]
    rows += [{**common, "purchased_credits": "0", "delivered_credits": "0", "contract_end_date": "2024-09-01"}]
    load(ws, tmp_path / "a", assets=[asset("S1")], service_credits=rows)
    assert told(ws) == [(date(2024, 8, 1), "2 credit contracts end", "warn")]
    assert ws.ask(timeline, "56001")["detail"].item() == "6 of 15 credits unused"


def test_what_a_load_changed(ws: Workspace, tmp_path: Path) -> None:
    ws.load(*write_export(tmp_path / "a", assets=[asset("S1", support_status="Active"), asset("S2")]), as_of=date(2024, 5, 1))
    ws.load(*write_export(tmp_path / "b", assets=[asset("S1", support_status="Expired"), asset("S3")]), as_of=DAY)
    assert sorted(title for _, title, _ in told(ws, kind="Changes")) == [
        "1 asset came with the load",
        "1 asset no longer in the load",
        "1 asset: support status",
    ]
    changed = ws.ask(timeline, "56001").filter(pl.col("before").is_not_null())
    assert changed.select("unit", "before", "after").rows() == [("text", "Active", "Expired")]


def test_actions_worked_and_not_undone(ws: Workspace, tmp_path: Path) -> None:
    load(
        ws,
        tmp_path / "a",
        assets=[asset("S1", end_of_life_date="2024-01-31"), asset("S2", product_category="Storage", end_of_life_date="2024-01-31")],
    )
    first, second = ws.actions(account="56001")["action_id"].to_list()[:2]
    ws.dismiss(first, "Already replaced")
    ws.accept(second)
    ws.undo(second)
    frame = ws.ask(timeline, "56001").filter(pl.col("kind") == "Actions")
    assert frame.height == 1
    assert frame["title"].item().startswith("Dismissed: Renew")
    assert frame["detail"].item() == "by local · Already replaced"


def test_another_accounts_events_are_not_told(ws: Workspace, tmp_path: Path) -> None:
    load(ws, tmp_path / "a", assets=[asset("S1", end_of_life_date="2024-01-31"), asset("S2", "56002", end_of_life_date="2024-02-28")])
    assert told(ws, "56002") == [(date(2024, 2, 28), "AP-1 passed end of life", "crit")]
    narrow = Viewer(user="rep", roles=frozenset({"rep"}), account_ids=frozenset({"56001"}))
    with open_workspace(ws.directory, viewer=narrow) as mine, pytest.raises(UnknownNameError):
        mine.ask(timeline, "56002")
