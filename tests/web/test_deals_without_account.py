"""Deals that hang on no account are their owner's all the same, for readers who see every account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import app_of
from tests.web.test_deal_owners import said
from tests.workspace._deals import SECOND

from onelead.core.viewer import LOCAL_ADMIN, Viewer
from onelead.workspace import open_workspace, serve_workspace
from onelead.workspace.deals import deal_data, deals
from onelead.workspace.people import accounts_of, busiest_owners, main_owners, persons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onelead.workspace import Serving

ROWS = """opportunity_id,opportunity_name,territory_id,account_name,owner_name,amount,currency
A,Deal A,56001,Alder Foods,Ines Falk,100,USD
B,Deal B,56001,Alder Foods,Jon Berg,200,USD
C,Deal C,,,Ines Falk,7,USD
D,Deal D,,,Solo Ray,9,USD
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Ines owns a deal of Alder Foods and one of nobody, Jon one of Alder Foods, Solo one of nobody."""
    folder = tmp_path_factory.mktemp("alone")
    (folder / "opportunities.csv").write_text(ROWS, encoding="utf-8")
    with open_workspace(folder / "ws") as opened:
        opened.load(folder / "opportunities.csv", as_of=SECOND)
    serving = serve_workspace(folder / "ws")
    yield serving
    serving.close()


@pytest.fixture(scope="module")
def reader(served: Serving) -> TestClient:
    return TestClient(app_of(served), follow_redirects=False)


def test_they_count_for_their_owner_and_it_is_said(reader: TestClient) -> None:
    hers = said(reader, "/s/pipeline/deal-tiles?owner=Ines+Falk")
    assert "$107" in hers
    assert "2 deals, 1 without an account" in hers
    assert "$9" in said(reader, "/s/pipeline/deal-tiles?owner=Solo+Ray")
    jons = said(reader, "/s/pipeline/deal-tiles?owner=Jon+Berg")
    assert "$200" in jons
    assert "without an account" not in jons


def test_the_rows_behind_are_those_that_were_counted(reader: TestClient) -> None:
    page = reader.get("/s/pipeline/deal-tiles?owner=Ines+Falk").text
    link = next(part for part in page.split('"') if part.startswith("/rows") and "open_pipeline_value" in part)
    rows = said(reader, link.replace("&amp;", "&"))
    assert "Deal A" in rows
    assert "Deal C" in rows
    assert "Deal B" not in rows


def test_an_account_filter_leaves_the_deals_of_the_account(reader: TestClient, served: Serving) -> None:
    with served.workspace(LOCAL_ADMIN) as opened:
        account = opened.accounts()["account_id"][0]
    tiles = said(reader, f"/s/pipeline/deal-tiles?owner=Ines+Falk&account={account}")
    assert "$100" in tiles
    assert "without an account" not in tiles


def test_people_with_such_deals_only_are_people(served: Serving) -> None:
    with served.workspace(LOCAL_ADMIN) as opened:
        assert opened.ask(busiest_owners) == [("Ines Falk", 1), ("Jon Berg", 1), ("Solo Ray", 0)]
        assert opened.ask(accounts_of, ("Solo Ray", "Ines Falk")) == (opened.accounts()["account_id"][0],)
        assert None not in opened.ask(main_owners, tuple(opened.accounts()["account_id"]))
        assert dict(opened.ask(persons).select("person", "accounts").iter_rows()) == {"Ines Falk": 1, "Jon Berg": 1, "Solo Ray": 0}
        assert opened.ask(deal_data)["alone"] == 2


def test_readers_of_some_accounts_do_not_see_them(served: Serving) -> None:
    with served.workspace(LOCAL_ADMIN) as opened:
        account = str(opened.accounts()["account_id"][0])
    rep = Viewer("rep", roles=frozenset({"rep"}), account_ids=frozenset({account}))
    with served.workspace(rep) as opened:
        assert opened.ask(deals)["opportunity_id"].to_list() == ["A", "B"]
        assert "Solo Ray" not in {name for name, _ in opened.ask(busiest_owners)}
