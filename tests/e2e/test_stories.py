"""What people do from start to end, in a real browser: load a workbook, work an action, filter and go back, search by keyboard, take rows away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.e2e._browser import PHONE, Reader, reading, served

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow
SECONDS = 60_000


def test_a_workbook_becomes_a_ranked_list(browser: Browser, workspaces: dict[str, Path], tmp_path: Path) -> None:
    with served(tmp_path / "new") as address, reading(browser, address) as reader:
        page = reader.page
        reader.open("/action-required")
        assert "sample" in reader.text().lower(), "an empty workspace says what to do next"
        reader.open("/load")
        page.locator("input[type=file]").first.set_input_files(str(workspaces["workbook"]))
        page.wait_for_selector("text=2,394", timeout=SECONDS)
        assert "63" in reader.text()
        page.get_by_role("button", name=re.compile("Publish")).first.click()
        page.wait_for_selector("a[href*='/action-required']:visible >> nth=1", timeout=SECONDS)
        reader.open("/action-required")
        assert "27" in page.locator("section[aria-label='Expired products'] strong").inner_text()
        assert reader.complaints == []


def accepted(reader: Reader) -> str:
    return reader.page.locator("li.act").first.inner_text()


def test_an_action_is_accepted_and_taken_back(browser: Browser, own: str) -> None:
    with reading(browser, own) as reader:
        reader.open("/action-required")
        title = reader.page.locator("li.act h3").first.inner_text()
        reader.page.locator("li.act").first.get_by_role("button", name="Accept").click()
        reader.page.wait_for_selector("li.act:has-text('Accepted')")
        assert title in accepted(reader)
        reader.page.get_by_role("button", name="Undo").first.click()
        reader.settle()
        reader.page.wait_for_function("() => !document.querySelector('li.act').innerText.includes('Accepted')")
        assert reader.complaints == []


def test_actions_are_worked_by_keyboard(browser: Browser, own: str) -> None:
    with reading(browser, own) as reader:
        reader.open("/action-required")
        reader.page.keyboard.press("j")
        reader.page.keyboard.press("a")
        reader.page.wait_for_selector("li.act:has-text('Accepted')")
        for key in ("j", "s", "Enter"):  # the menu of a row that was closed: its first button snoozes for a week
            reader.page.keyboard.press(key)
        reader.page.wait_for_selector("li.act:has-text('Snoozed until')")
        assert reader.complaints == []


def test_a_filter_is_a_link_and_back_leads_back(browser: Browser, august: str) -> None:
    with reading(browser, august) as reader:
        reader.open("/rows?metric=assets")
        assert "of 63" in reader.text("#b-rows .cf")
        reader.page.locator("#b-rows th a", has_text="Asset id").click()
        reader.page.wait_for_function("() => location.search.includes('sort.rows')")
        reader.settle()
        sorted_text = reader.text("#b-rows tbody tr")
        reader.page.reload()
        reader.settle()
        assert reader.text("#b-rows tbody tr") == sorted_text, "reload is safe"
        reader.page.go_back()
        reader.page.wait_for_function("() => !location.search.includes('sort.rows')")
        reader.settle()
        assert reader.page.locator("#b-rows th[aria-sort]").count() == 0, "back shows what stood there"
        reader.page.go_forward()
        reader.page.wait_for_function("() => location.search.includes('sort.rows')")
        reader.settle()
        assert reader.text("#b-rows tbody tr") == sorted_text
        assert reader.complaints == []


def test_the_search_opens_an_account_by_keyboard_alone(browser: Browser, august: str) -> None:
    with reading(browser, august) as reader:
        reader.open("/")
        reader.page.keyboard.press("Control+k")
        reader.page.keyboard.type("quillm")
        reader.page.wait_for_selector("#palette-hits a:has-text('Quillmere')")
        reader.page.keyboard.press("Enter")
        reader.page.wait_for_url("**/customer-360?id=*")
        assert "Quillmere University Hospitals" in reader.text("main")


def test_a_definition_opens_and_gives_the_focus_back(browser: Browser, august: str) -> None:
    with reading(browser, august) as reader:
        reader.open("/action-required")
        opener = reader.page.locator("section[aria-label='Expired products'] a[data-pop]")
        opener.focus()
        reader.page.keyboard.press("Enter")
        reader.page.wait_for_selector("#pop:not([hidden])")
        assert "expired_products" in reader.text("#pop")
        reader.page.keyboard.press("Escape")
        assert reader.page.locator("#pop").is_hidden()
        assert reader.page.evaluate("() => document.activeElement.hasAttribute('data-pop')")


def test_rows_and_pictures_are_taken_away(browser: Browser, august: str, tmp_path: Path) -> None:
    with reading(browser, august) as reader:
        reader.open("/revenue-focus")
        block = reader.page.locator("section.blk", has_text="Product portfolio value").first
        block.locator("summary[aria-label^='Export']").click()
        with reader.page.expect_download() as csv:
            block.get_by_text("Save as CSV").click()
        csv.value.save_as(tmp_path / "rows.csv")
        assert (tmp_path / "rows.csv").read_text(encoding="utf-8-sig").count("\n") >= 4
        if not block.get_by_text("Save picture as PNG").is_visible():
            block.locator("summary[aria-label^='Export']").click()
        with reader.page.expect_download() as png:
            block.get_by_text("Save picture as PNG").click()
        png.value.save_as(tmp_path / "chart.png")
        assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")


def test_the_theme_is_remembered_and_figures_follow_it(browser: Browser, august: str) -> None:
    with reading(browser, august) as reader:
        reader.open("/revenue-focus")
        colour = "() => getComputedStyle(document.querySelector('.js-plotly-plot .xtick text, .js-plotly-plot .ytick text')).fill"
        light = reader.page.evaluate(colour)
        reader.page.locator("[data-theme-toggle]").click()
        reader.page.wait_for_timeout(300)
        assert reader.page.evaluate(colour) != light
        reader.open("/pipeline")
        assert reader.page.evaluate("() => document.documentElement.dataset.bsTheme") == "dark"


def test_who_the_reader_is_leads_to_their_page(browser: Browser, august: str) -> None:
    with reading(browser, august) as reader:
        reader.open("/me")
        reader.page.locator("main input[name=role][value*='rep'], main select[name=role]").first.evaluate(
            "found => { if (found.tagName === 'SELECT') found.value = [...found.options].find(o => /rep/i.test(o.value)).value; else found.checked = true; }"
        )
        reader.page.locator("form[action='/set-person'] button").first.click()
        reader.page.wait_for_url("**/")
        assert "Pipeline" in reader.text("main")


def test_a_phone_has_the_sections_at_its_foot(browser: Browser, august: str) -> None:
    with reading(browser, august, size=PHONE) as reader:
        reader.open("/action-required")
        assert reader.page.locator(".ol-nav").is_hidden()
        reader.page.locator(".ol-tabs a", has_text="Revenue").click()
        reader.page.wait_for_url("**/revenue-focus**")
        small = reader.page.evaluate(
            "() => [...document.querySelectorAll('.ol-tabs a, .act .bts button, summary.f')].filter(e => e.offsetParent && e.getBoundingClientRect().height < 36).length"
        )
        assert small == 0, "what is touched is large enough"
