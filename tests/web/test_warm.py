"""Pages asked for before anybody asks."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from onelead.web import _warm
from onelead.web._render import menu

if TYPE_CHECKING:
    import pytest

    from onelead.web._ask import Ask
    from onelead.workspace import Serving


def test_every_page_of_the_menu_is_asked_for_once_per_snapshot(august_serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three looks at one snapshot render each page once, then once for one account; a page that fails keeps none from its turn."""
    stopping, rendered, looks = threading.Event(), [], []

    def render(ask: Ask) -> str:
        rendered.append((ask.page.id if ask.page else "", ask.narrowed))
        if len(rendered) == 1:
            raise RuntimeError("this page is broken")
        return ""

    def wait(seconds: float) -> bool:
        looks.append(seconds)
        if looks.count(_warm.LOOK_SECONDS) == 3:
            stopping.set()
        return False

    monkeypatch.setattr(_warm, "render_page", render)
    monkeypatch.setattr(stopping, "wait", wait)
    _warm.keep_warm(august_serving, stopping)
    listed = [page for _, found in menu() for page in found if page.needs_data]
    assert rendered == [(page.id, False) for page in listed] + [(page.id, True) for page in listed if page.account_filters]
    assert len(listed) > 5


def test_it_ends_when_it_is_told(august_serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told after the second page, it renders no third."""
    stopping, rendered = threading.Event(), []

    def render(ask: Ask) -> str:
        rendered.append(ask.path)
        if len(rendered) == 2:
            stopping.set()
        return ""

    monkeypatch.setattr(_warm, "render_page", render)
    _warm.keep_warm(august_serving, stopping)
    assert len(rendered) == 2
