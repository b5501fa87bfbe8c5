"""Served samples and one browser for the end-to-end tests."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright
from tests.e2e._browser import FLAGS, chromium, served
from tests.e2e._deals import write_deals
from tests.prepared import august_file, august_workspace

from onelead.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def workspaces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Directories of the August sample (with its workbook beside it) and of an empty workspace."""
    folder = tmp_path_factory.mktemp("e2e")
    shutil.copytree(august_workspace(tmp_path_factory), folder / "august")
    return {"august": folder / "august", "empty": folder / "empty", "workbook": august_file(tmp_path_factory)}


@pytest.fixture(scope="session")
def august(workspaces: dict[str, Path]) -> Iterator[str]:
    """Address of the August sample; for tests that only read."""
    with served(workspaces["august"]) as url:
        yield url


@pytest.fixture(scope="session")
def empty(workspaces: dict[str, Path]) -> Iterator[str]:
    """Address of an empty workspace; for tests that only read."""
    with served(workspaces["empty"]) as url:
        yield url


@pytest.fixture(scope="session")
def deals(workspaces: dict[str, Path]) -> Iterator[str]:
    """Address of the August sample with deals that have stages, amounts and dates, loaded twice."""
    place = workspaces["august"].with_name("deals")
    shutil.copytree(workspaces["august"], place)
    with open_workspace(place) as opened:
        for day in (date(2024, 8, 28), date(2024, 9, 4)):
            write_deals(place.with_name("opportunities.csv"), day)
            opened.load(place.with_name("opportunities.csv"), as_of=day)
    with served(place) as url:
        yield url


@pytest.fixture
def own(workspaces: dict[str, Path], tmp_path: Path) -> Iterator[str]:
    """Address of a copy of the August sample that a test may change."""
    shutil.copytree(workspaces["august"], tmp_path / "own")
    with served(tmp_path / "own") as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a worker."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(playwright.chromium.executable_path), args=FLAGS)
        yield opened
        opened.close()
