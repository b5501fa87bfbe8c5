"""Acts on actions and their undo: states, who may take back what, and what is refused."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from .action_pages import HX, act, counts_of, rows_of

if TYPE_CHECKING:
    from starlette.testclient import TestClient


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
    action, total = rows_of(first)[3], counts_of(first)["Open"]
    answer = act(own_client, name, id=action, **form)
    assert answer.status_code == 200, answer.text
    assert f'id="act-{action}"' in answer.text
    assert f"{words}, Ada Byron," in answer.text
    assert counts_of(answer.text) == {"Open": total - 1, "Accepted": 0, "Snoozed": 0, "Dismissed": 0, "Done": 0} | {state: 1}
    happened = json.loads(answer.headers["HX-Trigger"])
    assert happened["toast"]["undo"] == "/do/action_required/undo"
    assert rows_of(own_client.get(f"/action-required?state={state.lower()}").text) == [action]
    assert action not in rows_of(own_client.get("/action-required?show=50").text)
    if name == "dismiss":
        assert "Reason: The data are wrong: sold in May" in answer.text
    back = act(own_client, "undo", id=action)
    assert counts_of(back.text)["Open"] == total
    assert 'data-do="accept"' in back.text
    assert action in rows_of(own_client.get("/action-required").text)


def test_waiting_is_open_and_accepted_on_every_page(own_client: TestClient) -> None:
    """After one is accepted the list has one less; what waits, and what it is worth, is the same everywhere."""
    before = unescape(own_client.get("/s/home/tiles").text)
    waiting = int(re.findall(r"(\d+) open, 0 accepted", before)[0])
    worth = re.findall(r"\$[\d.,]+[KM]? expected value", before)
    assert worth
    act(own_client, "accept", id=rows_of(own_client.get("/action-required").text)[0])
    after = unescape(own_client.get("/s/home/tiles").text)
    assert f"{waiting - 1} open, 1 accepted" in after
    assert re.findall(r"\$[\d.,]+[KM]? expected value", after) == worth
    assert worth[0].split()[0] in own_client.get("/forecast").text
    assert "; 1 accepted" in own_client.get("/action-required").text


def test_nobody_accepts_what_another_accepted_or_takes_back_another_s_deed(own_client: TestClient) -> None:
    action = rows_of(own_client.get("/action-required").text)[3]
    own_client.cookies.set("ol_me", "consultant%7CAda%20Byron")
    toast = json.loads(act(own_client, "accept", id=action).headers["HX-Trigger"])["toast"]
    form = json.loads(toast["form"])
    assert act(own_client, "accept", id=action).status_code == 200, "pressed twice"
    own_client.cookies.set("ol_me", "consultant%7CKeiko%20Ito")
    twice = act(own_client, "accept", id=action)
    assert twice.status_code == 409
    assert "Ada Byron accepted it on" in unescape(twice.text)
    assert act(own_client, "snooze", id=action, until="1w").status_code == 200
    row = own_client.get("/action-required?state=snoozed").text
    assert f'name="event" value="{int(form["event"]) + 1}"' in row
    own_client.cookies.set("ol_me", "consultant%7CAda%20Byron")
    late = act(own_client, "undo", **form)
    assert late.status_code == 409
    assert "Keiko Ito snoozed it on" in unescape(late.text)
    assert rows_of(own_client.get("/action-required?state=snoozed").text) == [action]


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
    action = rows_of(first)[3]
    answer = act(own_client, name, **{"id": action, **form})
    assert answer.status_code in {404, 422}
    assert said in unescape(answer.text)
    assert counts_of(own_client.get("/action-required").text) == counts_of(first)


def test_without_scripts_a_form_leads_back_to_the_list(own_client: TestClient) -> None:
    action = rows_of(own_client.get("/action-required").text)[0]
    back = "http://testserver/action-required?type=critical_renewal"
    answer = own_client.post("/do/action-required/accept", data={"id": action}, headers={"Referer": back})
    assert (answer.status_code, answer.headers["location"]) == (303, "/action-required?type=critical_renewal")
    assert rows_of(own_client.get("/action-required?state=accepted").text) == [action]


def test_a_row_of_another_page_comes_back_with_links_of_that_page(client: TestClient) -> None:
    action = rows_of(client.get("/action-required").text)[1]
    text = client.get(f"/f/action-required/row?id=56088&act.base=/customer-360&act.id={action}&act.open=1", headers=HX).text
    assert 'href="/customer-360?id=56088&amp;open=none"' in text
    assert "act-states" not in text
    strange = client.get(f"/f/action-required/row?act.base=//evil.example&act.id={action}", headers=HX).text
    assert "evil" not in strange
