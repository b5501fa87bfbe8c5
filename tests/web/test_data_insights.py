"""Data Insights: every tab, the figures without a server, what people decide on identities, going back to a snapshot."""

from __future__ import annotations

import json
import re
from html import unescape
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import polars as pl
import pytest
from starlette.testclient import TestClient
from tests.web.conftest import app_of
from tests.workspace._exports import ASSETS, PROJECTS, write_export

from onelead.core.viewer import LOCAL_ADMIN
from onelead.web._formats import Formats
from onelead.web.figures.lineage import flow
from onelead.web.pages import _quality, _spread
from onelead.workspace import open_workspace, serve_workspace
from onelead.workspace.jobs import jobs_of
from onelead.workspace.reviewing import review_list

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.web._ask import Ask
    from onelead.workspace import Serving

TABS = ("quality", "distributions", "correlations", "quarantine", "identities", "snapshots", "lineage")
LONG = 60


@pytest.fixture
def review(tmp_path: Path) -> Iterator[Serving]:
    """Three assets of two territories, and two project customers that join none: both are to be reviewed. One row in quarantine."""
    bad = [*ASSETS, {**ASSETS[0], "asset_id": "S9", "end_of_life_date": "soon"}]
    with open_workspace(tmp_path / "ws") as opened:
        opened.load(*write_export(tmp_path / "a", assets=bad, projects=PROJECTS), accept_bad_rows=True)  # type: ignore[arg-type]
    serving = serve_workspace(tmp_path / "ws")
    yield serving
    jobs_of(serving).close()
    serving.close()


@pytest.fixture
def reader(review: Serving) -> TestClient:
    return TestClient(app_of(review), follow_redirects=False)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def figure(html: str, block: str) -> dict[str, Any]:
    found = re.search(rf'id="fig-{block}">(.*?)</script>', html, re.DOTALL)
    assert found, f"no figure in {block}"
    return cast("dict[str, Any]", json.loads(found.group(1)))


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_stands_and_nothing_failed(client: TestClient, tab: str) -> None:
    page = client.get(f"/data-insights?tab={tab}")
    assert page.status_code == 200
    assert "could not be computed" not in page.text
    assert 'role="alert"' not in page.text
    assert page.text.count("<h1>") == 1


def test_quality_shows_grades_and_gaps_that_agree(client: TestClient) -> None:
    page = client.get("/data-insights?tab=quality&table=projects").text
    assert "Services projects: " in page
    gaps = figure(page, "gaps")["data"][0]
    column = gaps["x"].index("Services projects")
    shown = dict(zip(gaps["y"], [row[column] for row in gaps["z"]], strict=True))
    assert shown["customer id"] == pytest.approx(shares_of_projects(client)["customer_id"], abs=1e-4)


def shares_of_projects(client: TestClient) -> dict[str, float]:
    """Share missing by column of projects, from the CSV that the block gives away."""
    frame = pl.read_csv(client.get("/export/data_insights/gaps.csv").content).filter(pl.col("Table") == "Services projects")
    return dict(frame.select("Column", pl.col("Empty") / pl.col("Rows")).iter_rows())


def test_a_column_is_chosen_by_the_address(client: TestClient) -> None:
    page = client.get("/data-insights?tab=distributions&of=assets&column=product_category").text
    bars = figure(page, "spread")["data"][0]
    assert dict(zip(map(unescape, bars["y"]), bars["x"], strict=True)) == {
        "WLAN HW": 37,
        "Server Storage & Inf": 17,
        "x86 Premium Servers": 7,
        "C-Class Units & Enclosures": 2,
    }
    assert "Product category: 63 rows with a value" in words(page)


def test_a_column_that_is_not_there_falls_back_to_one_that_is(client: TestClient) -> None:
    page = client.get("/data-insights?tab=distributions&of=nothing&column=nothing")
    assert page.status_code == 200
    assert "Features of accounts" in page.text


def test_correlations_name_what_was_left_out(client: TestClient) -> None:
    page = client.get("/data-insights?tab=correlations&method=spearman").text
    heat = figure(page, "heat")["data"][0]
    assert heat["x"] == heat["y"]
    assert "The same for every account, so left out" in page
    assert "over 10 accounts" in page


def test_quarantine_is_narrowed_by_table_and_reason_and_exported_whole(reader: TestClient) -> None:
    page = reader.get("/data-insights?tab=quarantine").text
    assert "soon" in page
    links = re.findall(r'data-href="([^"]*reason=[^"]*)"', page)
    assert links
    assert "soon" in reader.get(links[0].replace("&amp;", "&")).text
    assert "No row" in reader.get("/data-insights?tab=quarantine&table=projects").text
    csv = pl.read_csv(reader.get("/export/data_insights/quarantine.csv").content)
    assert csv.height == 1
    assert "S9" in csv["Row as it came"][0]


