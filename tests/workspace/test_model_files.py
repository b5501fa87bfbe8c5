"""Versions of fitted models: kept, used, put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onelead.core.errors import UnknownNameError
from onelead.workspace.model_files import ModelFiles

if TYPE_CHECKING:
    from pathlib import Path


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
