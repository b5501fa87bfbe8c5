"""Snapshots are listed, compared, rolled back and pruned by pointer."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.prepared import once, small_workspace
from tests.workspace._exports import ASSETS, OPPORTUNITIES, write_export

from onelead.core.errors import UnknownNameError
from onelead.workspace import open_workspace
from onelead.workspace.deal_points import earlier_snapshots
from onelead.workspace.defining import values_before
from onelead.workspace.health_history import portfolio_health_history
from onelead.workspace.history import metric_history
from onelead.workspace.trends import history

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.workspace import Workspace


@pytest.fixture
def twice(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Workspace]:
    """The small export, and then the same with two of its three assets."""

    def make(place: Path) -> None:
        shutil.copytree(small_workspace(tmp_path_factory), place / "ws")
        with open_workspace(place / "ws") as opened:
            opened.load(*write_export(place / "b", assets=ASSETS[:2]))

    shutil.copytree(once(tmp_path_factory, "twice", make) / "ws", tmp_path / "ws")
    with open_workspace(tmp_path / "ws") as opened:
        yield opened


def test_the_newest_is_current(twice: Workspace) -> None:
    assert twice.snapshots().select("snapshot", "current").rows() == [(2, True), (1, False)]


def test_a_rollback_moves_the_pointer_and_back(twice: Workspace) -> None:
    assert twice.table("assets").height == 2
    twice.rollback(1)
    assert twice.table("assets").height == 3
    twice.rollback(2)
    assert twice.table("assets").height == 2


def test_a_load_after_a_rollback_starts_from_what_is_published(twice: Workspace, tmp_path: Path) -> None:
    twice.rollback(1)
    report = twice.load(*write_export(tmp_path / "c", opportunities=OPPORTUNITIES[:1]))
    assert report.changed
    assert twice.table("assets").height == 3


def test_diff_counts_rows_metrics_and_actions(twice: Workspace) -> None:
    """S3, past end of life, is gone: three assets become two, two expired become one, and its account's renewal goes."""
    found = twice.diff(1, 2)
    rows = {row["table"]: (row["before"], row["after"], row["change"]) for row in found["rows"].to_dicts()}
    assert rows["assets"] == (3, 2, -1)
    metrics = {row["metric"]: (row["before"], row["after"]) for row in found["metrics"].to_dicts()}
    assert metrics["expired_products"] == (2, 1)
    gone = found["actions"].filter(found["actions"]["change"] == "gone")
    assert "critical_renewal" in gone["type"].to_list()


def test_prune_keeps_the_current_one(twice: Workspace) -> None:
    twice.rollback(1)
    twice.prune(1)
    assert set(twice.snapshots()["snapshot"].to_list()) == {1, 2}
    twice.rollback(2)
    assert len(twice.prune(1)) == 2
    assert twice.snapshots()["snapshot"].to_list() == [2]
    assert len(list((twice.directory / "layers").glob("*.duckdb"))) == 2


def test_an_undone_load_is_the_before_of_nothing(ws: Workspace, tmp_path: Path) -> None:
    """A load of August, one of 1 September taken back, then one of 4 September: what changed since August."""
    ws.load(*write_export(tmp_path / "a"), as_of=date(2024, 8, 1))
    ws.load(*write_export(tmp_path / "b", assets=ASSETS[:1]), as_of=date(2024, 9, 1))
    assert ws.ask(values_before)["since"] == date(2024, 8, 1)
    ws.rollback(1)
    assert ws.ask(values_before)["since"] is None
    ws.load(*write_export(tmp_path / "c", opportunities=OPPORTUNITIES[:1]), as_of=date(2024, 9, 4))
    assert ws.ask(earlier_snapshots) == [(1, date(2024, 8, 1))]
    assert ws.ask(values_before)["since"] == date(2024, 8, 1)
    assert ws.ask(values_before)["values"]["assets"] == 3
    assert ws.ask(metric_history, ("assets",))["snapshot"].to_list() == [1, 3]
    assert ws.ask(history, ("assets",))["snapshot"].to_list() == [1, 3]
    assert ws.ask(portfolio_health_history, "install_base")["snapshot"].to_list() == [1, 3]
    assert ws.snapshots().select("snapshot", "taken_back").rows() == [(3, False), (2, True), (1, False)]


def test_an_unknown_snapshot_is_named(twice: Workspace) -> None:
    with pytest.raises(UnknownNameError, match="77"):
        twice.rollback(77)
