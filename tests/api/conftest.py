"""The API on a loaded, a larger, and an empty workspace, asked in process."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient
from tests.prepared import august_file, august_workspace

from onelead.api import api
from onelead.workspace import serve_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.workspace import Serving


@pytest.fixture(scope="session")
def august(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The August sample, written once."""
    return august_file(tmp_path_factory)


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace directory that holds the August sample; it is copied, not used."""
    return august_workspace(tmp_path_factory)


@contextlib.contextmanager
def served(directory: Path, loaded: Path | None = None) -> Iterator[Serving]:
    """A served workspace in ``directory``, a copy of ``loaded``; without one it is empty."""
    if loaded is not None:
        shutil.copytree(loaded, directory)
    serving = serve_workspace(directory)
    yield serving
    serving.close()


@pytest.fixture(scope="session")
def serving(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A served workspace that holds the August sample; tests that change something take ``own``."""
    with served(tmp_path_factory.mktemp("ws") / "ws", loaded) as found:
        yield found


@pytest.fixture(scope="session")
def client(serving: Serving) -> TestClient:
    return TestClient(api(serving))


@pytest.fixture
def own(loaded: Path, tmp_path: Path) -> Iterator[TestClient]:
    """The August sample in a workspace of the test's own."""
    with served(tmp_path / "ws", loaded) as found:
        yield TestClient(api(found))


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[TestClient]:
    """A workspace in which nothing is loaded."""
    with served(tmp_path / "ws") as found:
        yield TestClient(api(found))
