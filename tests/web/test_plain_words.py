"""What people read is words: no column's or setting's raw name on any page, apart from where such names are the point."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from onelead.web._render import pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

RAW = re.compile(
    r"[A-Za-z0-9]+(?:[_.][a-z0-9]+)*_[A-Za-z0-9_.]*[A-Za-z0-9]|\b(?:metrics|prices|actions|identity|propensity|server)\.[a-z]{3,}\b"
)
SILENT = {"script", "style", "textarea", "code", "pre", "option"}
VOID = {"input", "br", "img", "meta", "link", "hr", "use", "path", "circle", "rect", "polyline"}
WORDS_OF_FIGURES = {"text", "hovertext", "ticktext", "labels", "name", "x", "y", "hovertemplate"}
RAW_BLOCKS = {
    "explore": None,
    "data_insights": {"b-columns", "b-gaps", "b-spread", "b-described"},
}
"""Where raw names are the point: the language of queries, and the list of a table's columns as they are delivered."""


class Read(HTMLParser):
    """The visible words of a page by the block that they stand in, and the figures."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[tuple[str, str]] = []
        self.figures: list[tuple[str, dict[str, Any]]] = []
        self._open: list[tuple[str, str]] = []
        self._json = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self._json = known.get("type") == "application/json"
        if tag not in VOID:
            here = known.get("id") or ""
            self._open.append((tag, here if here.startswith("b-") else self._block))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A closed element holds no words."""

    def handle_endtag(self, tag: str) -> None:
        self._json = False
        while tag not in VOID and self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._json:
            self.figures.append((self._block, json.loads(data)))
        elif data.strip() and not SILENT & {tag for tag, _ in self._open}:
            self.words.append((self._block, data.strip()))

    @property
    def _block(self) -> str:
        return self._open[-1][1] if self._open else ""


def figure_words(value: object, key: str = "") -> Iterator[str]:
    """The texts of a figure that a reader sees."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from figure_words(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from figure_words(inner, key)
    elif isinstance(value, str) and key in WORDS_OF_FIGURES:
        yield re.sub(r"%\{[^}]*\}", "", value)


def raw_words(text: str, page_id: str) -> list[str]:
    """Raw names in a page, each with its block."""
    read = Read()
    read.feed(text)
    seen = [*read.words, *((block, word) for block, figure in read.figures for word in figure_words(figure))]
    blocks = RAW_BLOCKS.get(page_id, set())
    return [f"{block}: {found}" for block, words in seen if blocks is not None and block not in blocks for found in RAW.findall(words)]


def test_a_raw_name_is_seen() -> None:
    page = (
        '<main><p>Sum of the setting metrics.expiring_days</p><input><section id="b-x"><b>won_value</b><code>is_won</code></section></main>'
    )
    figure = '<script type="application/json">{"data":[{"text":["open_value"],"customdata":["/rows?metric=open_value"]}]}</script>'
    assert raw_words(page + figure, "forecast") == [": metrics.expiring_days", "b-x: won_value", ": open_value"]
    assert raw_words(page, "explore") == []


@pytest.mark.parametrize("page_id", sorted(pages()))
def test_a_page_speaks_in_words(client: TestClient, page_id: str) -> None:
    page = pages()[page_id]
    path = "/" if page.id == "home" else page.path
    account = re.search(r"/customer-360\?id=([^\"&]+)", client.get("/rows?metric=assets").text)
    assert account
    subject = f"id={account[1]}&" if page_id in {"customer_360", "account_plan"} else ""
    left = {}
    for tab in [None, *(tab.id for tab in page.tabs)]:
        answer = client.get(f"{path}?{subject}" + (f"tab={tab}" if tab else ""))
        found = raw_words(answer.text, page_id)
        for block in page.all_blocks():
            if block.lazy:
                found += raw_words(client.get(f"/s/{page.id}/{block.id}?{subject}").text, page_id)
        if found:
            left[tab] = sorted(set(found))
    assert not left
