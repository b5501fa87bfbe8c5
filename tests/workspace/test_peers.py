"""An account against its peers: who they are, medians and scales by hand, and row rights."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from tests.workspace._exports import write_export

from onelead.core.errors import UnknownNameError
from onelead.core.viewer import Viewer
from onelead.workspace import open_workspace
from onelead.workspace.peers import health_against_peers, peer_ids, peers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.workspace import Workspace


@pytest.fixture(scope="module")
def read(loaded_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The August sample, for tests that only read."""
    with open_workspace(shutil.copytree(loaded_once, tmp_path_factory.mktemp("read") / "ws")) as opened:
        yield opened


def rows(count: dict[str, tuple[int, str | None]]) -> list[dict[str, str | None]]:
    """``count``: territory → how many completed projects, and its industry."""
    return [
        {
            "project_id": f"{territory}-{number}",
            "territory_id": territory,
            "stage_status": "C" if number else "LOST",
            "start_date": "2024-01-01",
            "end_date": "2024-02-01",
            "industry_code": industry,
            "last_refresh_date": "2024-06-30",
        }
        for territory, (projects, industry) in count.items()
        for number in range(projects)
    ]


def axis(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(entry for entry in found["axes"] if entry["id"] == name)


def test_everybody_else_where_no_industry_has_five(ws: Workspace, tmp_path: Path) -> None:
    """Projects 2, 4, 6, 12: the peers of the first have a median of 6 and a most of 12, so 2 is 16.7 of 100 and the median 50.

    The first project of each is lost: success rates 1/2, 3/4, 5/6, 11/12, median of the peers 5/6.
    """
    ws.load(*write_export(tmp_path / "a", projects=rows({"56001": (2, "A"), "56002": (4, "A"), "56003": (6, "B"), "56004": (12, "B")})))
    found = ws.ask(peers, "56001")
    assert (found["who"], found["count"]) == ("3 other accounts", 3)
    projects, success = axis(found, "total_projects"), axis(found, "project_success_rate")
    assert (projects["value"], projects["peer"], projects["top"]) == (2, 6, 12)
    assert (projects["share"], projects["peer_share"]) == (pytest.approx(100 / 6), 50)
    assert (success["value"], success["peer"]) == (pytest.approx(0.5), pytest.approx(5 / 6))
    assert axis(found, "platform_diversity")["value"] is None
    assert axis(found, "platform_diversity")["share"] is None


def test_the_same_industry_where_it_has_five_more(ws: Workspace, tmp_path: Path) -> None:
    same = {f"5600{number}": (number, "Transport") for number in range(1, 7)}
    ws.load(*write_export(tmp_path / "a", projects=rows({**same, "56008": (90, "Mining"), "56009": (90, "Mining")})))
    found = ws.ask(peers, "56001")
    assert found["who"] == "5 accounts of the same industry, Transport"
    assert axis(found, "total_projects")["peer"] == 4
    assert axis(found, "total_projects")["top"] == 6


def test_two_others_are_no_peers(ws: Workspace, tmp_path: Path) -> None:
    ws.load(*write_export(tmp_path / "a", projects=rows({"56001": (2, None), "56002": (4, None), "56003": (6, None)})))
    found = ws.ask(peers, "56001")
    assert found["count"] == 0
    assert all(entry["peer"] is None and entry["peer_share"] is None for entry in found["axes"])
    assert axis(found, "total_projects")["share"] == 100


def test_parts_of_health_against_the_median(read: Workspace) -> None:
    health = read.health().select("account_id", "score")
    found = read.ask(health_against_peers, "56088", "install_base")
    assert found["count"] == health.height - 1
    assert [entry["label"] for entry in found["axes"]] == [
        "Product lifecycle",
        "Credit utilisation",
        "Opportunity engagement",
        "Support coverage",
    ]
    assert all(0 <= entry["share"] <= 100 for entry in found["axes"])


def test_only_accounts_that_may_be_seen_are_peers(read: Workspace) -> None:
    mine = frozenset({"56088", "56102", "56117", "56231"})
    with open_workspace(read.directory, viewer=Viewer(user="rep", roles=frozenset({"rep"}), account_ids=mine)) as narrow:
        with narrow._view() as view:
            assert set(peer_ids(view, "56088")[1]) == mine - {"56088"}
        with pytest.raises(UnknownNameError):
            narrow.ask(peers, "56342")
        with pytest.raises(UnknownNameError):
            narrow.ask(health_against_peers, "56342", "install_base")
