"""Readers neither fail nor see half of a publication while others are published and old ones dropped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PUBLICATIONS = 100 if os.environ.get("ONELEAD_SOAK") == "1" else 10
PROCESSES, THREADS = 2, 5


@pytest.mark.soak
@pytest.mark.slow
def test_ten_readers_while_loads_publish(engine_url: str | None, tmp_path: Path) -> None:
    """Two processes of five threads each; two publications are kept, so that layers vanish under the slower readers."""
    stop = tmp_path / "stop"
    url = engine_url or ""
    writing = [sys.executable, str(HERE / "_writer.py"), url, str(tmp_path)]
    subprocess.run([*writing, "1", "1"], check=True, stdout=subprocess.DEVNULL)
    reading = [sys.executable, str(HERE / "_reader.py"), url, str(tmp_path), str(stop), str(THREADS)]
    readers = [subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(PROCESSES)]
    try:
        written = subprocess.run([*writing, "2", str(PUBLICATIONS)], check=False, capture_output=True, text=True)
    finally:
        stop.touch()
        ended = [(*reader.communicate(), reader.returncode) for reader in readers]
    assert written.returncode == 0, written.stderr
    assert written.stdout.split() == [str(number) for number in range(2, PUBLICATIONS + 2)]
    for out, errors, code in ended:
        assert code == 0, errors
        assert int(out.split()[0]) >= THREADS, "every reader read"
