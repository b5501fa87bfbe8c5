"""The commands of docs/api.md do what they say, with curl, against a server."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from tests.api.conftest import served

from onelead.app import create_app
from onelead.workspace.sampling import write_sample

if TYPE_CHECKING:
    from collections.abc import Iterator

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
pytestmark = pytest.mark.slow


@pytest.fixture
def server(loaded: Path, tmp_path: Path) -> Iterator[str]:
    """Address of a running server with the August sample."""
    with served(tmp_path / "ws", loaded) as serving, socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        running = uvicorn.Server(uvicorn.Config(create_app(serving), log_config=None, ws="none"))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
        thread.start()
        while not running.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        running.should_exit = True
        thread.join()


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


def noted(known: dict[str, str], command: str, found: Any) -> None:
    """Remember the ids that later commands stand for."""
    if "/accounts?" in command:
        known["ACCOUNT_ID"] = found["items"][0]["account_id"]
    if "/assets?limit=20'" in command:
        known["CURSOR"] = found["next"]
    if "/actions?" in command:
        known["ACTION_ID"] = found["items"][0]["action_id"]
    if "files=@" in command:
        known["LOAD_ID"] = found["id"]


def wait(server: str, load: str, *states: str) -> None:
    for _ in range(600):
        found = subprocess.run(["curl", "-s", f"{server}/api/v1/loads/{load}"], capture_output=True, text=True, check=True)
        if json.loads(found.stdout)["state"] in states:
            return
        time.sleep(0.1)
    raise AssertionError(found.stdout)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_every_command(server: str, tmp_path: Path) -> None:
    write_sample("august", tmp_path / "export.xlsx", st_id=True, seed=2)
    known: dict[str, str] = {}
    commands = [line for block in blocks("sh") for line in block.strip().splitlines()]
    assert len(commands) > 20
    for command in commands:
        line = command.replace("http://127.0.0.1:8050", server).replace("curl ", "curl -sS --fail-with-body ", 1)
        for word, value in known.items():
            line = line.replace(word, value)
        done = subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        if "-OJ" not in command:
            noted(known, command, json.loads(done.stdout))
        if "files=@" in command:
            wait(server, known["LOAD_ID"], "preview")
        if command.endswith("-d '{}'"):
            wait(server, known["LOAD_ID"], "done")
    assert {file.suffix for file in tmp_path.glob("onelead-*")} == {".csv", ".xlsx"}


def test_the_program(server: str) -> None:
    [program] = blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", program.replace("http://127.0.0.1:8050", server)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"\d+ assets end their life within 90 days\n", done.stdout)
