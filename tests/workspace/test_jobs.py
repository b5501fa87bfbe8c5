"""Loads as jobs: every state, two people at once, files that cannot be read, a server that ended, and what is left behind."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING

import pytest
from tests.sources import files as odd
from tests.workspace._exports import ASSETS, write_export

from onelead.core.errors import ForbiddenError, QualityError, SourceLimitError, UnknownNameError, UsageError
from onelead.core.viewer import LOCAL_ADMIN, Viewer
from onelead.workspace import jobs as module

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace import Serving
    from onelead.workspace.jobs import Jobs
from tests.workspace._jobs import ANNA, BEN, LONG, left_behind, load, snapshot, uploads


def test_a_load_from_files_to_result(serving: Serving, jobs: Jobs, tmp_path: Path) -> None:
    """Three tables with 3, 2 and 3 rows; the newest export date is 2024-06-30; nothing is published before somebody confirms."""
    job = jobs.start(ANNA, uploads(tmp_path / "a"))
    assert jobs.wait(job, LONG, "preview") == "preview"
    assert snapshot(serving) is None
    seen = jobs.preview(ANNA, job)
    assert seen is not None
    assert {entry["table"]: entry["rows"] for entry in seen["tables"]} == {"assets": 3, "opportunities": 2, "projects": 3}
    assert [entry["rows_now"] for entry in seen["tables"]] == [None, None, None]
    assert seen["as_of"] == "2024-06-30"
    assert seen["refusal"] is None
    assert {"column": "asset_id", "header": "asset_id"} in seen["tables"][0]["columns"]
    jobs.confirm(BEN, job)
    assert jobs.wait(job, LONG) == "done"
    record = jobs.job(ANNA, job)
    assert record["result"]["snapshot"] == snapshot(serving) == 1
    assert record["result"]["rows"] == {"assets": 3, "opportunities": 2, "projects": 3}
    assert (record["user"], record["confirmed_by"], record["error"]) == ("anna", "ben", None)
    assert left_behind(serving) == []


def test_progress_names_every_step_and_ends_at_one(jobs: Jobs, tmp_path: Path) -> None:
    job = load(jobs, uploads(tmp_path / "a"))
    found = jobs.progress(ANNA, job)
    names = [entry["step"] for entry in found["steps"]]
    assert names[:4] == ["read", "keep originals", "identity", "write base"]
    assert names[-1] == "write results"
    assert found["step"] == found["of"] == len(names)
    assert found["share"] == 1.0


def test_progress_moves_with_the_steps(jobs: Jobs, tmp_path: Path) -> None:
    """While a person is asked, one step of nine has begun and none of the later ones counts."""
    job = jobs.start(ANNA, uploads(tmp_path / "a"))
    jobs.wait(job, LONG, "preview")
    found = jobs.progress(ANNA, job)
    assert (found["step"], found["state"]) == (1, "preview")
    assert found["of"] >= 9
    assert found["share"] == 0.0


def test_loading_the_same_again_is_done_and_changes_nothing(serving: Serving, jobs: Jobs, tmp_path: Path) -> None:
    load(jobs, uploads(tmp_path / "a"))
    again = load(jobs, uploads(tmp_path / "b"))
    record = jobs.job(ANNA, again)
    assert record["state"] == "done"
    assert record["result"]["changed"] is False
    assert snapshot(serving) == 1


def test_a_file_that_is_no_table_fails_in_words(serving: Serving, jobs: Jobs) -> None:
    job = jobs.start(ANNA, [("notes.pdf", b"%PDF-1.7 nothing")])
    assert jobs.wait(job, LONG) == "failed"
    error = jobs.job(ANNA, job)["error"]
    assert error["code"] == "source"
    assert "PDF" in error["message"]
    assert error["hint"]
    assert left_behind(serving) == []


def test_a_protected_workbook_asks_until_the_password_is_right(serving: Serving, jobs: Jobs, tmp_path: Path) -> None:
    plain = odd.xlsx(tmp_path / "plain.xlsx", {"Opportunity": odd.SMALL})
    locked = odd.encrypted(tmp_path / "locked.xlsx", plain)
    job = jobs.start(ANNA, [("locked.xlsx", locked)])
    assert jobs.wait(job, LONG, "password") == "password"
    assert "none was given" in jobs.progress(ANNA, job)["text"]
    jobs.give_password(ANNA, job, "wrong")
    jobs.wait(job, LONG, "reading", "preview")
    assert jobs.wait(job, LONG, "password", "preview") == "password"
    assert "password is wrong" in jobs.progress(ANNA, job)["text"]
    jobs.give_password(ANNA, job, odd.PASSWORD)
    assert jobs.wait(job, LONG, "preview") == "preview"
    jobs.confirm(ANNA, job)
    assert jobs.wait(job, LONG) == "done"
    kept = str(serving.parts.store.recall_all("jobs"))
    assert odd.PASSWORD not in kept
    assert "wrong" not in kept


def test_a_password_given_at_once_is_used(jobs: Jobs, tmp_path: Path) -> None:
    locked = odd.encrypted(tmp_path / "locked.xlsx", odd.xlsx(tmp_path / "plain.xlsx", {"Opportunity": odd.SMALL}))
    job = jobs.start(ANNA, [("locked.xlsx", locked)], password=odd.PASSWORD)
    assert jobs.wait(job, LONG, "preview", "password") == "preview"


def test_too_many_bad_rows_need_a_word_of_their_own(serving: Serving, jobs: Jobs, tmp_path: Path) -> None:
    """One of three assets has an impossible date: 33 % of the rows, the limit is 10 %."""
    bad = [{**ASSETS[0], "end_of_life_date": "32/13/2024"}, *ASSETS[1:]]
    job = jobs.start(ANNA, uploads(tmp_path / "a", assets=bad))
    jobs.wait(job, LONG, "preview")
    seen = jobs.preview(ANNA, job)
    assert seen is not None
    assert seen["tables"][0]["bad_rows"] == 1
    assert "33.3 %" in seen["refusal"]
    assert [(entry["column"], entry["rows"]) for entry in seen["reasons"]] == [("end_of_life_date", 1)]
    assert seen["first"][0]["value"] == "32/13/2024"
    assert seen["first"][0]["source_row"] == 2
    with pytest.raises(QualityError):
        jobs.confirm(ANNA, job)
    assert jobs.job(ANNA, job)["state"] == "preview"
    jobs.confirm(ANNA, job, accept_bad_rows=True)
    assert jobs.wait(job, LONG) == "done"
    assert jobs.job(ANNA, job)["result"]["quarantined"] == 1


def test_refresh_after_a_decision(serving: Serving, jobs: Jobs, tmp_path: Path) -> None:
    load(jobs, uploads(tmp_path / "a"))
    serving.workspace(ANNA).same("56001", "56002")
    job = jobs.refresh(ANNA)
    assert jobs.wait(job, LONG) == "done"
    assert jobs.job(ANNA, job)["result"]["changed"] is True
    assert jobs.progress(ANNA, job)["steps"][0]["step"] == "identity"
    with serving.view(LOCAL_ADMIN, serving.stamp()) as shown:  # type: ignore[arg-type]
        assert shown.frame("accounts").filter(shown.frame("accounts")["level"] == "account").height == 2
    again = jobs.refresh(ANNA)
    jobs.wait(again, LONG)
    assert jobs.job(ANNA, again)["result"]["changed"] is False


def test_the_sample_is_for_an_empty_workspace(serving: Serving, jobs: Jobs) -> None:
    job = jobs.sample(ANNA)
    assert jobs.wait(job, LONG) == "done"
    assert jobs.job(ANNA, job)["result"]["rows"]["assets"] == 63
    assert left_behind(serving) == []
    with pytest.raises(UsageError, match="empty workspace"):
        jobs.sample(ANNA)


def test_files_are_kept_under_harmless_names(serving: Serving, jobs: Jobs, tmp_path: Path) -> None:
    content = write_export(tmp_path / "a")[0].read_bytes()
    names = ["../../etc/assets.csv", "C:\\temp\\assets.csv", "..", "/"]
    job = jobs.start(ANNA, [(name, content) for name in names])
    home = serving.parts.directory / "uploads" / job
    jobs.wait(job, LONG, "preview")
    assert jobs.job(ANNA, job)["files"] == ["assets.csv", "assets (2).csv", "file", "file (2)"]
    if home.is_dir():
        assert {entry.name for entry in home.iterdir()} == {"assets.csv", "assets (2).csv", "file", "file (2)"}
    assert not (tmp_path / "etc").exists()


def test_too_large_and_too_many_files_are_refused_at_once(serving: Serving, jobs: Jobs) -> None:
    (serving.parts.directory / "settings.toml").write_text("[load]\nmax_unpacked_mb = 1\n", encoding="utf-8")
    with pytest.raises(SourceLimitError, match="1 MB"):
        jobs.start(ANNA, [("a.csv", io.BytesIO(b"x" * (1 << 20))), ("b.csv", b"xx")])
    with pytest.raises(UsageError, match="nothing to load"):
        jobs.start(ANNA, [])
    with pytest.raises(UsageError, match="51 files"):
        jobs.start(ANNA, [("a.csv", b"x")] * 51)
    assert left_behind(serving) == []
    assert jobs.jobs(ANNA) == []


def test_who_may_not_load_sees_and_does_nothing(jobs: Jobs, tmp_path: Path) -> None:
    rep = Viewer(user="rea", roles=frozenset({"rep"}))
    job = jobs.start(ANNA, uploads(tmp_path / "a"))
    jobs.wait(job, LONG, "preview")
    for attempt in (
        lambda: jobs.start(rep, [("a.csv", b"x")]),
        lambda: jobs.confirm(rep, job),
        lambda: jobs.cancel(rep, job),
        lambda: jobs.jobs(rep),
        lambda: jobs.preview(rep, job),
        lambda: jobs.sample(rep),
        lambda: jobs.refresh(rep),
    ):
        with pytest.raises(ForbiddenError):
            attempt()


def test_the_list_is_bounded_and_newest_first(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 3)
    started = []
    for _ in range(5):
        started.append(jobs.start(ANNA, [("notes.pdf", b"%PDF-1.7")]))
        jobs.wait(started[-1], LONG)
    deadline = time.monotonic() + LONG
    while len(jobs.jobs(ANNA)) > 3 and time.monotonic() < deadline:
        time.sleep(0.02)  # the oldest goes right after the newest has ended
    assert [entry["id"] for entry in jobs.jobs(ANNA)] == started[:1:-1]
    with pytest.raises(UnknownNameError):
        jobs.job(ANNA, started[0])
