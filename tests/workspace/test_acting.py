"""What people do with actions is recorded, changes the next list, survives a load, and can be undone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.workspace._exports import ASSETS, OPPORTUNITIES, write_export

from onelead.core.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace import Workspace


def first(ws: Workspace) -> str:
    return str(ws.actions(limit=1)["action_id"].item())


def test_the_list_is_ranked_by_priority_then_expected_value(loaded: Workspace) -> None:
    rows = loaded.actions().select("priority", "expected_value").rows()
    keys = [(-priority, -(value if value is not None else -1.0)) for priority, value in rows]
    assert keys == sorted(keys)
    assert loaded.actions()["rank"].is_sorted()


def test_a_dismissed_action_stays_away_after_the_next_load(loaded: Workspace, tmp_path: Path) -> None:
    action = first(loaded)
    loaded.dismiss(action, why="sold last year")
    assert first(loaded) != action
    loaded.load(*write_export(tmp_path / "more", opportunities=OPPORTUNITIES))
    assert action not in loaded.actions()["action_id"]
    dismissed = loaded.actions(state="dismissed")
    assert dismissed.select("action_id", "note").rows() == [(action, "sold last year")]
    loaded.undo(action)
    assert action in loaded.actions()["action_id"]


def test_a_snooze_ends_on_its_date(loaded: Workspace) -> None:
    action = first(loaded)
    loaded.snooze(action, date(2024, 10, 1))
    assert action not in loaded.actions()["action_id"]
    loaded.refresh(as_of=date(2024, 10, 1))
    assert action in loaded.actions()["action_id"]


def test_accepted_ones_stay_on_the_list(loaded: Workspace) -> None:
    action = first(loaded)
    assert loaded.accept(action[:12])["state"] == "accepted"
    assert first(loaded) == action


def test_an_outcome_becomes_a_label(loaded: Workspace) -> None:
    action = first(loaded)
    loaded.done(action, "won")
    assert action not in loaded.actions()["action_id"]
    before = loaded.snapshots().height
    loaded.refresh()
    assert loaded.snapshots().height == before + 1, "a recorded outcome changes what results rest on"


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda ws, action: ws.dismiss(action, why=" "), UsageError),
        (lambda ws, action: ws.snooze(action, date(2020, 1, 1)), UsageError),
        (lambda ws, action: ws.done(action, "perhaps"), UnknownNameError),
        (lambda ws, action: ws.undo(action), UsageError),
        (lambda ws, _action: ws.accept("zzzz"), UnknownNameError),
        (lambda ws, _action: ws.actions(state="zzzz"), UnknownNameError),
        (lambda ws, _action: ws.actions(type="zzzz"), UnknownNameError),
    ],
)
def test_mistakes_get_a_clear_error(loaded: Workspace, call: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        call(loaded, first(loaded))  # type: ignore[operator]


def test_every_action_can_be_shown_with_its_opener(loaded: Workspace) -> None:
    for action_id in loaded.actions(state="all")["action_id"]:
        shown = loaded.action(action_id)
        assert shown["opener_subject"]
        assert "{" not in str(shown["opener_body"])


def test_accounts_count_what_waits(loaded: Workspace) -> None:
    account = str(loaded.actions(limit=1)["account_id"].item())
    for action in loaded.actions(account=account)["action_id"]:
        loaded.dismiss(action, why="tested")
    row = loaded.accounts().filter(loaded.accounts()["account_id"] == account).row(0, named=True)
    assert (row["actions"], row["top_priority"], row["expected_value"]) == (0, None, None)


def test_a_done_action_comes_back_with_new_evidence_and_a_dismissed_one_does_not(ws: Workspace, tmp_path: Path) -> None:
    """Two accounts with an expired asset each: one is done, one dismissed. A later export has a second expired asset for both."""
    ws.load(*write_export(tmp_path / "a"))
    done, dismissed = (str(ws.actions(account=account, type="critical_renewal")["action_id"].item()) for account in ("56001", "56002"))
    ws.done(done, "won")
    ws.dismiss(dismissed, why="not ours")
    ws.refresh(as_of=date(2024, 7, 1))
    assert done not in ws.actions()["action_id"], "the same evidence, later: it stays done"
    more = [*ASSETS, {**ASSETS[0], "asset_id": "S8"}, {**ASSETS[2], "asset_id": "S9"}]
    ws.load(*write_export(tmp_path / "b", assets=more), as_of=date(2024, 8, 1))
    waiting = ws.actions()["action_id"]
    assert done in waiting
    assert dismissed not in waiting
