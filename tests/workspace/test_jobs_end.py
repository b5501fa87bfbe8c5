"""Loads as jobs: cancelled, waiting, confirmed by two, left alone, interrupted, undone."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from tests.workspace._exports import ASSETS, OPPORTUNITIES

from onelead.core.errors import BusyError, UsageError
from onelead.core.viewer import LOCAL_ADMIN, Viewer
from onelead.workspace import job_runner
from onelead.workspace.jobs import Jobs

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace import Serving
from tests.workspace._jobs import ANNA, BEN, LONG, left_behind, load, snapshot, uploads


def test_cancel_before_confirming_leaves_everything_as_it_was(serving: Serving, jobs: Jobs, tmp_path: Path) -> None:
    load(jobs, uploads(tmp_path / "a"))
    job = jobs.start(ANNA, uploads(tmp_path / "b", assets=ASSETS[:1]))
    jobs.wait(job, LONG, "preview")
    jobs.cancel(BEN, job)
    assert jobs.wait(job, LONG) == "cancelled"
    assert snapshot(serving) == 1
    assert left_behind(serving) == []
    assert load(jobs, uploads(tmp_path / "b", assets=ASSETS[:1])), "the writer lock was given back"
    assert snapshot(serving) == 2


def test_cancel_while_reading_stops_the_reading_process(
    serving: Serving, jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child sleeps for a minute; the cancelled job ends within seconds and the child is gone."""
    children: list[int] = []
    spawned = subprocess.Popen

    def sleeping(_command: list[str], **options: Any) -> Any:
        child = spawned(["sleep", "60"], **options)
        children.append(child.pid)
        return child

    monkeypatch.setattr(subprocess, "Popen", sleeping)
    job = jobs.start(ANNA, uploads(tmp_path / "a"))
    while not children:
        time.sleep(0.01)
    begun = time.monotonic()
    jobs.cancel(ANNA, job)
    assert jobs.wait(job, 10) == "cancelled"
    assert time.monotonic() - begun < 5
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)
    assert left_behind(serving) == []


