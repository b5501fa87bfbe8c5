"""The two servers that are measured beside each other, each in a process of its own, and the load put on them."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psutil

from benchmarks._harness import PYTHON, ROOT, run_process

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

BENCH_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
"""Streamlit's own environment; `make bench` makes it."""
TWIN = ROOT / "benchmarks" / "baselines" / "streamlit_twin.py"
SESSIONS = ROOT / "benchmarks" / "baselines" / "streamlit_sessions.py"
START_SECONDS = 120
SETTLE_SECONDS = 90
IDLE_PERCENT, IDLE_LOOKS = 10, 3
PLAIN = "[server]\nrequests_per_minute = 0\n"
"""No rate limit: one address sends all requests here."""


@dataclass(frozen=True)
class Server:
    """A server that answers on a port of this machine."""

    port: int
    page: str
    """Path of the page that both show."""
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.page}"


def onelead(*words: str) -> list[str]:
    return [PYTHON, "-c", "from onelead.app import main; main()", *words]


def make_workspace(home: Path, sample: str, *options: str) -> Path:
    """A workspace with a sample loaded."""
    file = home / (f"{sample}.xlsx" if sample != "scale" else sample)
    workspace = home / f"{sample}-workspace"
    run_process(onelead("sample", sample, *options, "--out", str(file)), memory=False)
    run_process(onelead("load", str(file), "--workspace", str(workspace)), memory=False)
    return unlimited(workspace)


def copied(workspace: Path, home: Path) -> Path:
    """A copy of a loaded workspace, to be served without limits."""
    return unlimited(shutil.copytree(workspace, home / f"{workspace.name}-copy"))


def unlimited(workspace: Path) -> Path:
    (workspace / "settings.toml").write_text(PLAIN, encoding="utf-8")
    return workspace


@contextmanager
def ours(workspace: Path) -> Iterator[Server]:
    """``onelead serve``, as a user starts it."""
    command = onelead("serve", "--workspace", str(workspace), "--port", "0", "--no-open")
    with _process(command, subprocess.PIPE) as child:
        assert child.stdout is not None
        address = child.stdout.readline().decode().strip()
        server = Server(int(address.rpartition(":")[2]), "/action-required", child.pid)
        _wait(server.url, child)
        yield server


@contextmanager
def twin(workspace: Path) -> Iterator[Server]:
    """The Streamlit page on the same workspace; its caches are filled by one session before anything is measured."""
    if not BENCH_PYTHON.exists():
        raise RuntimeError("The Streamlit twin has no environment: run `make bench`, which makes it.")
    port = _free_port()
    options = {"server.port": port, "server.address": "127.0.0.1", "server.headless": "true", "server.fileWatcherType": "none"}
    options |= {"browser.gatherUsageStats": "false", "logger.level": "error"}
    flags = [f"--{name}={value}" for name, value in options.items()]
    env = {"ONELEAD_TWIN": str(workspace), "PYTHONPATH": str(ROOT / "src")}
    with _process([str(BENCH_PYTHON), "-m", "streamlit", "run", str(TWIN), *flags], subprocess.DEVNULL, env) as child:
        server = Server(port, "/", child.pid)
        _wait(server.url, child)
        sessions(server, 0.1, 1)
        yield server


@contextmanager
def _process(command: Sequence[str], stdout: int, env: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, stdout=stdout, stderr=subprocess.DEVNULL, env={**os.environ, **(env or {})}, cwd=ROOT) as child:
        try:
            yield child
        finally:
            child.terminate()
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _wait(url: str, child: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        if child.poll() is not None:
            raise RuntimeError(f"the server of {url} ended with {child.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=START_SECONDS):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer")


def settled(server: Server) -> None:
    """Wait until a server rests: ours renders its pages once after the start, which is no part of what is measured; at most ``SETTLE_SECONDS``."""
    process = psutil.Process(server.pid)
    process.cpu_percent()
    ends, idle = time.monotonic() + SETTLE_SECONDS, 0
    while idle < IDLE_LOOKS and time.monotonic() < ends:
        time.sleep(1)
        idle = idle + 1 if process.cpu_percent() < IDLE_PERCENT else 0


def load(server: Server, items: Sequence[tuple[str, str]], **plan: object) -> dict[str, Any]:
    """Put a plan (see ``benchmarks._load``) on our server. Raises RuntimeError when anything was answered by other than 200, or not at all."""
    whole = {"port": server.port, "items": items, "headers": {"Accept-Encoding": "gzip", "Accept": "*/*"}, **plan}
    done = subprocess.run([PYTHON, "-m", "benchmarks._load"], input=json.dumps(whole).encode(), capture_output=True, check=True, cwd=ROOT)
    found: dict[str, Any] = json.loads(done.stdout)
    if set(found["statuses"]) - {"200"} or found["answered"] != found["asked"]:
        raise RuntimeError(f"{found['answered']} of {found['asked']} requests answered, by status {found['statuses']}")
    return found


def sessions(server: Server, seconds: float, connections: int) -> dict[str, Any]:
    """Whole Streamlit sessions, one after the other on each of ``connections``."""
    command = [str(BENCH_PYTHON), str(SESSIONS), str(server.port), str(seconds), str(connections)]
    done = subprocess.run(command, capture_output=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found
