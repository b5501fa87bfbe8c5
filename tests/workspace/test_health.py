"""Health through the workspace: every account, the least healthy first, own scorecards, row rights."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from tests.workspace._exports import write_export

from onelead.core.errors import UnknownNameError
from onelead.core.viewer import Viewer
from onelead.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace import Workspace


def test_two_accounts_worked_out_by_hand(ws: Workspace, tmp_path: Path) -> None:
    """As of 2024-06-30. 56001 has S1 (expired, active support) and S2 (ends in 2026, expired support), and one open opportunity.

    Lifecycle 100 × 1 / 2 = 50 (weight 40), credits no data, opportunities 20 (20), support 50 (20):
    (50 × 40 + 20 × 20 + 50 × 20) / 80 = 42.5. 56002 has S3, expired with active support, and one opportunity: (0 + 400 + 2000) / 80 = 30.
    """
    ws.load(*write_export(tmp_path / "a"))
    found = {row["account_id"]: row for row in ws.health().to_dicts()}
    assert found["56001"]["score"] == pytest.approx(42.5)
    assert found["56002"]["score"] == pytest.approx(30)
    assert found["56001"]["weight_used"] == pytest.approx(0.8)
    assert json.loads(found["56001"]["parts"])["credit_utilization"]["points"] is None
    assert ws.health()["score"].drop_nulls().is_sorted()


def test_every_account_of_august_has_a_score(loaded: Workspace) -> None:
    health = loaded.health()
    assert health.height == 10
    assert health["score"].is_between(0, 100).all()


def test_a_workspaces_own_scorecard_wins(loaded: Workspace) -> None:
    own = loaded.directory / "scorecards"
    own.mkdir()
    shutil.copy(str(files("onelead.scorecards") / "builtin" / "install_base.toml"), own / "mine.toml")
    text = (own / "mine.toml").read_text(encoding="utf-8").replace("healthy = 70", "healthy = 1").replace("at_risk = 40", "at_risk = 0.5")
    (own / "mine.toml").write_text(text, encoding="utf-8")
    assert set(loaded.health().filter(loaded.health()["score"] >= 1)["band"].to_list()) == {"Healthy"}


def test_only_accounts_that_the_viewer_may_see(loaded: Workspace) -> None:
    account = str(loaded.accounts()["account_id"].first())
    with open_workspace(loaded.directory, viewer=Viewer(user="rep", roles=frozenset({"rep"}), account_ids=frozenset({account}))) as mine:
        assert mine.health()["account_id"].to_list() == [account]


def test_an_unknown_scorecard_is_named(loaded: Workspace) -> None:
    with pytest.raises(UnknownNameError, match="install_base"):
        loaded.health("instal_base")
