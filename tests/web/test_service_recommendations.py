"""Service Recommendations on the August sample, and where there is nothing to show."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import TYPE_CHECKING

import polars as pl
import pytest

from onelead.core.viewer import LOCAL_ADMIN
from onelead.web.figures.practices import practice_figure
from onelead.workspace.service_gaps import practice_cells
from onelead.workspace.service_offers import CROSS_SELL, offers, practice_totals

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from onelead.workspace import Serving

PAGE = "/service-recommendations"
TABS = ("gaps", "grid", "cross", "upsell", "catalogue")


def page(client: TestClient, **params: str) -> str:
    reply = client.get(PAGE, params=params)
    assert reply.status_code == 200
    assert "This part could not be computed" not in reply.text
    return reply.text


@pytest.fixture(scope="module")
def cells(august_serving: Serving) -> pl.DataFrame:
    return august_serving.ask(LOCAL_ADMIN, practice_cells, august_serving.stamp())


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_stands_with_unique_ids(client: TestClient, tab: str) -> None:
    text = page(client, tab=tab)
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert 'style="color' not in text
    assert "est." in text


def test_the_grid_shows_every_cell_and_its_links_open_what_it_counts(client: TestClient, cells: pl.DataFrame) -> None:
    text = page(client, tab="grid")
    links = {
        kind: [html.unescape(url) for url in re.findall(rf'class="wc {kind}[^"]*" href="([^"]+)"', text)]
        for kind in ("got", "deal", "gap", "low", "unk")
    }
    counts = dict(cells.group_by("state").len().iter_rows())
    assert [len(links[kind]) for kind in ("got", "deal", "gap", "low", "unk")] == [
        counts.get(state, 0) for state in ("Bought", "Open opportunity", "Whitespace", "Not indicated", "Unknown")
    ]
    for kind, state, column in (("got", "Bought", "projects"), ("deal", "Open opportunity", "deals")):
        cell = cells.filter(pl.col("state") == state).row(0, named=True)
        url = next(link for link in links[kind] if f"account={cell['account_id']}" in link)
        assert f" of {cell[column]}</span>" in client.get(url).text, url
    opened = client.get(links["gap"][0].partition("#")[0]).text
    assert "similar accounts bought it" in opened
    assert "Services of the catalogue" in opened


def test_the_reason_of_a_cell_names_the_similar_accounts(client: TestClient, cells: pl.DataFrame) -> None:
    gap = cells.filter(pl.col("state") == "Whitespace").row(0, named=True)
    text = page(client, tab="grid", of=gap["account_id"], about=gap["practice"])
    assert f"{gap['buyers']} of {gap['similar']}" in text
    assert text.count(">bought</span>") == gap["buyers"]
    assert text.count(">did not</span>") == gap["similar"] - gap["buyers"]
    assert "are not in the grid" in page(client, tab="grid", of="nobody", about="nothing")


def test_filters_narrow_what_is_shown(client: TestClient, august_serving: Serving) -> None:
    text = page(client, tab="grid", practice="Hybrid Cloud")
    assert "Hybrid Cloud" in text
    assert "Security &amp; Risk</a></th>" not in text
    every = august_serving.ask(LOCAL_ADMIN, offers, august_serving.stamp(), CROSS_SELL)
    strong = every.filter(pl.col("sure") == "Strong").height
    assert f"of {every.height}</span>" in page(client, tab="cross")
    assert f"of {strong}</span>" in page(client, tab="cross", sure="Strong")
    only = every.filter(pl.col("type") == "whitespace").height
    assert 0 < only < every.height
    assert f"of {only}</span>" in page(client, tab="cross", type="whitespace")


def test_the_account_filter_narrows_rows_and_not_peers(client: TestClient, cells: pl.DataFrame) -> None:
    gap = cells.filter(pl.col("state") == "Whitespace").row(0, named=True)
    text = page(client, tab="grid", account=gap["account_id"])
    assert text.count('<th scope="row">') == 1
    assert f"{gap['buyers']} of {gap['similar']} similar accounts" in html.unescape(text)


def test_confidence_of_a_rule_is_a_word_and_a_hollow_meter(client: TestClient) -> None:
    text = page(client, tab="cross")
    assert "by rule" in text
    assert 'class="conf rule"' in text
    assert not re.search(r"<dd>\d+%", text), "no percentage where no outcome was recorded"


def test_the_grid_is_taken_away_with_all_its_cells(client: TestClient, cells: pl.DataFrame) -> None:
    reply = client.get("/export/service_recommendations/grid.csv")
    assert reply.status_code == 200
    rows = list(csv.DictReader(io.StringIO(reply.text.lstrip("\ufeff"))))
    assert len(rows) == cells.height
    assert {row["state"] for row in rows} == set(cells["state"])


def test_the_figure_stacks_the_states_of_each_practice(august_serving: Serving) -> None:
    from tests.web.test_frame import ask_of

    frame = august_serving.ask(LOCAL_ADMIN, practice_totals, august_serving.stamp())
    figure = practice_figure(frame, ask_of(august_serving))
    assert [sum(values) for values in zip(*(trace["x"] for trace in figure["data"]), strict=True)] == [10] * frame.height
    assert all(trace["marker"]["color"].startswith("token:--ol-") for trace in figure["data"])
    assert all(link.startswith("/") for trace in figure["data"] for link in trace["customdata"])


def test_nothing_loaded_and_nothing_to_compare(empty_client: TestClient) -> None:
    assert empty_client.get(PAGE).status_code == 200
