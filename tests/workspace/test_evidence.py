"""The rows behind an action, the letter that opens with it, and the list it stands on. One small workspace, answers worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from onelead.core.errors import UnknownNameError, UsageError
from onelead.core.viewer import LOCAL_ADMIN
from onelead.workspace import open_workspace
from onelead.workspace.acting import with_states
from onelead.workspace.evidence import evidence, opened, title_of
from onelead.workspace.glance import glance, month_ends
from onelead.workspace.worklist import narrow, recent_work, unattributed, waiting, worklist

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.workspace import Workspace

AS_OF = date(2024, 9, 4)


def _asset(number: int, territory: str | None, end: str, status: str | None, category: str = "WLAN HW") -> dict[str, object]:
    return {
        "asset_id": f"A{number}",
        "territory_id": territory,
        "account_name": {"70001": "Alpha Works", "70002": "Beta Werke"}.get(territory or ""),
        "product_category": category,
        "product_name": "AP-325",
        "end_of_life_date": end,
        "support_status": status,
    }


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Alpha: A1 to A3 past their end (two of them without support), A4 within a year; Beta: A5 today, A7 later; A6 reaches no account."""
    folder = tmp_path_factory.mktemp("evidence")
    rows = [
        _asset(1, "70001", "2020-01-31", "Uncovered"),
        _asset(2, "70001", "2024-09-03", "Active Contract"),
        _asset(3, "70001", "2023-12-31", None),
        _asset(4, "70001", "2025-03-31", "Active Contract"),
        _asset(5, "70002", "2024-09-04", "Active Contract"),
        _asset(6, None, "2020-01-31", "Uncovered"),
        _asset(7, "70002", "2026-03-31", "Active Contract", "C-Class Units & Enclosures"),
    ]
    pl.DataFrame(rows).write_csv(folder / "assets.csv")
    with open_workspace(folder / "ws") as opened_ws:
        opened_ws.load(folder / "assets.csv", as_of=AS_OF)
    return folder / "ws"


@pytest.fixture
def ws(directory: Path) -> Iterator[Workspace]:
    with open_workspace(directory) as found:
        yield found


