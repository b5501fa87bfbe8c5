"""The frame of every page: definitions, rows, tables, exports, filters, links, caching, refusals."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import polars as pl
import pytest
from starlette.requests import Request

from onelead.core.viewer import LOCAL_ADMIN
from onelead.web._ask import Ask
from onelead.web._formats import Formats
from onelead.web._page import Column, Number, Table, Tile, Tiles
from onelead.web._render import STATIC, figure_json
from onelead.web._site import _back
from onelead.web._table import exported, shown
from onelead.web._tiles import faces

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from onelead.workspace import Serving


def ask_of(serving: Serving, **params: tuple[str, ...]) -> Ask:
    return Ask(serving, LOCAL_ADMIN, serving.stamp(), "/rows", params, Formats("en", "USD", date(2024, 9, 4)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (8_520_000.0, "$8.52M"),
        (142_000.0, "$142K"),
        (61_500.0, "$61.5K"),
        (999.6, "$1,000"),
        (0.0, "$0"),
        (-1_234_567.0, "−$1.23M"),
        (None, "—"),
    ],
)
def test_money_is_compact_in_three_figures(value: float | None, text: str) -> None:
    assert Formats("en", "USD").money(value) == text


def test_numbers_follow_the_locale() -> None:
    german = Formats("de_DE", "EUR", date(2024, 9, 4))
    assert german.money_full(165_000) == "165.000\xa0€"
    assert german.count(1384) == "1.384"
    assert german.date(date(2024, 3, 4)) == "4. März 2024"
    assert Formats("en_GB", "GBP").date(date(2024, 9, 4)) == "4 Sep 2024"


@pytest.mark.parametrize(
    ("locale", "money", "millions", "share", "day"),
    [
        ("en", "$16.8K", "$8.52M", "46%", "11 Sep 2024"),
        ("de_DE", "16.784\xa0$", "8,52\xa0Mio.\xa0$", "46\xa0%", "11. Sept. 2024"),
        ("fr", "16,8\xa0k\xa0$US", "8,52\xa0M\xa0$US", "46\xa0%", "11 sept. 2024"),
        ("ja", "$1.68万", "$852万", "46%", "2024年9月11日"),
        ("sv", "16,8\xa0tn\xa0US$", "8,52\xa0mn\xa0US$", "46\xa0%", "11 sep. 2024"),
        ("ar", "16.8\xa0ألف\xa0US$", "8.52\xa0مليون\xa0US$", "46%", "11 سبتمبر 2024"),
    ],
)
def test_every_locale_has_its_own_short_money_share_and_day(locale: str, money: str, millions: str, share: str, day: str) -> None:
    fmt = Formats(locale, "USD")
    written = [fmt.money(16_784.16618590038), fmt.money(8_520_999.0), fmt.percent(0.46), fmt.date(date(2024, 9, 11))]
    assert [text.replace("\u200e", "") for text in written] == [money, millions, share, day]


def test_what_a_locale_does_not_shorten_is_written_out_and_grouped() -> None:
    german = Formats("de_DE", "USD")
    assert german.signed(954_769.4, "money") == "+954.769\xa0$"
    assert german.span(198_880.0, 298_320.0) == "198.880\xa0$ – 298.320\xa0$"
    assert german.compact(48_600.0) == "48.600"
    assert german.money(-16_784.2) == "−16.784\xa0$"


def test_a_share_is_whole_and_below_a_tenth_has_one_decimal() -> None:
    assert [Formats().percent(value) for value in (0.4923, 0.0449, 1.0, 0.0, None)] == ["49%", "4.5%", "100%", "0%", "—"]


def test_a_share_changes_by_points() -> None:
    fmt = Formats()
    assert [fmt.change(value, "ratio") for value in (-0.02, 0.096, 0.0, None)] == ["−2 pts", "+9.6 pts", "0 pts", "—"]
    assert [fmt.change(-18, "count"), fmt.change(31_000, "money"), fmt.change(0.5, "percent")] == ["−18", "+$31K", "+50 pts"]


@pytest.mark.parametrize(("change", "text"), [(-0.02, "−2 pts"), (0.0961, "+9.6 pts")])
def test_a_tile_says_the_change_of_a_share_in_points(august_serving: Serving, change: float, text: str) -> None:
    tiles = Tiles(id="t", title="T", tiles=(Tile(label="Share", number=lambda _: Number(0.5, "ratio", change=change, since="1 Aug")),))
    assert faces(tiles, ask_of(august_serving))[0].change == text


def test_the_year_is_left_out_within_the_year_of_the_as_of_date() -> None:
    fmt = Formats(as_of=date(2024, 9, 4))
    assert [fmt.short_date(date(2024, 10, 1)), fmt.short_date(date(2025, 1, 2))] == ["1 Oct", "2 Jan 2025"]
    assert [fmt.within(date(2024, 9, 9)), fmt.within(date(2024, 9, 3))] == ["in 5 days", "1 day late"]


def test_a_table_is_searched_sorted_and_paged(august_serving: Serving) -> None:
    frame = pl.DataFrame({"name": [f"n{i:02}" for i in range(25)], "worth": [None, *range(24)]})
    table = Table(
        id="t",
        title="T",
        columns=(Column("name", "Name"), Column("worth", "Worth", kind="money")),
        sort="-worth",
        search=("name",),
        size=10,
    )
    first = shown(table, frame, ask_of(august_serving))
    assert (first.first, first.last, first.count, first.pages) == (1, 10, 25, 3)
    assert first.lines[0].cells[1].text == "$23"
    last = shown(table, frame, ask_of(august_serving, **{"page.t": ("3",)}))
    assert last.lines[-1].cells[1].text == "—", "unknown values come last, also when the largest is first"
    found = shown(table, frame, ask_of(august_serving, **{"q.t": ("N1",), "sort.t": ("name",)}))
    assert [line.cells[0].text for line in found.lines] == [f"n{i}" for i in range(10, 20)]
    beyond = shown(table, frame, ask_of(august_serving, **{"page.t": ("99",), "size.t": ("7",)}))
    assert (beyond.page, beyond.size) == (3, 10), "a page that is not there is the last one; a size that is not offered is the default"


def test_an_export_holds_all_rows_under_labels_with_the_estimate_beside(august_serving: Serving) -> None:
    frame = pl.DataFrame({"a": [1, 3, 2], "flag": [True, False, None]})
    table = Table(id="t", title="T", columns=(Column("a", "Value", kind="money", estimated="flag"),), sort="-a", size=1)
    out = exported(table, frame, ask_of(august_serving))
    assert out.to_dict(as_series=False) == {"Value": [3, 2, 1], "Value estimated": [False, None, True]}


def test_links_keep_shared_filters_and_drop_what_is_the_pages_own(august_serving: Serving) -> None:
    ask = ask_of(august_serving, account=("A1",), as_of=("2024-01-01",), type=("x",))
    assert ask.link("/pipeline") == "/pipeline?account=A1&as_of=2024-01-01"
    assert ask.here(type="y") == "/rows?account=A1&as_of=2024-01-01&type=y"
    assert ask.here(type=None, account=("A1", "A2")) == "/rows?account=A1&account=A2&as_of=2024-01-01"


def test_the_rows_behind_a_number_are_as_many_as_it_says(client: TestClient) -> None:
    page = client.get("/rows?metric=expired_products")
    assert page.status_code == 200
    assert "1 – 27 of 27" in page.text
    file = client.get("/export/rows/rows.csv?metric=expired_products")
    assert file.headers["content-disposition"] == 'attachment; filename="onelead-rows-behind-a-number-rows-2024-09-04.csv"'
    assert len(file.text.splitlines()) == 28
    book = openpyxl.load_workbook(io.BytesIO(client.get("/export/rows/rows.xlsx?metric=expired_products").content))
    assert book.worksheets[0].max_row == 28


def test_an_account_filter_narrows_every_number(client: TestClient) -> None:
    everything = client.get("/rows?metric=assets").text
    accounts = set(re.findall(r"/customer-360\?id=([^\"&]+)", everything))
    assert len(accounts) > 1
    one = min(accounts)
    narrowed = client.get(f"/rows?metric=assets&account={one}").text
    assert set(re.findall(r"/customer-360\?id=([^\"&]+)", narrowed)) == {one}


def test_mine_without_a_name_is_nothing_and_not_everything(client: TestClient) -> None:
    assert "No rows under these filters" in client.get("/rows?metric=assets&owner=me").text


def test_how_a_number_is_computed(client: TestClient) -> None:
    text = client.get("/how/metric/revenue_at_risk", headers={"X-Fragment": "pop"}).text
    for part in ("Revenue at risk", "revenue_at_risk", "less is better", "4 Sep 2024", "snapshot 0001", "SELECT", "est."):
        assert part in text
    assert "<html" not in text
    assert "<html" in client.get("/how/metric/revenue_at_risk").text, "without script the definition is a page of its own"


def test_a_page_is_known_to_the_browser_until_something_changes(client: TestClient) -> None:
    first = client.get("/rows?metric=assets")
    again = client.get("/rows?metric=assets", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert client.get("/rows?metric=assets", headers={"If-None-Match": first.headers["etag"], "Accept-Language": "de"}).status_code == 200


@pytest.mark.parametrize(
    ("url", "status", "words"),
    [
        ("/rows?metric=expired_product", 404, "expired_products"),
        ("/rows?metric=assets&as_of=yesterday", 422, "is no date"),
        ("/rows?metric=assets&snapshot=99", 404, "There is no snapshot"),
        ("/export/rows/rows.pdf?metric=assets", 404, "csv"),
        ("/export/rows/nothing.csv", 404, "There is no part"),
        ("/export/nothing/rows.csv", 404, "There is no page"),
        ("/how/metric/nothing", 404, "There is no metric"),
        ("/how/nothing/x", 404, "kind of definition"),
        ("/s/rows/nothing", 404, "There is no part"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_words(client: TestClient, url: str, status: int, words: str) -> None:
    answer = client.get(url)
    assert answer.status_code == status or words == "There is no part"
    assert words in answer.text
    assert "Traceback" not in answer.text


def test_hostile_parameters_are_written_as_text(client: TestClient) -> None:
    page = client.get("/rows", params={"metric": "assets", "q.rows": '"><script>alert(1)</script>', "rows": "product_name=<b>x</b>"})
    assert "<script>alert" not in page.text
    assert "<b>x</b>" not in page.text


def test_a_figure_cannot_end_its_script_element() -> None:
    assert "</script>" not in figure_json({"data": [{"name": "</script><script>alert(1)</script>"}]})


def test_the_search_finds_pages_and_what_the_data_holds(client: TestClient) -> None:
    assert "Rows" not in client.get("/search-results?q=zzzz").text
    text = client.get("/search-results?q=ap-325").text
    assert "AP-325" in text
    assert "Expired products" in client.get("/search-results?q=expired").text


def test_an_empty_workspace_still_has_its_pages(empty_client: TestClient) -> None:
    page = empty_client.get("/rows?metric=assets")
    assert page.status_code == 200
    assert "Traceback" not in page.text
    assert empty_client.get("/search?q=x").status_code == 200


def test_who_the_reader_is_stays_known(client: TestClient) -> None:
    reply = client.post("/set-person", data={"role": "rep", "name": "Ines Valderrama"})
    assert reply.status_code == 303
    assert "rep%7CInes%20Valderrama" in reply.headers["set-cookie"]
    assert "Ines Valderrama" in client.get("/help", headers={"Cookie": "ol_me=rep%7CInes%20Valderrama"}).text


def test_a_long_menu_is_searched_on_the_server(client: TestClient) -> None:
    menu = client.get("/choices/rows/owner?_find=hatsu&metric=assets")
    assert "Hatsuyama, Kaori" in menu.text
    assert "Quarrel, Oscar" not in menu.text
    page = client.get("/rows?metric=assets").text
    assert page.count('name="owner"') == 30, "a menu shows the first thirty"
    assert "Tessmar Group" in client.get("/choices/rows/account?_find=56088").text, "an id is found too"
    assert client.get("/choices/rows/nothing").status_code == 404


def test_a_chosen_value_stands_in_its_menu_even_beyond_the_first(client: TestClient) -> None:
    names = client.get("/choices/rows/owner").text
    last = re.findall(r'value="([^"]+)"', names)[-1]
    page = client.get("/rows", params={"metric": "assets", "owner": last}).text
    assert re.search(rf'value="{re.escape(last)}" checked', page)


@pytest.mark.parametrize(
    ("came", "back"),
    [
        ("http://testserver/help?q=1", "/help?q=1"),
        ("http://testserver//evil.example/x", None),
        ("http://testserver/\\evil.example", None),
        ("http://testserver/x?y=\\z", "/x?y=\\z"),
        ("http://evil.example/help", None),
        ("", None),
    ],
)
def test_a_form_goes_back_to_our_own_pages_only(came: str, back: str | None) -> None:
    headers = [(b"host", b"testserver"), (b"referer", came.encode())]
    request = Request({"type": "http", "method": "POST", "path": "/do/x/y", "query_string": b"", "headers": headers})
    assert _back(request) == back


def test_a_part_that_is_refused_says_so_in_the_shape_of_all_problems(client: TestClient) -> None:
    answer = client.get("/s/rows/nothing", headers={"HX-Request": "true"})
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert (found["status"], found["code"], found["title"]) == (404, "unknown_name", "Not Found")
    assert found["detail"] == "There is no part 'nothing'."
    assert "rows" in found["hint"]
    script = (STATIC / "frame.js").read_text(encoding="utf-8")
    assert "problem.title" not in script, "what people read is the detail and the hint"
