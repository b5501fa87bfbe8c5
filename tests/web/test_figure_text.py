"""Names of accounts, categories and deals stay names in every figure, whatever signs they are made of."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from starlette.testclient import TestClient
from tests.web.conftest import app_of

from onelead.web._figure_text import CLOSE, OPEN, marked, safe_text, settled
from onelead.web._render import pages
from onelead.workspace import open_workspace, serve_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onelead.web._page import Page

HOSTILE = "<b>Evil</b> & <a href='//x'>R&D</a> %{y}"
HEBREW = "חברה 7"
FIGURE = re.compile(r'<script type="application/json" id="fig-[^"]*">(.*?)</script>', re.DOTALL)


def through(name: str) -> dict[str, Any]:
    frame = marked(pl.DataFrame({"name": [name], "names": [[name]]}))
    text = frame["name"][0]
    trace = {"y": [text, frame["names"][0][0]], "text": f"<b>{text}</b><br>7", "customdata": [f"/rows?a={text}"]}
    return dict(settled({"data": [trace]})["data"][0])


def test_a_name_is_text_in_a_figure_and_itself_in_its_link() -> None:
    found = through(HOSTILE)
    assert html.unescape(found["y"][0]) == HOSTILE
    assert "<" not in found["y"][0]
    assert "%{" not in found["y"][0]
    assert found["y"][0] == found["y"][1]
    assert found["text"].startswith("<b>&lt;b>Evil")
    assert found["customdata"] == [f"/rows?a={HOSTILE}"]


def test_a_name_from_right_to_left_does_not_move_the_numbers_beside_it() -> None:
    found = through(HEBREW)
    assert found["text"] == f"<b>{OPEN}{HEBREW}{CLOSE}</b><br>7"
    assert found["customdata"] == [f"/rows?a={HEBREW}"]
    assert settled({"t": f"{OPEN}חברה…, 7"})["t"] == f"{OPEN}חברה…{CLOSE}, 7"
    assert safe_text(HEBREW) == OPEN + HEBREW + CLOSE


def test_tags_that_no_figure_writes_are_text() -> None:
    assert settled({"t": "<b>x</b><br><a href='//x'>y</a>"})["t"] == "<b>x</b><br>&lt;a href='//x'>y&lt;/a>"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A workspace whose every name is markup."""
    folder = tmp_path_factory.mktemp("hostile")
    deals = {
        "opportunity_id": ["D1", "D2", "D3"],
        "customer_id": ["C1", "C2", "C1"],
        "account_name": [HOSTILE, HOSTILE + " 2", HOSTILE],
        "opportunity_name": [HOSTILE] * 3,
        "product_line": [HOSTILE, HOSTILE, None],
        "stage": [HOSTILE] * 3,
        "amount": [1000.0, 25_000.0, 5000.0],
        "close_date": [date(2024, 10, 1), date(2024, 11, 1), date(2024, 8, 1)],
        "is_won": [None, None, True],
    }
    assets = {
        "asset_id": ["S1", "S2"],
        "customer_id": ["C1", "C2"],
        "account_name": [HOSTILE, HOSTILE + " 2"],
        "product_name": [HOSTILE] * 2,
        "product_category": [HOSTILE] * 2,
        "support_end_date": [date(2024, 9, 20), date(2025, 9, 20)],
        "support_status": [HOSTILE] * 2,
    }
    with open_workspace(folder / "ws") as opened:
        for name, columns in (("opportunities", deals), ("assets", assets)):
            pl.DataFrame(columns).write_parquet(folder / f"{name}.parquet")
            opened.load(folder / f"{name}.parquet")
    serving = serve_workspace(folder / "ws")
    yield TestClient(app_of(serving), follow_redirects=False)
    serving.close()


def texts_of(value: object, *, link: bool = False) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from texts_of(inner, link=link or key == "customdata")
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner, link=link)
    elif isinstance(value, str) and not link:
        yield value


def addresses(page: Page) -> list[str]:
    more = ["?by=account_name", "?table=accounts&column=account_name", "?by=product_category&chart=pie"]
    return [page.path, *(f"{page.path}?tab={tab.id}" for tab in page.tabs), *(page.path + query for query in more)]


@pytest.mark.parametrize("page_id", sorted(pages()))
def test_no_name_is_markup_in_any_figure(hostile: TestClient, page_id: str) -> None:
    for address in addresses(pages()[page_id]):
        answer = hostile.get(address.replace("{id}", "A1").replace("{account}", "A1"))
        for source in FIGURE.findall(answer.text):
            for text in texts_of(json.loads(source)):
                assert "<b>Evil" not in text, (address, text)
                assert "<a" not in text, (address, text)
                assert not re.search(r"[\ue000-\ue002]", text), (address, text)


def test_the_figures_hold_the_name(hostile: TestClient) -> None:
    """The test above sees something: names are in figures, as text."""
    found = "".join("".join(FIGURE.findall(hostile.get(path).text)) for path in ("/pipeline", "/revenue-focus", "/customer-health"))
    assert "\\u0026lt;b>Evil" in found


def test_names_in_tables_are_isolated_from_the_numbers_beside_them(hostile: TestClient) -> None:
    assert "<bdi>&lt;b&gt;Evil" in hostile.get("/customer-health").text
