"""Loading: what changes, what carries forward, what is refused, and that nothing is lost."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from tests.workspace._exports import ASSETS, OPPORTUNITIES, PROJECTS, write_export

from onelead.core.errors import OneLeadError, QualityError, UsageError, WorkspaceError
from onelead.workspace import building, open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace import Workspace


def test_a_first_load(ws: Workspace, tmp_path: Path) -> None:
    report = ws.load(*write_export(tmp_path / "a"))
    assert report.changed
    assert report.source_rows == {"assets": 3, "opportunities": 2, "projects": 3}
    assert report.publication.as_of == date(2024, 6, 30)
    assert ws.changes().is_empty(), "a first load is a beginning, not news"
    assert {path.suffix for path in (ws.directory / "originals").iterdir()} == {".csv"}


def test_loading_the_same_again_changes_nothing(ws: Workspace, tmp_path: Path) -> None:
    files = write_export(tmp_path / "a")
    first = ws.load(*files)
    again = ws.load(*files)
    assert not again.changed
    assert again.publication.id == first.publication.id
    assert ws.snapshots().height == 1


def test_two_loads_show_what_changed(small: Workspace, tmp_path: Path) -> None:
    """S1 gets a new support status, S3 goes, S4 comes; the opportunities are the same file and so unchanged."""
    later = [{**ASSETS[0], "support_status": "Expired"}, ASSETS[1], {**ASSETS[2], "asset_id": "S4"}]
    small.load(*write_export(tmp_path / "b", assets=later))
    changes = small.changes().select("table", "key", "change", "column", "before", "after").rows()
    assert sorted(changes) == [
        ("assets", "S1", "changed", "support_status", "Active", "Expired"),
        ("assets", "S3", "removed", None, None, None),
        ("assets", "S4", "added", None, None, None),
    ]


def test_tables_that_a_load_does_not_hold_carry_forward(small: Workspace, tmp_path: Path) -> None:
    small.load(*write_export(tmp_path / "b", opportunities=OPPORTUNITIES[:1]))
    assert small.table("assets").height == 3
    assert small.table("opportunities").height == 1
    assert small.table("projects").height == 3


def test_account_ids_are_stable_from_load_to_load(small: Workspace, tmp_path: Path) -> None:
    before = dict(small.table("accounts").select("account_name", "account_id").iter_rows())
    small.load(*write_export(tmp_path / "b", assets=list(reversed(ASSETS))))
    assert dict(small.table("accounts").select("account_name", "account_id").iter_rows()) == before


def test_a_row_without_a_customer_is_unattributed_and_reachable(small: Workspace, tmp_path: Path) -> None:
    lost = small.table("projects").filter(small.table("projects")["account_id"].is_null())
    assert lost["project_id"].to_list() == ["P3"]


def test_too_many_bad_rows_are_refused_and_nothing_changes(small: Workspace, tmp_path: Path) -> None:
    bad = [{**ASSETS[0], "end_of_life_date": "32/13/2024"}, ASSETS[1], {**ASSETS[2], "asset_id": "S9"}]
    files = write_export(tmp_path / "b", assets=bad)
    with pytest.raises(QualityError, match="assets"):
        small.load(*files)
    assert small.table("assets")["asset_id"].to_list() == ["S1", "S2", "S3"]
    report = small.load(*files, accept_bad_rows=True)
    assert report.quarantined == 1
    entry = small.quarantine().row(0, named=True)
    assert (entry["table"], entry["source_row"], entry["column"], entry["value"]) == ("assets", 2, "end_of_life_date", "32/13/2024")
    assert small.table("assets").height == 2


def test_a_person_can_say_no(ws: Workspace, tmp_path: Path) -> None:
    seen = []

    def no(preview: object) -> bool:
        seen.append(preview)
        return False

    with pytest.raises(UsageError, match="Not loaded"):
        ws.load(*write_export(tmp_path / "a"), confirm=no)
    assert len(seen) == 1
    assert ws.snapshots().is_empty()


def test_asking_an_empty_workspace_says_what_to_do(ws: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="Nothing is loaded yet"):
        ws.actions()
    with pytest.raises(UsageError):
        ws.load()


def test_a_directory_that_is_no_workspace_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="no OneLead workspace"):
        open_workspace(tmp_path / "none", create=False)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("hello")
    with pytest.raises(WorkspaceError, match="not empty"):
        open_workspace(tmp_path / "full")


def test_a_missing_file_is_one_clear_error(ws: Workspace, tmp_path: Path) -> None:
    with pytest.raises(OneLeadError, match=r"nowhere\.xlsx"):
        ws.load(tmp_path / "nowhere.xlsx")


def test_a_changed_setting_is_used_by_the_next_refresh(small: Workspace, tmp_path: Path) -> None:
    """Two assets past end of life at 1,200 each; with a price of 900 they are worth 1,800."""
    assert small.metrics("revenue_at_risk")["value"].item() == 2400
    (small.directory / "settings.toml").write_text('[prices.price_book]\n"WLAN HW" = 900.0\n')
    with open_workspace(small.directory) as again:
        again.refresh()
        assert again.metrics("revenue_at_risk")["value"].item() == 1800
        assert again.refresh().id == again.refresh().id


def test_a_table_that_shrinks_much_is_noted(small: Workspace, tmp_path: Path) -> None:
    report = small.load(*write_export(tmp_path / "b", assets=ASSETS[:1]))
    assert any("assets: 3 rows before, 1 now" in note for note in report.notes)


def test_without_an_export_date_the_day_of_the_load_counts_and_is_said(ws: Workspace, tmp_path: Path) -> None:
    report = ws.load(*write_export(tmp_path / "a", assets=ASSETS))
    assert report.publication.as_of == date.today()  # noqa: DTZ011 - the user's own calendar day
    assert any("no export date" in note for note in report.notes)


def test_going_back_to_an_earlier_file_is_a_change(ws: Workspace, tmp_path: Path) -> None:
    """Load all three tables, then fewer projects, then the first file again: its projects are back."""
    first = write_export(tmp_path / "a")
    ws.load(*first)
    ws.load(*write_export(tmp_path / "b", projects=PROJECTS[:1]))
    assert ws.table("projects").height == 1
    assert ws.load(*first).changed
    assert ws.table("projects").height == 3
    assert not ws.load(*first).changed


def test_one_of_two_files_for_a_table_replaces_both(ws: Workspace, tmp_path: Path) -> None:
    one = write_export(tmp_path / "a", assets=ASSETS[:2])
    other = write_export(tmp_path / "b", assets=ASSETS[2:])
    ws.load(*one, *other)
    assert ws.table("assets").height == 3
    assert ws.load(*one).changed
    assert ws.table("assets").height == 2


def test_a_given_date_holds_until_the_next_load(ws: Workspace, tmp_path: Path) -> None:
    files = write_export(tmp_path / "a")
    ws.load(*files, as_of=date(2024, 1, 1))
    assert ws.refresh().as_of == date(2024, 1, 1)
    ws.split("300000001")
    assert ws.refresh().as_of == date(2024, 1, 1), "a decision does not move the date"
    assert ws.load(*files).publication.as_of == date(2024, 6, 30)


def test_a_decision_made_while_a_load_runs_is_applied_by_the_next_refresh(
    small: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decision is recorded after identity has been resolved: the load does not know it, and must not say that it does."""
    compute = building.compute_results

    def meanwhile(*args: Any) -> Any:
        small.same("300000001", "300000002")
        return compute(*args)

    with monkeypatch.context() as patch:
        patch.setattr(building, "compute_results", meanwhile)
        small.load(*write_export(tmp_path / "b", assets=ASSETS[:2]))
    before = small.accounts().height
    small.refresh()
    assert small.accounts().height == before - 1


def test_an_empty_table_beside_full_ones_is_noted_and_replaces_nothing(small: Workspace, tmp_path: Path) -> None:
    files = write_export(tmp_path / "b", opportunities=OPPORTUNITIES[:1])
    (tmp_path / "b" / "assets.csv").write_text("asset_id,product_category,territory_id,end_of_life_date,support_status\n")
    report = small.load(tmp_path / "b" / "assets.csv", *files)
    assert any("holds no rows" in note for note in report.notes)
    assert small.table("assets").height == 3
    assert small.table("opportunities").height == 1
    with pytest.raises(OneLeadError, match="holds no rows"):
        small.load(tmp_path / "b" / "assets.csv")
