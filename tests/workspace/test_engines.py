"""A workspace on PostgreSQL gives what one on DuckDB gives: the same numbers, scores and actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from onelead.core.errors import WorkspaceError
from onelead.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace import Workspace


@pytest.mark.postgres
def test_both_engines_give_the_same(loaded: Workspace, august: Path, tmp_path: Path, postgres_url: str) -> None:
    with open_workspace(tmp_path / "pg", engine=postgres_url) as server:
        summary = server.run(august, out=tmp_path / "out")
        assert summary["metrics"]["expired_products"] == 27
        for name, key in (("metric_values", "metric"), ("features", "account_id"), ("scores", "account_id"), ("accounts", "account_id")):
            assert_frame_equal(loaded.table(name).sort(key), server.table(name).sort(key), check_row_order=True)
        columns = [name for name in loaded.actions().columns if name not in {"state", "until", "note", "who"}]
        assert_frame_equal(loaded.actions().select(columns), server.actions().select(columns))
        action = str(server.actions(limit=1)["action_id"].item())
        server.dismiss(action, why="tested")
        assert action not in server.actions()["action_id"]
        by_account = [ws.query("expired_products", by=["account_name"]).sort(pl.all()) for ws in (loaded, server)]
        assert_frame_equal(*by_account)
    with open_workspace(tmp_path / "pg") as again:
        assert again.snapshots().height == 1
    assert (tmp_path / "pg" / "workspace.toml").stat().st_mode & 0o077 == 0, "the URL may hold a password"
    with pytest.raises(WorkspaceError, match="another engine"):
        open_workspace(tmp_path / "pg", engine="postgresql://elsewhere/db")
