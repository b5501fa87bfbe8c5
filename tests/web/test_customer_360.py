"""Customer 360: an account with all its tabs, the list to choose from, what is not there, its figures, and row rights."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date
from html import unescape
from typing import TYPE_CHECKING

import pytest

from onelead.core.viewer import LOCAL_ADMIN
from onelead.web._ask import Ask
from onelead.web._formats import Formats
from onelead.web._render import pages, render_page
from onelead.web.figures import lifecycle
from onelead.web.pages._customer_360 import arc, gauge
from onelead.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

    from onelead.workspace import Serving

PATH = "/customer-360"
TABS = ("overview", "assets", "deals", "projects", "credits", "actions", "identity", "history", "why")


def ask_of(serving: Serving, path: str = PATH, **params: tuple[str, ...]) -> Ask:
    stamp = serving.stamp()
    assert stamp is not None
    page = pages()[path.strip("/").replace("-", "_")]
    return Ask(serving, LOCAL_ADMIN, stamp, path, params, Formats("en", "USD", stamp.as_of), page=page)


def text_of(html: str) -> str:
    """Words of a page, without marks."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_shows_the_account(client: TestClient, tab: str) -> None:
    answer = client.get(f"{PATH}?id=56088&tab={tab}")
    assert answer.status_code == 200
    assert "Tessmar Group" in answer.text
    assert re.search(rf'tab={tab}" aria-current="page"', answer.text)
    assert 'class="ban crit' not in answer.text


def test_the_head_shows_the_numbers_of_the_metrics(client: TestClient, august_workspace: Path) -> None:
    with open_workspace(august_workspace) as ws:
        health = ws.health().filter(account_id="56088").row(0, named=True)
        assets = ws.query("assets", by=["account_id"]).filter(account_id="56088")["value"].item()
    words = text_of(client.get(f"{PATH}?id=56088").text)
    assert f"{health['score']:.0f} of 100" in words
    assert f"Assets {assets:.0f} 10 expired" in words
    assert "Credits left 33 of 139" in words
    assert "no amounts loaded" in words


def test_ten_accounts_are_too_few_for_a_percentage(client: TestClient) -> None:
    """The chance is a word by the documented score: no calibrated model, no percentage."""
    panel = client.get("/s/customer_360/why?id=56088").text
    assert "High" in panel
    assert "not a probability" in panel
    assert "interval" not in panel


@pytest.mark.parametrize("given", ["Tessmar Group", "300114207", "N-b457d1ca"])
def test_a_name_a_source_id_and_a_named_account_open_it(client: TestClient, given: str) -> None:
    assert "><bdi>Tessmar Group</bdi></h2>" in client.get(PATH, params={"id": given}).text


def test_what_is_not_there_offers_what_is_near(client: TestClient) -> None:
    answer = client.get(PATH, params={"id": "Tesmar Grup <b>"})
    assert "Tesmar Grup &lt;b&gt;" in answer.text
    assert "/customer-360?id=56088" in answer.text
    assert 'id="b-why"' not in answer.text


def test_without_an_account_there_is_the_list(client: TestClient) -> None:
    page = client.get(PATH).text
    assert page.count("data-href=") == 10
    first = page.split("data-href=", 1)[1]
    assert first.startswith('"/customer-360?id=56342"')  # $116,000 at risk, the most
    assert "data-href=" not in client.get(f"{PATH}?q.list=nosuchname").text


def test_the_list_heeds_the_account_filters(client: TestClient) -> None:
    assert client.get(f"{PATH}?where=region%3DDACH").text.count("data-href=") == 1


def test_tables_are_taken_away_whole(client: TestClient) -> None:
    answer = client.get("/export/customer_360/projects.csv?id=56088&tab=projects")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert len(rows) == 520
    assert {"Project", "Stage", "Value"} <= set(rows[0])


def test_the_timeline_narrows_to_a_kind(client: TestClient) -> None:
    words = text_of(client.get("/s/customer_360/timeline?id=56088&kind=Credits").text)
    assert "credit contract" in words
    assert "Project started" not in words


def test_an_action_is_worked_on_the_page(own_client: TestClient) -> None:
    page = own_client.get(f"{PATH}?id=56088&tab=actions").text
    action = re.search(r'id="act-([0-9a-f]+)"', page)
    assert action is not None
    before = int(re.search(r"Accepted <span class=\"num\">(\d+)", page).group(1))  # type: ignore[union-attr]
    done = own_client.post(f"/do/action-required/accept?id=56088&act.id={action.group(1)}", data={"id": action.group(1)})
    assert done.status_code in {200, 204, 303}
    after = own_client.get(f"{PATH}?id=56088&tab=actions").text
    assert int(re.search(r"Accepted <span class=\"num\">(\d+)", after).group(1)) == before + 1  # type: ignore[union-attr]
    assert "Accepted:" in text_of(own_client.get("/s/customer_360/timeline?id=56088&kind=Actions").text)


