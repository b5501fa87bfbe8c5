"""Served workspaces for the tests of the screens: empty, with one account, and with the August sample."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests import prepared

from onelead.web import site
from onelead.workspace import serve_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.workspace import Serving


@pytest.fixture(scope="session")
def august_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace directory that holds the August sample with ST ID; copy it before you change it."""
    return prepared.august_workspace(tmp_path_factory)


@pytest.fixture
def own_workspace(august_workspace: Path, tmp_path: Path) -> Path:
    """A copy of the August workspace that a test may change."""
    return shutil.copytree(august_workspace, tmp_path / "ws")


def app_of(serving: Serving) -> FastAPI:
    """The screens alone, without the edge."""
    app = FastAPI()
    app.include_router(site(serving))
    return app


@pytest.fixture(scope="session")
def august_serving(august_workspace: Path) -> Iterator[Serving]:
    """The August sample, served; for tests that only read."""
    serving = serve_workspace(august_workspace)
    yield serving
    serving.close()


@pytest.fixture(scope="session")
def client(august_serving: Serving) -> TestClient:
    """A reader of the August sample; for tests that only read."""
    return TestClient(app_of(august_serving), follow_redirects=False)


@pytest.fixture
def own_client(own_workspace: Path) -> Iterator[TestClient]:
    """A reader of a copy of the August sample that a test may change."""
    serving = serve_workspace(own_workspace)
    yield TestClient(app_of(serving), follow_redirects=False)
    serving.close()


@pytest.fixture
def empty_client(tmp_path: Path) -> Iterator[TestClient]:
    """A reader of a workspace in which nothing is loaded."""
    serving = serve_workspace(tmp_path / "empty")
    yield TestClient(app_of(serving), follow_redirects=False)
    serving.close()
