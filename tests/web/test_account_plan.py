"""The printable plan of an account: what it must hold, for whom, and what it says where data are missing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
from starlette.testclient import TestClient
from tests.web.conftest import app_of
from tests.web.test_customer_360 import ask_of, text_of

from onelead.core.viewer import LOCAL_ADMIN
from onelead.web._render import render_page
from onelead.workspace import open_workspace, serve_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace import Serving

PATH = "/account-plan"
SECTIONS = ("Where it stands", "Life-cycle exposure", "Actions and next steps", "Opportunities", "Dates ahead", "Agreed steps")


def test_the_plan_holds_all_its_sections_and_every_action(client: TestClient, august_workspace: Path) -> None:
    page = client.get(f"{PATH}?id=56088").text
    words = text_of(page)
    for section in SECTIONS:
        assert section in words
    with open_workspace(august_workspace) as ws:
        actions = ws.actions(account="56088")
    for title in actions["title"]:
        assert title in words
    assert f"{actions.height} actions wait, expected to be worth" in words
    assert page.count('class="fill"') == actions.height


def test_estimates_are_marked(client: TestClient) -> None:
    page = client.get(f"{PATH}?id=56088").text
    risk = page.split("Revenue at risk", 1)[1].split("</div>", 1)[0]
    assert "is-est" in risk
    assert 'class="est"' in risk


def test_it_is_printed_without_the_shell_and_is_not_in_the_menu(client: TestClient) -> None:
    page = client.get(f"{PATH}?id=56088").text
    assert 'class="paper"' in page
    assert "data-print" in page
    assert "Account plan" not in page.split('<nav class="ol-nav"', 1)[1].split("</nav>", 1)[0]


def test_without_or_with_a_wrong_account_it_says_where_to_choose(client: TestClient) -> None:
    assert "A plan is of one account" in client.get(PATH).text
    assert "/account-plan?id=56088" in client.get(PATH, params={"id": "Tesmar Grup"}).text


def test_a_plan_of_somebody_elses_account_is_not_written(august_serving: Serving) -> None:
    rep = replace(LOCAL_ADMIN, user="rep", roles=frozenset({"rep"}), account_ids=frozenset({"56102"}))
    html = render_page(replace(ask_of(august_serving, PATH, id=("56088",)), everyone=rep))
    assert "Tessmar" not in html
    assert "Where it stands" not in html


def test_an_account_of_one_deal_has_a_plan_that_says_what_is_not_known(tmp_path: Path) -> None:
    pl.DataFrame([{"opportunity_id": "O1", "opportunity_name": "One", "territory_id": "56001", "account_name": "Alder"}]).write_csv(
        tmp_path / "opportunities.csv"
    )
    with open_workspace(tmp_path / "ws") as ws:
        ws.load(tmp_path / "opportunities.csv")
    serving = serve_workspace(tmp_path / "ws")
    words = text_of(TestClient(app_of(serving)).get(f"{PATH}?id=56001").text)
    serving.close()
    assert "No assets of this account are loaded." in words
    assert "Revenue at risk —" in words
    assert "1 deal no amounts" in words
