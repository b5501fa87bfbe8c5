"""A served workspace: kept answers, their keys, snapshots that stay open, settings that change under it."""

from __future__ import annotations

import threading
from datetime import date
from typing import TYPE_CHECKING

import pytest

from onelead.core.errors import UnknownNameError
from onelead.core.viewer import LOCAL_ADMIN, Viewer
from onelead.workspace import open_workspace, serve_workspace
from onelead.workspace import serving as serving_module
from onelead.workspace.answers import Answers
from onelead.workspace.selecting import narrowed_viewer
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

    from onelead.workspace import Serving
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts


@pytest.fixture
def served(loaded_once: Path, tmp_path: Path) -> Iterator[Serving]:
    """The August sample of the test's own, served."""
    import shutil

    shutil.copytree(loaded_once, tmp_path / "served")
    serving = serve_workspace(tmp_path / "served")
    yield serving
    serving.close()


def counted(asked: list[object]) -> object:
    """A use case that notes that it was really asked."""

    def ask_assets(view: View, parts: Parts, more: int = 0) -> int:
        asked.append(more)
        return view.frame("assets").height + more

    return ask_assets


def test_an_answer_is_computed_once_for_its_key(served: Serving) -> None:
    asked: list[object] = []
    use_case, stamp = counted(asked), served.stamp()
    assert [served.ask(LOCAL_ADMIN, use_case, stamp, 1) for _ in range(3)] == [64, 64, 64]
    assert served.ask(LOCAL_ADMIN, use_case, stamp, more=2) == 65
    assert served.ask(Viewer(account_ids=frozenset()), use_case, stamp, 1) == 1, "rights are part of the key"
    assert asked == [1, 2, 1]


def test_a_record_changes_the_stamp_and_a_setting_too(served: Serving) -> None:
    before = served.stamp()
    action = served.workspace().actions(limit=1)["action_id"].item()
    served.workspace().accept(action)
    accepted = served.stamp()
    assert accepted != before
    (served.parts.directory / "settings.toml").write_text("[prices]\ncredit = 400\n", encoding="utf-8")
    assert served.parts.settings.prices.credit == 400
    assert served.stamp() != accepted


def test_an_earlier_snapshot_can_be_asked(served: Serving, august: Path) -> None:
    first = served.stamp()
    with open_workspace(served.parts.directory) as other:
        other.load(august, as_of=date(2024, 12, 31))
    assert served.stamp() != first, "what another process published is seen"
    again = served.stamp(snapshot=first.publication)
    assert (again.publication, again.as_of) == (first.publication, first.as_of)
    assert served.ask(LOCAL_ADMIN, counted([]), first) == 63
    with pytest.raises(UnknownNameError, match="snapshot"):
        served.stamp(snapshot=99)


def test_snapshots_stay_open_and_are_not_shared_between_threads(served: Serving) -> None:
    stamp = served.stamp()
    with served.view(LOCAL_ADMIN, stamp) as one, served.view(LOCAL_ADMIN, stamp) as two:
        assert one.snapshot is not two.snapshot
    with served.view(LOCAL_ADMIN, stamp) as again:
        assert again.snapshot in {one.snapshot, two.snapshot}


def test_a_snapshot_is_closed_after_many_uses(served: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving_module, "SNAPSHOT_USES", 2)
    seen = []
    for _ in range(4):
        with served.view(LOCAL_ADMIN, served.stamp()) as shown:
            seen.append(id(shown.snapshot))
            assert shown.frame("assets").height == 63
    assert seen[0] == seen[1]


def test_many_who_ask_the_same_wait_for_one_answer() -> None:
    answers, computed, results = Answers(), [], []
    gate = threading.Event()

    def compute() -> int:
        computed.append(1)
        gate.wait(5)
        return 7

    threads = [threading.Thread(target=lambda: results.append(answers.get_or("key", compute))) for _ in range(5)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert results == [7] * 5
    assert len(computed) == 1


def test_an_error_is_not_kept() -> None:
    answers = Answers()
    with pytest.raises(ZeroDivisionError):
        answers.get_or("key", lambda: 1 // 0)
    assert answers.get_or("key", lambda: 2) == 2


def test_old_answers_go_when_there_is_no_room() -> None:
    answers = Answers(limit=30_000)
    for number in range(5):
        answers.put(number, "x" * 4000)
    assert answers.get(0) == (False, None)
    assert answers.get(4) == (True, "x" * 4000)


def test_what_is_heavy_is_computed_once_for_everybody_and_seen_by_rights(served: Serving) -> None:
    asked: list[object] = []

    def all_assets(view: View, parts: Parts) -> pl.DataFrame:
        asked.append(view.account_filter)
        return view.frame("assets")

    def mine(view: View, parts: Parts) -> pl.DataFrame:
        return view.of_everyone(parts, all_assets)

    stamp = served.stamp()
    whole = served.ask(LOCAL_ADMIN, mine, stamp)
    one = str(whole["account_id"].drop_nulls()[0])
    few = served.ask(Viewer(account_ids=frozenset({one})), mine, stamp)
    assert set(few["account_id"]) == {one}
    assert whole.height == 63 > few.height
    assert asked == [None], "computed once, over all accounts"
    assert served.workspace(Viewer(account_ids=frozenset({one}))).ask(mine).height == few.height, "the same where nothing is kept"


def test_what_no_record_touches_is_kept_when_a_record_changes(served: Serving) -> None:
    asked: list[object] = []
    use_case = of_the_snapshot(counted(asked))
    served.ask(LOCAL_ADMIN, use_case, served.stamp())
    served.workspace().accept(served.workspace().actions(limit=1)["action_id"].item())
    served.ask(LOCAL_ADMIN, use_case, served.stamp())
    assert asked == [0]


def test_questions_under_one_selection_share_one_set_of_accounts(served: Serving) -> None:
    stamp = served.stamp()
    one = served.ask(LOCAL_ADMIN, narrowed_viewer, stamp, accounts=("56088",))
    assert "56088" in one.account_ids
    assert "56342" not in one.account_ids
    assert served.ask(LOCAL_ADMIN, narrowed_viewer, stamp, accounts=("56088",)) is one
    rights = Viewer(account_ids=frozenset({"56342"}))
    assert served.ask(rights, narrowed_viewer, stamp, accounts=("56088",)).account_ids == frozenset(), "a filter never widens rights"


def test_room_counts_what_lists_and_viewers_hold() -> None:
    answers = Answers(limit=200_000)
    answers.put("viewer", Viewer(account_ids=frozenset(str(number) for number in range(900))))
    answers.put("list", [{"a": 1, "b": 2}] * 600)
    assert answers.get("viewer") == (False, None)


def test_an_older_snapshot_stays_open_too(served: Serving, august: Path) -> None:
    first = served.stamp()
    with open_workspace(served.parts.directory) as other:
        other.load(august, as_of=date(2024, 12, 31))
    now = served.stamp()
    seen = []
    for stamp in (first, now, first, now):
        with served.view(LOCAL_ADMIN, stamp) as shown:
            seen.append(shown.snapshot)
    assert seen[0] is seen[2]
    assert seen[1] is seen[3]


def ask_for_nothing(served: Serving, stamp: object, seen: list[object]) -> None:
    with served.view(LOCAL_ADMIN, stamp) as shown:
        seen.append(shown.snapshot)
        shown.frame("nothing")


def test_a_name_that_is_not_there_does_not_cost_the_connection(served: Serving) -> None:
    stamp, seen = served.stamp(), []
    for _ in range(2):
        with pytest.raises(UnknownNameError):
            ask_for_nothing(served, stamp, seen)
    assert seen[0] is seen[1]
