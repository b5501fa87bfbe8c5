"""The registry finds plug-ins, and refuses what is not one."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from onelead.core.errors import PluginError, UnknownNameError
from onelead.core.registry import discover, pick

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Thing:
    id: str


def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, files: dict[str, str]) -> str:
    home = tmp_path / name
    home.mkdir()
    (home / "__init__.py").write_text("")
    for file, text in files.items():
        (home / file).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "thing_of_the_test", sys.modules[__name__])
    return name


MAKE = "from thing_of_the_test import Thing\nTHING = Thing({!r})\n"


def test_finds_one_object_a_file_in_the_order_of_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = package(tmp_path, monkeypatch, "plugins_a", {"b.py": MAKE.format("bee"), "a.py": MAKE.format("ay"), "_shared.py": ""})
    assert list(discover(name, "THING", Thing)) == ["ay", "bee"]


def test_refuses_a_file_without_its_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = package(tmp_path, monkeypatch, "plugins_b", {"a.py": ""})
    with pytest.raises(PluginError, match="has no THING"):
        discover(name, "THING", Thing)


def test_refuses_an_id_used_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = package(tmp_path, monkeypatch, "plugins_c", {"a.py": MAKE.format("x"), "b.py": MAKE.format("x")})
    with pytest.raises(PluginError, match="used twice"):
        discover(name, "THING", Thing)


def test_refuses_an_object_of_another_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = package(tmp_path, monkeypatch, "plugins_d", {"a.py": "THING = 1\n"})
    with pytest.raises(PluginError, match="is a int, not a Thing"):
        discover(name, "THING", Thing)


def test_pick_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="alpha"):
        pick({"alpha": Thing("alpha")}, "alhpa", "thing")
