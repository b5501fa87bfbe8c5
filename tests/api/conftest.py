"""The API on a loaded, a larger, and an empty workspace, asked in process."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from onelead.api import api
from onelead.workspace import open_workspace, serve_workspace
from onelead.workspace.sampling import write_sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.workspace import Serving


@pytest.fixture(scope="session")
def august(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The August sample, written once."""
    file = tmp_path_factory.mktemp("sample") / "august.xlsx"
    write_sample("august", file, st_id=True)
    return file


@contextlib.contextmanager
def served(directory: Path, *files: Path) -> Iterator[Serving]:
    """A served workspace in ``directory`` that holds ``files``."""
    if files:
        with open_workspace(directory) as opened:
            opened.load(*files)
    serving = serve_workspace(directory)
    yield serving
    serving.close()


@pytest.fixture(scope="session")
def serving(august: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A served workspace that holds the August sample; tests that change something take ``own``."""
    with served(tmp_path_factory.mktemp("ws") / "ws", august) as found:
        yield found


@pytest.fixture(scope="session")
def client(serving: Serving) -> TestClient:
    return TestClient(api(serving))


@pytest.fixture
def own(august: Path, tmp_path: Path) -> Iterator[TestClient]:
    """The August sample in a workspace of the test's own."""
    with served(tmp_path / "ws", august) as found:
        yield TestClient(api(found))


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[TestClient]:
    """A workspace in which nothing is loaded."""
    with served(tmp_path / "ws") as found:
        yield TestClient(api(found))
