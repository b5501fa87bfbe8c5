"""Action Required in the browser's eyes: the list, its acts and their undo, states, filters, and what a hostile file cannot do."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import polars as pl
import pytest
from starlette.testclient import TestClient

from onelead.web._actions import meter_of
from onelead.workspace import open_workspace, serve_workspace

from .action_pages import act, counts_of, rows_of
from .conftest import app_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


HOSTILE = '<script>alert(1)</script> & "Sons"'


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[TestClient]:
    """One account with a hostile name, owner, product and serial number."""
    asset = {
        "asset_id": "<img src=x>",
        "territory_id": "70001",
        "account_name": HOSTILE,
        "product_category": "<b>WLAN</b>",
        "product_name": "<i>AP</i>",
        "end_of_life_date": "2020-01-31",
        "support_status": "<u>none</u>",
    }
    deal = {"opportunity_id": "O1", "territory_id": "70001", "account_name": HOSTILE, "owner_name": "<svg onload=alert(2)>"}
    pl.DataFrame([asset]).write_csv(tmp_path / "assets.csv")
    pl.DataFrame([deal]).write_csv(tmp_path / "opportunities.csv")
    with open_workspace(tmp_path / "ws") as opened:
        opened.load(tmp_path / "assets.csv", tmp_path / "opportunities.csv")
    serving = serve_workspace(tmp_path / "ws")
    yield TestClient(app_of(serving), follow_redirects=False)
    serving.close()


def test_the_list_stands_in_the_order_of_the_facade(client: TestClient, august_workspace: Path) -> None:
    page = client.get("/action-required")
    assert page.status_code == 200
    with open_workspace(august_workspace) as ws:
        expected = ws.actions()
    assert rows_of(page.text) == expected["action_id"].head(25).to_list()
    assert counts_of(page.text)["Open"] == expected.height
    assert '27</strong><span class="of">of 63 assets' in page.text
    assert f"Show {expected.height - 25} more" in page.text
    assert rows_of(client.get("/action-required?show=50").text) == expected["action_id"].to_list()


def test_only_the_top_row_is_open_and_has_the_solid_button(client: TestClient) -> None:
    text = client.get("/action-required").text
    assert text.count('class="opener"') == 1
    assert text.count('class="bt sm p" data-do="accept"') == 1
    closed = client.get("/action-required?open=none").text
    assert 'class="opener"' not in closed


def test_only_the_open_row_holds_the_fields_of_its_menus(client: TestClient) -> None:
    """The other rows get theirs from one copy when a menu is opened: browsers look every field over before they draw what is ready."""
    page, copies, rest = re.split("<template data-menus>(.*?)</template>", client.get("/action-required").text, flags=re.DOTALL)
    for name in ("snooze", "dismiss", "done"):
        assert copies.count(f'action="/do/action-required/{name}"') == 1
        assert (page + rest).count(f'action="/do/action-required/{name}"') == 1
        assert rest.count(f'data-menu="{name}"') == 25


def test_a_link_opens_its_row_wherever_it_stands(client: TestClient) -> None:
    last = rows_of(client.get("/action-required?show=50").text)[-1]
    text = client.get(f"/action-required?open={last}").text
    assert rows_of(text)[0] == last
    assert "Opened by its link" in text
    assert client.get("/action-required?open=0123456789abcdef").status_code == 200


def test_the_opened_row_shows_letter_evidence_and_services(client: TestClient) -> None:
    text = client.get("/action-required").text
    assert re.search(r'<mark class="fill">30 June 2018</mark>', text)
    assert "5 of 5 filled" in text
    assert "All 4 rows" in text
    assert "mailto:?subject=Next%20steps" in text
    assert "Server Health Check Assessment" in text


def test_a_row_of_the_whole_workspace_has_no_account(client: TestClient) -> None:
    text = client.get("/action-required?type=map_credits").text
    assert len(rows_of(text)) == 1
    assert "Whole workspace" in text
    assert "value unknown" in text
    assert 'class="opener"' in text


CRITICAL = pl.col("urgency") == "Critical"


@pytest.mark.parametrize(
    ("query", "test"),
    [
        ("type=service_expansion", pl.col("type") == "service_expansion"),
        ("type=service_expansion&type=planned_renewal", pl.col("type").is_in(["service_expansion", "planned_renewal"])),
        ("urgency=Critical", CRITICAL),
        ("subject=WLAN+HW", pl.col("subject") == "WLAN HW"),
        ("least=20000", pl.col("expected_value") >= 20_000),
        ("account=56088", pl.col("account_id") == "56088"),
        ("week=2024-09-11", pl.col("due_date").dt.truncate("1w") == pl.date(2024, 9, 9)),
        ("state=done", pl.lit(value=False)),
        ("type=map_credits&urgency=Critical", pl.lit(value=False)),
    ],
)
def test_filters_narrow_the_list(client: TestClient, august_workspace: Path, query: str, test: pl.Expr) -> None:
    with open_workspace(august_workspace) as ws:
        expected = ws.actions().filter(test)["action_id"].to_list()
    text = client.get(f"/action-required?show=100&{query}").text
    assert rows_of(text) == expected
    assert expected or "Clear filters" in text or "Nothing is done yet" in text


def test_wrong_filters_say_what_is_valid(client: TestClient) -> None:
    for query in ("state=nonsense", "type=nonsense", "order=nonsense", "least=much", "week=soon"):
        answer = client.get(f"/action-required?{query}")
        assert answer.status_code < 500
        assert "nonsense" in answer.text or "much" in answer.text or "soon" in answer.text


def test_an_empty_workspace_keeps_the_page(empty_client: TestClient) -> None:
    for path in ("/action-required", "/evidence", "/me", "/"):
        assert empty_client.get(path).status_code == 200


def test_names_from_files_are_only_ever_text(hostile: TestClient) -> None:
    text = hostile.get("/action-required").text
    action = rows_of(text)[0]
    pages = [text, hostile.get(f"/evidence?action={action}").text, hostile.get("/me").text]
    pages.append(act(hostile, "dismiss", id=action, reason="Another reason", words="<script>alert(3)</script>").text)
    pages.append(hostile.get("/action-required?state=dismissed").text)
    for page in pages:
        for bad in ("<script>alert", "<img src=x", "<b>WLAN", "<i>AP", "<u>none", "<svg onload"):
            assert bad not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_one_account_is_enough(hostile: TestClient) -> None:
    text = hostile.get("/action-required").text
    assert "1 open action in 1 account" in unescape(text) or "open actions in 1 account" in unescape(text)


def test_evidence_opens_the_rows_that_a_chip_counts(client: TestClient) -> None:
    text = client.get("/action-required").text
    chips = re.findall(r'class="ev [a-z]*" href="(/evidence[^"]+)">.*?</svg>(\d+) ', text)
    assert len(chips) > 20
    for url, count in chips[:6]:
        page = client.get(unescape(url))
        assert page.status_code == 200
        assert f'<span class="sub num">{count} row' in page.text


def test_the_list_is_taken_away_whole(client: TestClient) -> None:
    answer = client.get("/export/action_required/list.csv")
    assert answer.status_code == 200
    assert answer.text.count("critical_renewal") == 10
    assert len(answer.text.strip().splitlines()) > 30


def test_mine_is_what_the_reader_said(client: TestClient) -> None:
    client.cookies.set("ol_me", "consultant%7CKirasawa%2C%20Viktor")
    try:
        mine = client.get("/action-required?owner=me")
        assert 0 < len(rows_of(mine.text)) < 25
        home = client.get("/")
        assert "For you, consultant" in home.text
        assert "/action-required?owner=me" in home.text
    finally:
        client.cookies.clear()


def test_only_measured_chances_get_a_percentage() -> None:
    class Fmt:
        def percent(self, value: float) -> str:
            return f"{value:.0%}"

        def span(self, low: float, high: float, unit: str) -> str:
            del unit
            return f"{low:.0%} – {high:.0%}"

    class Asked:
        fmt = Fmt()

    guess = meter_of({"chance_low": None, "chance": 0.5, "confidence": "Medium"}, Asked())  # type: ignore[arg-type]
    assert (guess.word, guess.filled, guess.measured, guess.note) == ("Fair", 2, False, "by rule")
    known = meter_of({"chance_low": 0.6, "chance_high": 0.9, "chance": 0.77, "confidence": "Low"}, Asked())  # type: ignore[arg-type]
    assert (known.word, known.filled, known.measured, known.note) == ("77%", 4, True, "model 60%–90%")
