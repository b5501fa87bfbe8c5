"""A writer that is killed at any moment leaves what is published whole, and the next one cleans up behind it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from onelead.core.errors import BusyError
from onelead.engines import open_current, open_engine
from onelead.store import Store, records_url

if TYPE_CHECKING:
    from onelead.engines import Engine

WRITER = Path(__file__).with_name("_writer.py")
KILLS = 50 if os.environ.get("ONELEAD_SOAK") == "1" else 5


def stamp_of(engine: Engine, store: Store) -> int:
    """The stamp of the published pair, after checking every value of it."""
    opened = open_current(store.current, engine)
    assert opened is not None
    snapshot, publication = opened
    stamp = int(publication.settings_version)
    for name, rows in (("facts", 3_000), ("few", 3), ("scores", 3_000)):
        frame = snapshot.frame(name)
        assert frame.height == rows
        assert frame["stamp"].unique().to_list() == [stamp]
        assert frame["check"].sum() == stamp * rows * (rows - 1) // 2
        assert frame["text"].to_list()[-1] == f"publication {stamp}, row {rows - 1}"
    snapshot.close()
    return stamp


def clean_up(engine: Engine, store: Store) -> None:
    """What the next load does first; afterwards nothing is left but what can be read."""
    for _ in range(100):  # a server needs a moment to see that its client is gone
        try:
            with store.lock("clean up"):
                store.forget_unfinished()
                engine.sweep(store.live_layers())
                break
        except BusyError:
            time.sleep(0.05)
    assert engine.layers() == store.live_layers()


@pytest.mark.soak
@pytest.mark.slow
def test_sigkill_at_random_points(engine_url: str | None, tmp_path: Path) -> None:
    engine, store = open_engine(engine_url, tmp_path), Store(records_url(engine_url, tmp_path))
    chance = random.Random(20240904)  # noqa: S311 - repeatable
    newest = 0
    for _ in range(KILLS):
        command = [sys.executable, str(WRITER), engine_url or "", str(tmp_path), str(newest + 1), "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            assert int(writer.stdout.readline()) == newest + 1, "it went on where the killed one had stopped"
            time.sleep(chance.uniform(0, 0.4))
            writer.kill()
            said = [newest + 1, *map(int, writer.stdout.read().split())]
        newest = stamp_of(engine, store)
        assert newest in {said[-1], said[-1] + 1}, "killed between publishing and saying so at most"
        clean_up(engine, store)
        assert stamp_of(engine, store) == newest
        assert len(store.publications()) in {1, 2, 3}
    if engine_url is None:
        leftovers = [entry.name for entry in (tmp_path / "layers").iterdir() if entry.suffix != ".duckdb"]
        assert leftovers == []
    store.close()
    engine.close()