def test_a_reader_of_other_accounts_finds_nothing(august_serving: Serving) -> None:
    """The same address as everybody's, with the rights of a rep of another account: nothing of it, not even its name as a suggestion."""
    ask = ask_of(august_serving, id=("56088",))
    assert "Tessmar" in render_page(ask)
    rep = replace(LOCAL_ADMIN, user="rep", roles=frozenset({"rep"}), account_ids=frozenset({"56102"}))
    for query in ({"id": ("56088",)}, {"id": ("Tessmar Group",)}, {"id": ("300114207",)}, {}):
        html = render_page(replace(ask_of(august_serving, **query), everyone=rep))
        assert "Tessmar Group" not in html.replace("“Tessmar Group”", "").replace("Tessmar+Group", "").replace('value="Tessmar Group"', "")
        assert 'id="b-why"' not in html
    assert "Kazemori" in render_page(replace(ask_of(august_serving), everyone=rep))


def test_an_empty_workspace_keeps_the_page(empty_client: TestClient) -> None:
    assert "Customer 360" in empty_client.get(f"{PATH}?id=56088").text


# Figures ---------------------------------------------------------------------------------------------------------------


def asset(start: str | None, life: str | None, service: str | None, *, announced: bool = True) -> dict[str, object]:
    days = {"support_start_date": start, "end_of_life_date": life, "end_of_service_date": service}
    found: dict[str, object] = {name: date.fromisoformat(day) if day else None for name, day in days.items()}
    left = 1 if announced else None
    return {**found, "days_to_end_of_life": left if life else None, "days_to_end_of_service": left if service else None}


def test_the_stretches_of_a_life_by_hand() -> None:
    """On a scale of 2020 to 2029 (3,652 days): current to one year before the end of life, then that year, then to the end of service."""
    scale = lifecycle.Scale(date(2020, 1, 1), date(2029, 12, 31))
    bars = lifecycle.bars_of(asset("2021-01-01", "2025-01-01", "2027-01-01"), scale)
    assert [bar.kind for bar in bars] == ["current", "last", "past"]
    assert bars[0].left == pytest.approx(100 * 366 / 3652)
    assert bars[1].width == pytest.approx(100 * 365 / 3652)
    assert bars[2].left == pytest.approx(100 * 1827 / 3652)
    assert bars[2].width == pytest.approx(100 * 730 / 3652)


def test_a_life_without_an_end_fades_and_one_without_a_date_is_not_drawn() -> None:
    scale = lifecycle.Scale(date(2020, 1, 1), date(2029, 12, 31))
    assert [bar.kind for bar in lifecycle.bars_of(asset("2021-01-01", "2099-12-31", None, announced=False), scale)] == ["open"]
    assert lifecycle.bars_of(asset("2021-01-01", None, None), scale) == []


def test_support_that_began_after_the_end_of_life_has_no_current_stretch() -> None:
    scale = lifecycle.Scale(date(2020, 1, 1), date(2029, 12, 31))
    bars = lifecycle.bars_of(asset("2026-01-01", "2025-01-01", "2028-01-01"), scale)
    assert "current" not in [bar.kind for bar in bars]
    assert all(0 <= bar.left <= 100 and bar.left + bar.width <= 100.001 for bar in bars)


def test_the_scale_holds_the_as_of_date_and_cuts_far_ends() -> None:
    scale = lifecycle.scale_of([asset("2015-05-01", "2018-01-01", "2080-01-01")], date(2024, 9, 4))
    assert scale.first == date(2015, 1, 1)
    assert scale.last.year <= 2030
    assert 0 < scale.at(date(2024, 9, 4)) < 100


def test_the_gauge_goes_round_three_quarters() -> None:
    """0 is at the lower left, 50 at the top, 100 at the lower right of a circle around (74, 74)."""
    assert arc(0, 100, 56).startswith("M34.4 113.6")
    assert arc(0, 100, 56).endswith("113.6 113.6")
    assert arc(0, 50, 56).endswith("74.0 18.0")
    found = gauge(None, {"healthy": 70, "at_risk": 40})
    assert found["value"] is None
    assert [tone for _, tone in found["bands"]] == ["crit", "warn", "good"]


def test_events_of_the_timeline_lead_to_what_they_are_about(client: TestClient) -> None:
    for kind, lead in (("Projects", "/record?kind=project&amp;id="), ("Credits", "tab=credits"), ("Assets", "q.assets=")):
        text = client.get(f"/s/customer_360/timeline?id=56088&kind={kind}").text
        events = text[text.index('<ul class="tl') :]
        links = re.findall(r'<div class="b550"><a href="([^"]+)"', events)
        assert len(links) == events.count("<li>"), kind
        assert any(lead in link for link in links), (kind, links)
        assert client.get(unescape(links[0])).status_code == 200
