"""Workspaces on both engines, and small exports to load into them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from onelead.workspace import open_workspace
from onelead.workspace.sampling import write_sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.workspace import Workspace


@pytest.fixture(scope="session")
def august(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The August sample with ST ID, written once."""
    file = tmp_path_factory.mktemp("sample") / "august.xlsx"
    write_sample("august", file, st_id=True)
    return file


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace on DuckDB."""
    with open_workspace(tmp_path / "ws") as opened:
        yield opened


@pytest.fixture(scope="session")
def loaded_once(august: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace directory that holds the August sample; copy it, do not use it."""
    directory = tmp_path_factory.mktemp("loaded") / "ws"
    with open_workspace(directory) as opened:
        opened.load(august)
    return directory


@pytest.fixture
def loaded(loaded_once: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace of the test's own that holds the August sample."""
    shutil.copytree(loaded_once, tmp_path / "loaded")
    with open_workspace(tmp_path / "loaded") as opened:
        yield opened
