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
COLOURS = ["color-contrast", "link-in-text-block"]
WIDTHS = (1920, 1180, 1000, 760, 390, 320)
FOCUSABLE = (
    "a[href], button:not([disabled]), input:not([type=hidden]):not([disabled]), select:not([disabled]), textarea:not([disabled]), summary"
)

MARK = """selector => {
  let number = 0;
  for (const found of document.querySelectorAll(selector)) {
    const box = found.getBoundingClientRect();
    const shown = box.width && box.height && found.checkVisibility({ visibilityProperty: true });
    if (shown && found.tabIndex >= 0 && !(found.type === 'radio' && !found.checked)) found.dataset.walk = ++number;
  }
  document.addEventListener('focusin', event => { event.target.dataset.reached = '1'; });
}"""
LEFT = "() => [...document.querySelectorAll('[data-walk]:not([data-reached])')].map(found => found.outerHTML.slice(0, 120))"


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


def axe(reader: Reader, **options: object) -> None:
    """No finding. Only findings are asked for: a list of all that is well takes twice as long."""
    reader.page.evaluate(
        "() => { document.activeElement.blur(); scrollTo(0, 0); }"
    )  # as a page is opened: nothing under the bar, nothing in focus
    found = Axe().run(reader.page, options={"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"], **options})
    assert found.violations_count == 0, found.generate_report()[:6000]


def darken(reader: Reader) -> None:
    """The dark theme, as the button in the bar brings it. It changes colours and nothing else, so only rules on colours are asked then."""
    reader.page.evaluate("() => olTheme('dark')")
    reader.drawn()
    axe(reader, runOnly={"type": "rule", "values": COLOURS})


def narrow(reader: Reader) -> None:
    """No width needs scrolling sideways."""
    for width in WIDTHS:
        reader.page.set_viewport_size({"width": width, "height": 900})
        reader.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        wide = reader.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{width} px: {wide} px too wide"


def walk(reader: Reader) -> None:
    """Tab reaches whatever can be reached, from a first stop that skips to the content."""
    page = reader.page
    page.evaluate(MARK, FOCUSABLE)
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip", "the first stop skips to the content"
    left = page.evaluate(LEFT)
    for _ in range(len(left) + 60):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement === document.body"):
            break
    left = page.evaluate(LEFT)
    assert not left, f"not reached by Tab: {left}"


@pytest.mark.parametrize("page_id", ALL)
def test_a_page_stands_for_everybody(browser: Browser, august: str, page_id: str, subtests: pytest.Subtests) -> None:
    """One visit, and all that is asked of a page: in light, by keyboard, at every width, on a phone, in the dark, in each of its tabs."""
    with reading(browser, august) as reader:
        go(reader, page_id)
        with subtests.test("light"):
            axe(reader)
        with subtests.test("keyboard"):
            walk(reader)
        with subtests.test("sideways"):
            narrow(reader)
        with subtests.test("phone"):
            reader.page.set_viewport_size(PHONE)
            reader.drawn()
            axe(reader)
        reader.page.set_viewport_size(WIDE)
        with subtests.test("dark"):
            darken(reader)
        assert reader.complaints == []


TABS = [(page_id, tab.id) for page_id in ALL for tab in pages()[page_id].tabs[1:]]


@pytest.mark.parametrize(("page_id", "tab"), TABS)
def test_every_tab_stands(browser: Browser, august: str, page_id: str, tab: str) -> None:
    with reading(browser, august) as reader:
        go(reader, page_id, tab)
        axe(reader)
        if SOAK:  # what the first tab is made of, the others are
            darken(reader)
        assert reader.complaints == []


@pytest.mark.parametrize("page_id", ALL)
def test_an_empty_workspace_stands(browser: Browser, empty: str, page_id: str) -> None:
    with reading(browser, empty) as reader:
        if page_id in SUBJECTS:
            reader.open(pages()[page_id].path)
        else:
            go(reader, page_id)
        axe(reader)
        assert reader.complaints == []
