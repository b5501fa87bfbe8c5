"""A load that is killed never damages what is published, and the next load cleans up. Readers never see half a load."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from tests.workspace._exports import ASSETS, write_export

from onelead.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace import Workspace

FULL = os.environ.get("ONELEAD_SOAK") == "1"
KILLS = 50 if FULL else 3
PUBLICATIONS = 100 if FULL else 5
READERS = 10 if FULL else 4
LOAD = [sys.executable, "-m", "onelead.cli.main", "load", "--yes"]


def fingerprint(ws: Workspace) -> tuple[object, ...]:
    """What a reader sees, small enough to compare: the snapshot, its assets, its numbers, its actions."""
    return (
        tuple(ws.snapshots().filter(ws.snapshots()["current"])["snapshot"].to_list()),
        tuple(sorted(ws.table("assets")["asset_id"].to_list())),
        tuple(ws.table("metric_values").sort("metric")["value"].to_list()),
        tuple(sorted(ws.actions(state="all")["action_id"].to_list())),
    )


def _wait_for_a_moment(home: Path, child: subprocess.Popen[bytes], draw: random.Random) -> None:
    """Every third kill comes early, at some time; the others while or shortly after a layer is written, where it would hurt."""
    if draw.random() < 1 / 3:
        time.sleep(draw.uniform(0.1, 1.5))
        return
    there = len(list((home / "layers").iterdir()))
    news = draw.choice([1, 2])
    while child.poll() is None and len(list((home / "layers").iterdir())) < there + news:
        time.sleep(0.001)
    time.sleep(draw.choice([0.0, draw.uniform(0.0, 0.3)]))


@pytest.mark.slow
@pytest.mark.soak
def test_a_killed_load_damages_nothing(tmp_path: Path) -> None:
    """SIGKILL at random points, from the first import to the last write; what was published stays, to the last number."""
    draw = random.Random(20240904)  # noqa: S311 - a seeded choice of moments
    home = tmp_path / "ws"
    with open_workspace(home) as ws:
        ws.load(*write_export(tmp_path / "a"))
        before = fingerprint(ws)
    changed = write_export(tmp_path / "b", assets=[*ASSETS, {**ASSETS[0], "asset_id": "S9"}])
    killed = 0
    for _ in range(KILLS):
        with subprocess.Popen(
            [*LOAD, *map(str, changed), "--workspace", str(home)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as child:
            _wait_for_a_moment(home, child, draw)
            child.send_signal(signal.SIGKILL)
        with open_workspace(home) as ws:
            if ws.snapshots().height > 1:  # it had finished before the kill: go back, so that the next round has something to kill
                ws.rollback(1)
                ws.prune(1)
            else:
                killed += 1
            assert fingerprint(ws) == before
    assert killed > 0, "no kill hit a running load: the moments are wrong"
    with open_workspace(home) as ws:
        report = ws.load(*changed)
        assert report.changed
        assert ws.table("assets").height == 4
        assert next(finding for finding in ws.doctor() if finding.check == "layers").level == "ok"


@pytest.mark.slow
@pytest.mark.soak
def test_readers_see_whole_snapshots_while_loads_publish(tmp_path: Path) -> None:
    """Load n holds n assets, so that assets, the metric and the snapshot's number must agree in whatever a reader sees."""
    home = tmp_path / "ws"
    with open_workspace(home) as ws:
        ws.load(*write_export(tmp_path / "0", assets=[{**ASSETS[0], "asset_id": "S0"}]))
    stop = threading.Event()
    problems: list[str] = []
    reads: list[int] = []

    def read() -> None:
        with open_workspace(home, create=False) as mine:
            while not stop.is_set():
                with mine._view() as shown:
                    assets = shown.frame("assets").height
                    metric = shown.frame("metric_values").filter(shown.frame("metric_values")["metric"] == "assets")["value"].item()
                reads.append(assets)
                time.sleep(0.2)  # a reader that never rests only shows how threads share a processor
                if metric != assets:
                    problems.append(f"{assets} assets beside a metric of {metric}")

    def guarded() -> None:
        try:
            read()
        except Exception as error:  # noqa: BLE001 - whatever a reader gets is a finding
            problems.append(repr(error))

    readers = [threading.Thread(target=guarded) for _ in range(READERS)]
    for thread in readers:
        thread.start()
    try:
        with open_workspace(home) as ws:
            for number in range(1, PUBLICATIONS + 1):
                rows = [{**ASSETS[0], "asset_id": f"S{index}"} for index in range(number + 1)]
                ws.load(*write_export(tmp_path / str(number), assets=rows))
                ws.prune(2)
    finally:
        stop.set()
        for thread in readers:
            thread.join()
    assert not problems
    assert len(set(reads)) > 1, "the readers saw only one snapshot"
