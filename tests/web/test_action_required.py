"""Action Required in the browser's eyes: the list, its acts and their undo, states, filters, and what a hostile file cannot do."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING

import polars as pl
import pytest
from starlette.testclient import TestClient

from onelead.web._actions import meter_of
from onelead.workspace import open_workspace, serve_workspace

from .conftest import app_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from httpx import Response

HOSTILE = '<script>alert(1)</script> & "Sons"'
HX = {"HX-Request": "true"}


def _rows(text: str) -> list[str]:
    return re.findall(r'data-act="([0-9a-f]{16})"', text)


def _counts(text: str) -> dict[str, int]:
    found = text[text.rindex('id="act-states"') :]
    return {name: int(count) for name, count in re.findall(r">(\w+) <span class=\"num\">(\d+)</span>", found)[:5]}


def _post(client: TestClient, name: str, query: str = "", **form: str) -> Response:
    return client.post(f"/do/action-required/{name}?act.base=/action-required&act.id={form['id']}{query}", data=form, headers=HX)


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
    assert _rows(page.text) == expected["action_id"].head(25).to_list()
    assert _counts(page.text)["Open"] == expected.height
    assert '27</strong><span class="of">of 63 assets' in page.text
    assert f"Show {expected.height - 25} more" in page.text
    assert _rows(client.get("/action-required?show=50").text) == expected["action_id"].to_list()


def test_only_the_top_row_is_open_and_has_the_solid_button(client: TestClient) -> None:
    text = client.get("/action-required").text
    assert text.count('class="opener"') == 1
    assert text.count('class="bt sm p" data-do="accept"') == 1
    closed = client.get("/action-required?open=none").text
    assert 'class="opener"' not in closed


def test_a_link_opens_its_row_wherever_it_stands(client: TestClient) -> None:
    last = _rows(client.get("/action-required?show=50").text)[-1]
    text = client.get(f"/action-required?open={last}").text
    assert _rows(text)[0] == last
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
    assert len(_rows(text)) == 1
    assert "Whole workspace" in text
    assert "value unknown" in text
    assert 'class="opener"' in text


@pytest.mark.parametrize(
    ("name", "form", "state", "words"),
    [
        ("accept", {}, "Accepted", "Accepted"),
        ("snooze", {"until": "1w"}, "Snoozed", "Snoozed until 11 Sep"),
        ("snooze", {"until": "1m"}, "Snoozed", "Snoozed until 4 Oct"),
        ("snooze", {"until": "on", "on": "2025-01-31"}, "Snoozed", "Snoozed until 31 Jan 2025"),
        ("dismiss", {"reason": "The data are wrong", "words": "sold in May"}, "Dismissed", "Dismissed"),
        ("done", {"outcome": "won"}, "Done", "Done, won"),
        ("done", {"outcome": "no_result"}, "Done", "Done, no result"),
    ],
)
def test_every_act_shows_its_state_in_place_and_can_be_taken_back(
    own_client: TestClient, name: str, form: dict[str, str], state: str, words: str
) -> None:
    own_client.cookies.set("ol_me", "consultant%7CAda%20Byron")
    first = own_client.get("/action-required").text
    action, total = _rows(first)[3], _counts(first)["Open"]
    answer = _post(own_client, name, id=action, **form)
    assert answer.status_code == 200, answer.text
    assert f'id="act-{action}"' in answer.text
    assert f"{words}, Ada Byron," in answer.text
    assert _counts(answer.text) == {"Open": total - 1, "Accepted": 0, "Snoozed": 0, "Dismissed": 0, "Done": 0} | {state: 1}
    happened = json.loads(answer.headers["HX-Trigger"])
    assert happened["toast"]["undo"] == "/do/action_required/undo"
    assert _rows(own_client.get(f"/action-required?state={state.lower()}").text) == [action]
    assert action not in _rows(own_client.get("/action-required?show=50").text)
    if name == "dismiss":
        assert "Reason: The data are wrong: sold in May" in answer.text
    back = _post(own_client, "undo", id=action)
    assert _counts(back.text)["Open"] == total
    assert 'data-do="accept"' in back.text
    assert action in _rows(own_client.get("/action-required").text)


def test_waiting_is_open_and_accepted_on_every_page(own_client: TestClient) -> None:
    """After one is accepted the list has one less; what waits, and what it is worth, is the same everywhere."""
    before = unescape(own_client.get("/s/home/tiles").text)
    waiting = int(re.findall(r"(\d+) open, 0 accepted", before)[0])
    worth = re.findall(r"\$[\d.,]+[KM]? expected value", before)
    assert worth
    _post(own_client, "accept", id=_rows(own_client.get("/action-required").text)[0])
    after = unescape(own_client.get("/s/home/tiles").text)
    assert f"{waiting - 1} open, 1 accepted" in after
    assert re.findall(r"\$[\d.,]+[KM]? expected value", after) == worth
    assert worth[0].split()[0] in own_client.get("/forecast").text
    assert "; 1 accepted" in own_client.get("/action-required").text


def test_nobody_accepts_what_another_accepted_or_takes_back_another_s_deed(own_client: TestClient) -> None:
    action = _rows(own_client.get("/action-required").text)[3]
    own_client.cookies.set("ol_me", "consultant%7CAda%20Byron")
    toast = json.loads(_post(own_client, "accept", id=action).headers["HX-Trigger"])["toast"]
    form = json.loads(toast["form"])
    assert _post(own_client, "accept", id=action).status_code == 200, "pressed twice"
    own_client.cookies.set("ol_me", "consultant%7CKeiko%20Ito")
    twice = _post(own_client, "accept", id=action)
    assert twice.status_code == 409
    assert "Ada Byron accepted it on" in unescape(twice.text)
    assert _post(own_client, "snooze", id=action, until="1w").status_code == 200
    row = own_client.get("/action-required?state=snoozed").text
    assert f'name="event" value="{int(form["event"]) + 1}"' in row
    own_client.cookies.set("ol_me", "consultant%7CAda%20Byron")
    late = _post(own_client, "undo", **form)
    assert late.status_code == 409
    assert "Keiko Ito snoozed it on" in unescape(late.text)
    assert _rows(own_client.get("/action-required?state=snoozed").text) == [action]


@pytest.mark.parametrize(
    ("name", "form", "said"),
    [
        ("dismiss", {}, "Dismissing needs a reason"),
        ("snooze", {"until": "on"}, "No date to snooze until"),
        ("snooze", {"until": "on", "on": "soon"}, "'soon' is no date"),
        ("snooze", {"until": "on", "on": "2024-09-04"}, "after the as-of date"),
        ("done", {"outcome": "maybe"}, "maybe"),
        ("undo", {}, "Nothing was done"),
        ("accept", {"id": "0123456789abcdef"}, "0123456789abcdef"),
    ],
)
def test_an_act_that_cannot_be_done_says_why_and_changes_nothing(
    own_client: TestClient, name: str, form: dict[str, str], said: str
) -> None:
    first = own_client.get("/action-required").text
    action = _rows(first)[3]
    answer = _post(own_client, name, **{"id": action, **form})
    assert answer.status_code in {404, 422}
    assert said in unescape(answer.text)
    assert _counts(own_client.get("/action-required").text) == _counts(first)


def test_without_scripts_a_form_leads_back_to_the_list(own_client: TestClient) -> None:
    action = _rows(own_client.get("/action-required").text)[0]
    back = "http://testserver/action-required?type=critical_renewal"
    answer = own_client.post("/do/action-required/accept", data={"id": action}, headers={"Referer": back})
    assert (answer.status_code, answer.headers["location"]) == (303, "/action-required?type=critical_renewal")
    assert _rows(own_client.get("/action-required?state=accepted").text) == [action]


def test_a_row_of_another_page_comes_back_with_links_of_that_page(client: TestClient) -> None:
    action = _rows(client.get("/action-required").text)[1]
    text = client.get(f"/f/action-required/row?id=56088&act.base=/customer-360&act.id={action}&act.open=1", headers=HX).text
    assert 'href="/customer-360?id=56088&amp;open=none"' in text
    assert "act-states" not in text
    strange = client.get(f"/f/action-required/row?act.base=//evil.example&act.id={action}", headers=HX).text
    assert "evil" not in strange


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
    assert _rows(text) == expected
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
    action = _rows(text)[0]
    pages = [text, hostile.get(f"/evidence?action={action}").text, hostile.get("/me").text]
    pages.append(_post(hostile, "dismiss", id=action, reason="Another reason", words="<script>alert(3)</script>").text)
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
        assert 0 < len(_rows(mine.text)) < 25
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
