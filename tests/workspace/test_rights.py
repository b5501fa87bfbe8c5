"""Roles: who may do what, and that row rights hold wherever a frame is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onelead.core.errors import ForbiddenError
from onelead.core.viewer import Viewer
from onelead.workspace import open_workspace
from onelead.workspace.lineage import made_from, row_origins
from onelead.workspace.reviewing import published_snapshots

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace import Workspace


def test_a_rep_works_on_actions_but_does_not_load(loaded: Workspace, august: Path) -> None:
    account = str(loaded.accounts()["account_id"].first())
    rep = Viewer(user="rep", roles=frozenset({"rep"}), account_ids=frozenset({account}))
    with open_workspace(loaded.directory, viewer=rep) as mine:
        assert mine.actions()["account_id"].unique().to_list() == [account]
        assert mine.accounts()["account_id"].to_list() == [account]
        assert mine.table("assets")["account_id"].unique().to_list() in ([account], [])
        assert mine.predictions()["customer_id"].to_list() == [account]
        assert mine.quarantine().is_empty()
        assert mine.table("metric_values").is_empty(), "totals over all accounts"
        assert mine.metrics("assets")["value"].item() <= loaded.metrics("assets")["value"].item()
        assert set(mine.query("assets", by=["account_id"])["account_id"].to_list()) <= {account}
        assert mine.accept(str(mine.actions(limit=1)["action_id"].item()))["state"] == "accepted"
        for call in (lambda: mine.load(august), mine.refresh, lambda: mine.rollback(1), mine.prune, lambda: mine.split("56088")):
            with pytest.raises(ForbiddenError, match="rep may not"):
                call()


def test_what_is_counted_over_all_accounts_is_not_told_to_those_who_see_some(loaded: Workspace) -> None:
    account = str(loaded.accounts()["account_id"].first())
    rep = Viewer(user="rep", roles=frozenset({"rep"}), account_ids=frozenset({account}))
    assert loaded.ask(made_from).height > 0
    assert loaded.ask(published_snapshots)["source_rows"].sum() > 0
    with open_workspace(loaded.directory, viewer=rep) as mine:
        assert mine.ask(made_from).is_empty()
        listed = mine.ask(published_snapshots)
        assert listed.columns == loaded.ask(published_snapshots).columns
        assert listed.height == loaded.ask(published_snapshots).height
        assert listed["source_rows"].null_count() == listed.height
        assert set(listed["note"]) == {""}, "it names files"
        assert listed["files"].null_count() == listed.height
        assert mine.ask(row_origins)["rows"].sum() < loaded.ask(row_origins)["rows"].sum()


def test_the_local_default_may_do_everything(loaded: Workspace) -> None:
    assert loaded.refresh().id == 1