@pytest.fixture
def own(directory: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy that a test may change."""
    import shutil

    with open_workspace(shutil.copytree(directory, tmp_path / "ws")) as found:
        yield found


def _renewal(ws: Workspace, account: str = "70001") -> str:
    rows = ws.actions(account=account, type="critical_renewal")
    return str(rows["action_id"].item())


def test_evidence_is_the_rows_that_the_action_counts(ws: Workspace) -> None:
    rows = ws.ask(evidence, _renewal(ws))
    assert rows["asset_id"].to_list() == ["A1", "A3", "A2", "A4"]  # by end of life
    assert rows["is_past_end_of_life"].to_list() == [True, True, True, False]
    assert rows["is_supported"].to_list() == [False, False, True, True]
    assert rows.columns[:3] == ["asset_id", "product_name", "product_category"]
    assert {"source_file", "source_row"} <= set(rows.columns[-7:])


def test_parts_are_what_the_chips_count(ws: Workspace) -> None:
    action = _renewal(ws)
    assert ws.ask(evidence, action, "past")["asset_id"].to_list() == ["A1", "A3", "A2"]
    assert ws.ask(evidence, action, "unsupported")["asset_id"].to_list() == ["A1", "A3"]
    assert ws.ask(opened, action)["parts"] == {"past": 3, "unsupported": 2}
    with pytest.raises(UnknownNameError, match="nonsense"):
        ws.ask(evidence, action, "nonsense")


def test_the_letter_says_what_was_filled_and_reads_as_the_opener(ws: Workspace) -> None:
    action = _renewal(ws)
    letter, plain = ws.ask(opened, action)["letter"], ws.action(action)
    assert letter["error"] is None
    assert "".join(text for text, _ in letter["subject"]) == plain["opener_subject"]
    assert "".join(text for text, _ in letter["body"]) == plain["opener_body"]
    filled = [text for text, fill in letter["body"] if fill]
    assert "Hello Alpha Works team," in filled
    assert "31 January 2020" in filled
    assert letter["filled"] == len(filled) + sum(fill for _, fill in letter["subject"])


def test_a_letter_with_an_empty_placeholder_is_never_shown(own: Workspace) -> None:
    folder = own.directory / "templates"
    folder.mkdir()
    (folder / "critical_renewal_past.txt").write_text("Subject: Hello\n{{ phone_number }}", encoding="utf-8")
    letter = own.ask(opened, _renewal(own))["letter"]
    assert "phone_number" in letter["error"]
    assert (letter["body"], letter["subject"], letter["filled"]) == ([], [], 0)


def test_nobody_reads_the_evidence_of_accounts_they_may_not_see(ws: Workspace) -> None:
    action = _renewal(ws)
    narrow_ws = type(ws)(ws._parts, replace(LOCAL_ADMIN, account_ids=frozenset({"70002"})))
    for use_case in (evidence, opened, title_of):
        with pytest.raises(UnknownNameError):
            narrow_ws.ask(use_case, action)
    assert set(narrow_ws.ask(worklist)["rows"]["account_id"]) == {"70002"}
    assert narrow_ws.ask(unattributed) == {}


def test_ids_may_be_shortened_while_they_are_one(ws: Workspace) -> None:
    action = _renewal(ws)
    assert ws.ask(title_of, action[:8]) == ("Renew 4 WLAN HW assets (3 of them past end of life)", "Alpha Works", "assets")
    with pytest.raises(UsageError):
        ws.ask(title_of, "")


def test_the_list_counts_by_state_type_and_week(own: Workspace) -> None:
    before = own.ask(worklist)
    assert before["count"] == own.actions().height == own.ask(waiting)
    assert before["states"]["open"] == before["count"]
    assert sum(before["types"]["count"]) == sum(before["weeks"]["count"]) == before["count"]
    action = _renewal(own)
    own.accept(action)
    after = own.ask(worklist)
    assert (after["states"]["open"], after["states"]["accepted"]) == (before["count"] - 1, 1)
    assert action not in set(after["rows"]["action_id"])
    taken = own.ask(worklist, state="accepted")["rows"].row(0, named=True)
    assert (taken["action_id"], taken["state"], taken["who"]) == (action, "accepted", "local")
    assert own.ask(waiting) == before["count"] - 1


def test_a_count_heeds_every_filter_but_its_own(ws: Workspace) -> None:
    found = ws.ask(worklist, types=("critical_renewal",))
    assert set(found["rows"]["type"]) == {"critical_renewal"}
    assert set(found["types"]["type"]) == set(ws.actions()["type"])
    assert found["states"]["open"] == found["count"]
    dear = ws.ask(worklist, least=1e12)
    assert (dear["count"], dear["value"], dear["rows"].height) == (0, None, 0)
    due = ws.actions(type="critical_renewal")["due_date"][0]
    assert (
        ws.ask(worklist, week=due)["count"]
        == ws.actions().filter(pl.col("due_date").dt.truncate("1w") == pl.lit(due).dt.truncate("1w")).height
    )
    for wrong in ({"state": "x"}, {"types": ("x",)}, {"order": "x"}):
        with pytest.raises(UnknownNameError):
            ws.ask(worklist, **wrong)


def test_orders_keep_unknown_values_last(ws: Workspace) -> None:
    values = ws.ask(worklist, order="value")["rows"]["expected_value"].to_list()
    known = [value for value in values if value is not None]
    assert values == sorted(known, reverse=True) + [None] * (len(values) - len(known))
    due = ws.ask(worklist, order="due")["rows"]["due_date"].to_list()
    assert due == sorted(due)


def test_states_are_those_of_the_actions_of_the_facade(own: Workspace) -> None:
    ids = own.actions()["action_id"].to_list()
    own.snooze(ids[0], date(2024, 10, 1))
    own.dismiss(ids[1], "not ours")
    own.done(ids[2], "won")
    from onelead.workspace.viewing import view

    with view(own._parts, LOCAL_ADMIN, as_of=date(2024, 10, 2)) as shown:
        there = with_states(shown.frame("actions"), own._parts, shown.context.as_of).select("action_id", "state")
        assert narrow(shown, own._parts).select("action_id", "state").sort("action_id").equals(there.sort("action_id"))
        assert there.filter(pl.col("action_id") == ids[0])["state"].item() == "open"  # the snooze is over


def test_a_percentage_is_shown_only_once_outcomes_measured_it(own: Workspace) -> None:
    action = _renewal(own)
    assert own.ask(opened, action)["chance_low"] is None
    store = own._parts.store
    for number in range(12):
        store.act("done", f"past-{number}", as_of=AS_OF, account_id="70001", type="critical_renewal", subject=str(number), outcome="won")
    assert own.ask(opened, action)["chance_low"] is None  # the stored chance is still the assumption
    own.refresh()
    row = own.ask(opened, action)
    assert row["chance"] == pytest.approx(17 / 22)  # 10 × 0.5 assumed, 12 of 12 recorded
    assert 0 < row["chance_low"] < row["chance"] < row["chance_high"] < 1
    assert row["tries"] == 12


def test_what_was_done_of_late_is_told_with_its_reasons(own: Workspace) -> None:
    nothing = own.ask(recent_work)
    assert (nothing["done"], nothing["won_value"], nothing["reasons"]) == (0, None, [])
    ids = own.actions()["action_id"].to_list()
    own.done(ids[0], "won")
    own.dismiss(ids[1], "not ours")
    own.accept(ids[2])
    own.undo(ids[2])
    found = own.ask(recent_work)
    assert (found["done"], found["won"], found["dismiss"], found["accept"]) == (1, 1, 1, 0)
    assert found["reasons"] == [("not ours", 1)]
    assert found["won_value"] == own.action(ids[0])["value"]


def test_rows_without_an_account_are_counted(ws: Workspace) -> None:
    assert ws.ask(unattributed) == {"assets": 1}


def test_the_line_of_expired_products_reads_their_dates(ws: Workspace) -> None:
    days = month_ends(AS_OF)
    assert (len(days), days[0], days[-2], days[-1]) == (13, date(2023, 9, 30), date(2024, 8, 31), AS_OF)
    found = ws.ask(glance)
    assert found["expired"][0] == 2  # A1 and A6
    assert found["expired"][-1] == 4  # A3 and A2 since; A5 ends its life today, and has not passed it
    assert (found["at_risk_low"], found["at_risk_high"]) == (pytest.approx(4 * 1200 * 0.8), pytest.approx(4 * 1200 * 1.2))
    assert found["unsupported"] == [("Uncovered", 2), ("unknown", 1)]
