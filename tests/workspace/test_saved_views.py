"""Saved views: unique names, bounded sizes, only this server's pages, and whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onelead.core.errors import ForbiddenError, UnknownNameError, UsageError
from onelead.core.viewer import LOCAL_ADMIN, Viewer
from onelead.workspace import saved_views as views

if TYPE_CHECKING:
    from onelead.workspace import Workspace
    from onelead.workspace.wiring import Parts

ANA = Viewer("ana", roles=frozenset({"rep"}))
BEN = Viewer("ben", roles=frozenset({"rep"}))


@pytest.fixture
def parts(ws: Workspace) -> Parts:
    return ws._parts


def test_saved_changed_forgotten(parts: Parts) -> None:
    second = views.save_view(parts, ANA, "Zeta", "/explore", "?a=1")
    first = views.save_view(parts, ANA, " alpha  view ", "/")
    assert [view["name"] for view in views.saved_views(parts)] == ["alpha view", "Zeta"]
    assert views.saved_view(parts, second["id"]) == {**second, "query": "a=1", "owner": "ana"}
    changed = views.change_view(parts, ANA, first["id"], name="Alpha View", query="b=2")  # its own name in other letters
    assert (changed["name"], changed["path"], changed["query"]) == ("Alpha View", "/", "b=2")
    views.delete_view(parts, ANA, first["id"])
    assert [view["id"] for view in views.saved_views(parts)] == [second["id"]]
    with pytest.raises(UnknownNameError):
        views.saved_view(parts, first["id"])


def test_names_are_unique(parts: Parts) -> None:
    views.save_view(parts, ANA, "Mine", "/")
    with pytest.raises(UsageError, match="already"):
        views.save_view(parts, BEN, "mine ", "/")
    other = views.save_view(parts, BEN, "Other", "/")
    with pytest.raises(UsageError, match="already"):
        views.change_view(parts, BEN, other["id"], name="MINE")


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\x00b", "a\u202eb"])
def test_names(parts: Parts, name: str) -> None:
    with pytest.raises(UsageError):
        views.save_view(parts, ANA, name, "/")


@pytest.mark.parametrize(
    "path", ["", "explore", "//elsewhere.example", "https://elsewhere.example", "/a b", "/\\x", "/a?b", "/" + "x" * 200, "/\n"]
)
def test_paths_are_those_of_this_server(parts: Parts, path: str) -> None:
    with pytest.raises(UsageError):
        views.save_view(parts, ANA, "x", path)


@pytest.mark.parametrize("query", ["a=\n", "a=ü", "x" * 4001])
def test_queries(parts: Parts, query: str) -> None:
    with pytest.raises(UsageError):
        views.save_view(parts, ANA, "x", "/", query)


def test_whose_they_are(parts: Parts) -> None:
    view = views.save_view(parts, ANA, "Mine", "/")
    with pytest.raises(ForbiddenError):
        views.change_view(parts, BEN, view["id"], name="Yours")
    with pytest.raises(ForbiddenError):
        views.delete_view(parts, BEN, view["id"])
    views.delete_view(parts, LOCAL_ADMIN, view["id"])


def test_there_is_a_limit(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MAX_VIEWS", 1)
    views.save_view(parts, ANA, "one", "/")
    with pytest.raises(UsageError, match="limit"):
        views.save_view(parts, ANA, "two", "/")
