"""Workspaces on both engines, and small exports to load into them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.prepared import august_file, august_workspace, small_workspace

from onelead.workspace import open_workspace, serve_workspace
from onelead.workspace.jobs import Jobs, jobs_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.workspace import Serving, Workspace


@pytest.fixture(scope="session")
def august(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The August sample with ST ID, written once."""
    return august_file(tmp_path_factory)


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace on DuckDB."""
    with open_workspace(tmp_path / "ws") as opened:
        yield opened


@pytest.fixture(scope="session")
def loaded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace directory that holds the August sample; copy it, do not use it."""
    return august_workspace(tmp_path_factory)


@pytest.fixture
def loaded(loaded_once: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace of the test's own that holds the August sample."""
    shutil.copytree(loaded_once, tmp_path / "loaded")
    with open_workspace(tmp_path / "loaded") as opened:
        yield opened


@pytest.fixture
def small(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace of the test's own that holds the small export: three assets, two opportunities, three projects, one without customer."""
    shutil.copytree(small_workspace(tmp_path_factory), tmp_path / "ws")
    with open_workspace(tmp_path / "ws") as opened:
        yield opened


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """An empty served workspace."""
    opened = serve_workspace(tmp_path / "ws")
    yield opened
    jobs_of(opened).close()
    opened.close()


@pytest.fixture
def jobs(serving: Serving) -> Jobs:
    """Its jobs."""
    return jobs_of(serving)
