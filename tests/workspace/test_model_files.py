"""Versions of fitted models: kept, used, put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onelead.core.errors import ForbiddenError, UnknownNameError
from onelead.core.viewer import LOCAL_ADMIN, Viewer
from onelead.workspace.model_files import FittedModels, ModelFiles

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace import Workspace


@pytest.fixture
def files(tmp_path: Path) -> ModelFiles:
    return ModelFiles(tmp_path / "models")


def test_before_the_first_there_is_none(files: ModelFiles) -> None:
    assert (files.versions("win"), files.in_use("win"), files.read("win")) == ([], None, None)


def test_each_new_model_is_a_version_in_use_and_the_same_one_is_not(files: ModelFiles) -> None:
    assert [files.keep("win", content) for content in (b"a", b"a", b"b")] == [1, 1, 2]
    assert (files.versions("win"), files.in_use("win"), files.read("win")) == ([1, 2], 2, b"b")
    assert files.read("churn") is None


def test_an_old_version_is_put_back_and_the_next_gets_a_number_of_its_own(files: ModelFiles) -> None:
    files.keep("win", b"a")
    files.keep("win", b"b")
    files.put_back("win", 1)
    assert files.read("win") == b"a"
    assert files.pins() == "win 1"
    assert files.keep("win", b"c") == 1, "a pinned one stays"
    files.release("win")
    assert files.pins() == ""
    assert files.keep("win", b"c") == 3
    with pytest.raises(UnknownNameError, match="4"):
        files.put_back("win", 4)
    assert files.read("win") == b"c"


def test_old_versions_go_but_never_the_one_in_use(files: ModelFiles) -> None:
    for content in (b"a", b"b", b"c", b"d", b"e"):
        files.keep("win", content)
    files.put_back("win", 2)
    assert files.prune("win", 2) == [1, 3]
    assert (files.versions("win"), files.read("win")) == ([2, 4, 5], b"b")
    files.release("win")
    assert files.keep("win", b"f") == 6, "numbers are not used again"
    assert files.prune("win", 1) == [2, 4, 5]


def test_versions_are_listed_put_back_and_released_by_who_may_change_settings(ws: Workspace, tmp_path: Path) -> None:
    files, door = ModelFiles(tmp_path / "ws" / "models"), ws.fitted_models
    assert door.versions().is_empty()
    with pytest.raises(UnknownNameError, match="churn_risk"):
        door.put_back("churn_risk", 1)
    for day in ("2024-09-04", "2024-09-11"):
        files.keep("churn_risk", f'{{"as_of": "{day}", "hazard": 1}}'.encode())
    door.put_back("churn_risk", 1)
    columns = ["model", "label", "version", "in_use", "pinned", "as_of"]
    assert [(*row[:5], str(row[5])) for row in door.versions().select(columns).rows()] == [
        ("churn_risk", "Churn risk", 2, False, False, "2024-09-11"),
        ("churn_risk", "Churn risk", 1, True, True, "2024-09-04"),
    ]
    door.release("churn_risk")
    assert door.versions()["pinned"].sum() == 0
    with pytest.raises(ForbiddenError):
        FittedModels(door.parts, Viewer("Ann", LOCAL_ADMIN.tenant, frozenset({"rep"}))).put_back("churn_risk", 1)
