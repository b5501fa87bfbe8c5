"""`onelead serve` in a process of its own: answers, refuses other addresses and taken ports, stops on Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

from onelead.app._server import check_loopback
from onelead.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMAND = [sys.executable, "-c", "from onelead.app import main; main()", "serve", "--no-open"]
PATIENCE = 60


def started(directory: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, "--workspace", str(directory), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "default"},
    )


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = started(tmp_path / "none-yet", "--port", "0")
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    yield process, url
    if process.poll() is None:
        process.kill()
    process.communicate(timeout=PATIENCE)


def test_it_prints_its_address_answers_and_stops_on_ctrl_c(server: tuple[subprocess.Popen[str], str]) -> None:
    process, url = server
    assert url.startswith("http://127.0.0.1:")
    with httpx.Client(base_url=url, timeout=PATIENCE) as client:
        assert client.get("/healthz").text == "ok\n"
        assert client.get("/readyz").json()["ready"] is True
        style = client.get("/static/onelead.css")
        assert (style.status_code, style.headers["content-encoding"]) == (200, "gzip")
        assert "server" not in style.headers
        page = client.get("/help", headers={"x-request-id": "test-request-1"})
        assert page.headers["content-type"].startswith("text/html")
        assert page.status_code == 200
        process.send_signal(signal.SIGINT)  # with a connection still open, as a browser has
        _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    lines = [json.loads(line) for line in errors.splitlines() if line.startswith("{")]
    assert [(line["path"], line["status"]) for line in lines if line["request_id"] == "test-request-1"] == [("/help", 200)]


def test_a_taken_port_is_an_error_that_names_the_option(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = started(tmp_path / "w", "--port", str(taken.getsockname()[1]))
        out, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (2, "")
    assert "is in use" in errors
    assert "--port" in errors
    assert "Traceback" not in errors


def test_other_addresses_are_refused_before_anything_is_made(tmp_path: Path) -> None:
    process = started(tmp_path / "w", "--host", "0.0.0.0")  # noqa: S104 - that it is refused is what is tested
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert "no sign-in" in errors
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "[::1]"])
def test_addresses_of_this_machine(host: str) -> None:
    assert check_loopback(host) == host.strip("[]")


OTHERS = ["0.0.0.0", "::", "192.168.1.5", "8.8.8.8", "example.org", "localhost.example.org", "", "::ffff:192.168.1.5"]  # noqa: S104


@pytest.mark.parametrize("host", OTHERS)
def test_all_others_are_refused(host: str) -> None:
    with pytest.raises(UsageError, match="this machine only"):
        check_loopback(host)


def test_localhost_is_bound_by_its_number() -> None:
    assert check_loopback("LocalHost") == "127.0.0.1"


def test_the_setting_is_checked_as_well(tmp_path: Path) -> None:
    directory = tmp_path / "w"
    subprocess.run([sys.executable, "-c", f"from onelead.workspace import open_workspace as o; o({str(directory)!r}).close()"], check=True)
    (directory / "settings.toml").write_text('[server]\nhost = "0.0.0.0"\n')
    process = started(directory)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert "no sign-in" in errors
