"""Every page in a real browser: no finding of axe in light and dark, no complaint in the console, no sideways scrolling, all by keyboard."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.e2e._browser import PHONE, WIDE, Reader, reading

from onelead.web._render import pages

if TYPE_CHECKING:
    from collections.abc import Iterator

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
SHAPE = """() => [...document.querySelectorAll('main, main *')].map(found => [found.tagName, ...[...found.attributes]
  .filter(held => !['id', 'href', 'title', 'src', 'aria-label', 'hx-get'].includes(held.name)).map(held => held.name + '=' + held.value)].join(' '))
  .join('\\n')"""
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
    try:
        axe(reader, runOnly={"type": "rule", "values": COLOURS})
    finally:
        reader.page.evaluate("() => olTheme('light')")


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


@pytest.fixture(scope="module")
def visitor(browser: Browser, august: str) -> Iterator[Reader]:
    """One reader for all pages of the sample: what pages share is fetched and compiled once."""
    with reading(browser, august) as reader:
        yield reader


@pytest.mark.parametrize("page_id", ALL)
def test_a_page_stands_for_everybody(visitor: Reader, page_id: str, subtests: pytest.Subtests) -> None:
    """One visit, and all that is asked of a page: in light, by keyboard, at every width, on a phone, in the dark, in each of its tabs."""
    visitor.complaints.clear()
    go(visitor, page_id)
    with subtests.test("light"):
        axe(visitor)
    with subtests.test("keyboard"):
        walk(visitor)
    with subtests.test("sideways"):
        narrow(visitor)
    with subtests.test("phone"):
        visitor.page.set_viewport_size(PHONE)
        visitor.drawn()
        axe(visitor)
    visitor.page.set_viewport_size(WIDE)
    with subtests.test("dark"):
        darken(visitor)
    for tab in pages()[page_id].tabs[1:]:
        with subtests.test(tab.id):
            go(visitor, page_id, tab.id)
            axe(visitor)
            if SOAK:  # what the first tab is made of, the others are
                darken(visitor)
    assert visitor.complaints == []


def test_an_empty_workspace_stands(browser: Browser, empty: str, subtests: pytest.Subtests) -> None:
    """Most pages then say the same in the same way: axe looks at each shape once."""
    seen: set[str] = set()
    with reading(browser, empty) as reader:
        for page_id in ALL:
            with subtests.test(page_id):
                if page_id in SUBJECTS:
                    reader.open(pages()[page_id].path)
                else:
                    go(reader, page_id)
                shape = reader.page.evaluate(SHAPE)
                if shape not in seen:
                    axe(reader)
                seen.add(shape)
                assert reader.complaints == []