def test_a_decision_on_an_identity_is_kept_undone_and_computed(reader: TestClient, review: Serving) -> None:
    """Keep one customer as an account of its own; join the other with a territory by its id; compute again."""
    page = reader.get("/data-insights?tab=identities").text
    links = list(dict.fromkeys(re.findall(r'name="link" value="([0-9a-f]+)"', page)))
    assert len(links) == 2
    assert "Compute again" not in page
    answer = reader.post("/do/data_insights/split", data={"link": links[0]}, headers={"HX-Request": "true"})
    happened = json.loads(answer.headers["HX-Trigger"])
    assert happened["redraw"]["blocks"] == ["review", "waits"]
    page = reader.get("/data-insights?tab=identities").text
    assert "A customer of its own, local" in words(page)
    assert "Compute again" in page
    undo = happened["toast"]
    reader.post(undo["undo"], data=json.loads(undo["form"]))
    assert review.ask(LOCAL_ADMIN, review_list, review.stamp())["decision"].null_count() == 2  # type: ignore[arg-type]
    reader.post("/do/data_insights/same", data={"link": links[1], "other": "56002"})
    answer = reader.post("/do/load/refresh")
    jobs_of(review).wait(answer.headers["location"].partition("job=")[2], LONG)
    page = reader.get("/data-insights?tab=identities").text
    assert re.findall(r'name="link" value="([0-9a-f]+)"', page) == [links[0]] * 2
    assert "Compute again" not in page


def test_joining_with_nobody_or_an_unknown_account_is_refused(reader: TestClient) -> None:
    link = re.findall(r'name="link" value="([0-9a-f]+)"', reader.get("/data-insights?tab=identities").text)[0]
    assert reader.post("/do/data_insights/same", data={"link": link, "other": " "}).status_code == 422
    assert reader.post("/do/data_insights/same", data={"link": link, "other": "Nobody Ltd"}).status_code == 404
    assert reader.post("/do/data_insights/undo_decision", data={"decision": "x"}).status_code == 422


def test_going_back_to_a_snapshot_and_comparing(reader: TestClient, review: Serving, tmp_path: Path) -> None:
    assert "one snapshot only" in reader.get("/data-insights?tab=snapshots").text
    review.workspace().load(*write_export(tmp_path / "b", assets=ASSETS[:1]))
    page = words(reader.get("/data-insights?tab=snapshots").text)
    assert "from 0001 to 0002" in page
    assert "Installed base 3 1 −2" in page
    reader.post("/do/data_insights/rollback", data={"snapshot": "1"})
    stamp = review.stamp()
    assert stamp is not None
    assert stamp.publication == 1
    page = words(reader.get("/data-insights?tab=snapshots").text)
    assert "from 0001 to 0002" in page, "after going back the first is compared with the one after it"
    assert reader.post("/do/data_insights/rollback", data={"snapshot": "9"}).status_code == 404


def test_lineage_flows_add_up(reader: TestClient) -> None:
    """Assets: three good and one bad row; projects: two attributed, one without a customer."""
    sankey = figure(reader.get("/data-insights?tab=lineage").text, "flow")["data"][0]
    labels = [label.rpartition(",")[0] for label in sankey["node"]["label"]]
    into = dict.fromkeys(("Attributed to an account", "Unattributed", "In quarantine"), 0)
    for target, value in zip(sankey["link"]["target"], sankey["link"]["value"], strict=True):
        if labels[target] in into:
            into[labels[target]] += value
    assert into == {"Attributed to an account": 5, "Unattributed": 1, "In quarantine": 1}


# Figures without a server ----------------------------------------------------------------------------------------------------


def asked(**answers: Any) -> Ask:
    return cast("Ask", SimpleNamespace(fmt=Formats(), here=lambda **changed: f"/here?{changed}", **answers))


def test_the_gaps_of_tables_that_lack_a_column_stay_empty() -> None:
    frame = pl.DataFrame(
        {"table": ["a", "b"], "label": ["A", "B"], "column": ["x", "y"], "missing": [1, 2], "rows": [4, 4], "share": [0.25, 0.5]}
    )
    mark = _quality.gaps_figure(frame, asked())["data"][0]
    assert mark["y"] == ["x", "y"], "the emptiest is drawn last, on top"
    assert mark["z"] == [[0.25, None], [None, 0.5]]


def test_the_heat_map_is_square_and_knows_its_counts() -> None:
    pairs = [(a, b, 1.0 if a == b else -0.5, 7) for a in "AB" for b in "AB"]
    frame = pl.DataFrame(pairs, schema=["label_a", "label_b", "r", "n"], orient="row")
    mark = _spread.heat(frame, asked())["data"][0]
    assert mark["z"] == [[1.0, -0.5], [-0.5, 1.0]]
    assert mark["text"] == [[7, 7], [7, 7]]


def test_a_flow_without_rows_draws_no_link() -> None:
    row = {"file": "f", "sheet": "s", "table": "t", "label": "T", "rows": 0, "attributed": 0, "unattributed": 0, "quarantined": 0}
    assert flow(pl.DataFrame([row]), str)["data"][0]["link"]["value"] == []
