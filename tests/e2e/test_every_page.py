"""Every page in a real browser: no finding of axe in light and dark, no complaint in the console, no sideways scrolling, all by keyboard."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.e2e._browser import PHONE, WIDE, Reader, reading

from onelead.web._render import pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.slow, pytest.mark.soak]
SOAK = bool(os.environ.get("ONELEAD_SOAK"))
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
SUBJECTS = {
    "customer_360": ("/rows?metric=assets", "a[href^='/customer-360?id=']"),
    "account_plan": ("/rows?metric=assets", "a[href^='/customer-360?id=']"),
}
ALL = sorted(pages())
FOCUSABLE = (
    "a[href], button:not([disabled]), input:not([type=hidden]):not([disabled]), select:not([disabled]), textarea:not([disabled]), summary"
)


def go(reader: Reader, page_id: str, tab: str | None = None) -> None:
    """Open a page, with a subject where it needs one."""
    page = pages()[page_id]
    path = "/" if page.id == "home" else page.path
    if page_id in SUBJECTS:
        start, link = SUBJECTS[page_id]
        reader.open(start)
        path += "?" + str(reader.page.locator(link).first.get_attribute("href")).partition("?")[2]
    if tab:
        path += ("&" if "?" in path else "?") + f"tab={tab}"
    reader.open(path)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("page_id", ALL)
def test_axe_finds_nothing(browser: Browser, august: str, page_id: str, *, dark: bool) -> None:
    with reading(browser, august, dark=dark) as reader:
        # every tab in light, and in dark when there is time: what the first tab is made of, the others are
        tabs = [tab.id for tab in pages()[page_id].tabs[1:]] if SOAK or not dark else []
        for tab in [None, *tabs]:
            go(reader, page_id, tab)
            found = Axe().run(reader.page, options={"runOnly": {"type": "tag", "values": TAGS}})
            assert found.violations_count == 0, f"tab {tab}:\n{found.generate_report()[:6000]}"
        assert reader.complaints == []


@pytest.mark.parametrize("page_id", ALL)
def test_axe_finds_nothing_on_a_phone_and_in_an_empty_workspace(browser: Browser, august: str, empty: str, page_id: str) -> None:
    for address, size in ((august, PHONE), (empty, WIDE)):
        with reading(browser, address, size=size) as reader:
            if address == empty and page_id in SUBJECTS:
                reader.open(pages()[page_id].path)
            else:
                go(reader, page_id)
            found = Axe().run(reader.page, options={"runOnly": {"type": "tag", "values": TAGS}})
            assert found.violations_count == 0, f"{size}:\n{found.generate_report()[:6000]}"
            assert reader.complaints == []


@pytest.mark.parametrize("page_id", ALL)
def test_nothing_scrolls_sideways(browser: Browser, august: str, page_id: str) -> None:
    with reading(browser, august) as reader:
        go(reader, page_id)
        for width in (1920, 1180, 1000, 760, 390, 320):
            reader.page.set_viewport_size({"width": width, "height": 900})
            reader.page.wait_for_timeout(60)
            wide = reader.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{width} px: {wide} px too wide"


@pytest.mark.parametrize("page_id", ALL)
def test_the_keyboard_reaches_everything(browser: Browser, august: str, page_id: str) -> None:
    with reading(browser, august) as reader:
        go(reader, page_id)
        page = reader.page
        page.evaluate(
            """selector => { let number = 0; for (const found of document.querySelectorAll(selector)) {
                 const box = found.getBoundingClientRect();
                 const shown = box.width && box.height && found.checkVisibility({ visibilityProperty: true });
                 if (shown && found.tabIndex >= 0 && !(found.type === 'radio' && !found.checked)) found.dataset.walk = ++number; } }""",
            FOCUSABLE,
        )
        wanted = set(page.evaluate("() => [...document.querySelectorAll('[data-walk]')].map(found => found.dataset.walk)"))
        reached = set()
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.className") == "skip", "the first stop skips to the content"
        for _ in range(len(wanted) + 60):
            number = page.evaluate("() => document.activeElement.dataset.walk || ''")
            if number:
                reached.add(number)
            page.keyboard.press("Tab")
            if page.evaluate("() => document.activeElement === document.body"):
                break
        left = wanted - reached
        named = page.evaluate(
            "left => left.map(number => document.querySelector(`[data-walk='${number}']`).outerHTML.slice(0, 120))", sorted(left)
        )
        assert not left, f"not reached by Tab: {named}"