@pytest.mark.parametrize("step", ["keep originals", "identity", "propensity", "write results"])
def test_cancel_while_publishing_ends_at_the_next_step(
    serving: Serving, jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    load(jobs, uploads(tmp_path / "a"))
    held, go = threading.Event(), threading.Event()
    begin = job_runner.Runner._step

    def slow(self: Any, job: Any, name: str) -> None:
        begin(self, job, name)
        if name == step and job.files[0] == "opportunities.csv":
            held.set()
            go.wait(LONG)
            job.stop.check()

    monkeypatch.setattr(job_runner.Runner, "_step", slow)
    job = jobs.start(ANNA, uploads(tmp_path / "b", opportunities=OPPORTUNITIES[:1]))
    assert jobs.wait(job, LONG, "preview") == "preview"
    jobs.confirm(ANNA, job)
    assert held.wait(LONG)
    assert jobs.job(ANNA, job)["state"] == "publishing"
    jobs.cancel(ANNA, job)
    go.set()
    assert jobs.wait(job, LONG) == "cancelled"
    assert snapshot(serving) == 1
    with serving.view(LOCAL_ADMIN, serving.stamp()) as shown:  # type: ignore[arg-type]
        assert shown.frame("opportunities").height == 2


def test_of_two_who_confirm_at_once_one_wins(serving: Serving, jobs: Jobs, tmp_path: Path) -> None:
    job = jobs.start(ANNA, uploads(tmp_path / "a"))
    jobs.wait(job, LONG, "preview")
    told: list[str] = []
    ready = threading.Barrier(8)

    def press(number: int) -> None:
        ready.wait()
        try:
            jobs.confirm(Viewer(user=f"person {number}"), job)
        except BusyError as error:
            told.append(error.message)

    threads = [threading.Thread(target=press, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert jobs.wait(job, LONG) == "done"
    winner = jobs.job(ANNA, job)["confirmed_by"]
    assert told == [f"{winner} confirmed this load already."] * 7
    assert snapshot(serving) == 1


def test_the_second_load_waits_for_its_turn_and_says_so(serving: Serving, jobs: Jobs, tmp_path: Path) -> None:
    first = jobs.start(ANNA, uploads(tmp_path / "a"))
    jobs.wait(first, LONG, "preview")
    second = jobs.start(BEN, uploads(tmp_path / "b", assets=ASSETS[:2]))
    assert jobs.wait(second, LONG, "waiting") == "waiting"
    assert "writing to this workspace" in jobs.progress(BEN, second)["text"]
    assert jobs.active(BEN)["id"] == first  # type: ignore[index]
    jobs.confirm(ANNA, first)
    jobs.wait(first, LONG)
    assert jobs.wait(second, LONG, "preview") == "preview"
    jobs.confirm(BEN, second)
    assert jobs.wait(second, LONG) == "done"
    assert snapshot(serving) == 2


def test_a_waiting_load_can_be_cancelled(jobs: Jobs, tmp_path: Path) -> None:
    first = jobs.start(ANNA, uploads(tmp_path / "a"))
    jobs.wait(first, LONG, "preview")
    second = jobs.start(BEN, uploads(tmp_path / "b"))
    jobs.wait(second, LONG, "waiting")
    jobs.cancel(BEN, second)
    assert jobs.wait(second, LONG) == "cancelled"
    assert jobs.job(ANNA, first)["state"] == "preview"


def test_nobody_confirms(serving: Serving, tmp_path: Path) -> None:
    jobs = Jobs(serving, patience=0.2)
    job = jobs.start(ANNA, uploads(tmp_path / "a"))
    assert jobs.wait(job, LONG) == "cancelled"
    assert "Nobody confirmed" in jobs.job(ANNA, job)["error"]["message"]
    assert snapshot(serving) is None


def test_a_restart_marks_what_ran_as_interrupted(serving: Serving, jobs: Jobs, tmp_path: Path) -> None:
    """What is remembered of a job of a process that is gone: its state, and its files on disk."""
    done = load(jobs, uploads(tmp_path / "a"))
    gone = {**jobs.job(ANNA, done), "id": "feed", "state": "preview", "ended_at": None, "result": {}, "process": 2**22 + 1}
    serving.parts.store.remember("jobs", "feed", gone)
    (serving.parts.directory / "uploads" / "feed").mkdir(parents=True)
    after = Jobs(serving)
    found = after.job(ANNA, "feed")
    assert (found["state"], found["error"]["code"]) == ("interrupted", "interrupted")
    assert left_behind(serving) == []
    assert after.job(ANNA, done)["state"] == "done", "results outlive the server"
    assert after.preview(ANNA, "feed") is None
    with pytest.raises(BusyError, match="interrupted"):
        after.confirm(ANNA, "feed")


def test_a_closing_server_ends_what_runs(serving: Serving, jobs: Jobs, tmp_path: Path) -> None:
    job = jobs.start(ANNA, uploads(tmp_path / "a"))
    jobs.wait(job, LONG, "preview")
    jobs.close()
    assert jobs.job(ANNA, job)["state"] == "cancelled"
    assert left_behind(serving) == []


def test_undo_goes_back_to_the_snapshot_before(serving: Serving, jobs: Jobs, tmp_path: Path) -> None:
    first = load(jobs, uploads(tmp_path / "a"))
    second = load(jobs, uploads(tmp_path / "b", assets=ASSETS[:2]))
    with pytest.raises(UsageError, match="Nothing was loaded"):
        jobs.undo(ANNA, first)
    assert jobs.undo(ANNA, second).id == snapshot(serving) == 1
    with pytest.raises(UsageError, match="another snapshot"):
        jobs.undo(ANNA, second)
