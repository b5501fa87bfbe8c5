"""Customer Health: what the page says is what the use cases say; its filters, links, exports, figures; an empty workspace."""

from __future__ import annotations

import csv
import io
import time
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from starlette.testclient import TestClient
from tests.web.conftest import app_of
from tests.web.test_customer_360 import text_of

from onelead.web.figures import health as figures
from onelead.workspace import open_workspace, serve_workspace

if TYPE_CHECKING:
    from pathlib import Path

BANDS = {"healthy": 70.0, "at_risk": 40.0}
PATH = "/customer-health"


def exported(client: TestClient, query: str = "", block: str = "accounts") -> list[dict[str, str]]:
    answer = client.get(f"/export/customer_health/{block}.csv{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))


def test_tiles_count_the_bands(client: TestClient, august_workspace: Path) -> None:
    with open_workspace(august_workspace) as ws:
        bands = dict(ws.health()["band"].value_counts().iter_rows())
    page = client.get(PATH).text
    for band, count in bands.items():
        tile = page.split(f'aria-label="{band}"', 1)[1].split("</section>", 1)[0]
        assert f">{count}</strong>" in tile
        assert "of 10 accounts" in tile


def test_the_least_healthy_stands_first_and_leads_to_its_account(client: TestClient, august_workspace: Path) -> None:
    with open_workspace(august_workspace) as ws:
        worst = ws.health().row(0, named=True)
    assert exported(client)[0]["Account"] == worst["account_name"]
    assert f'data-href="/customer-360?id={worst["account_id"]}"' in client.get(PATH).text


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 10), ("?band=Critical", 1), ("?band=Critical&band=Healthy", 4), ("?band=Unknown", 0), ("?part=product_lifecycle", 3)],
)
def test_filters_narrow_the_rows(client: TestClient, query: str, count: int) -> None:
    """August by hand: 3 healthy, 6 at risk, 1 critical; of the five with assets three have a life cycle below 50 (5, 43 and not 50 itself)."""
    rows = exported(client, query)
    if "part" in query:
        assert all(float(row["Product lifecycle"]) < 50 for row in rows)
        assert rows
    else:
        assert len(rows) == count


def test_a_part_below_other_points(client: TestClient) -> None:
    found = {row["Account"]: float(row["Product lifecycle"]) for row in exported(client) if row["Product lifecycle"]}
    shown = exported(client, "?part=product_lifecycle&below=60")
    assert {row["Account"] for row in shown} == {name for name, points in found.items() if points < 60}


def test_an_unknown_card_or_part_is_named(client: TestClient) -> None:
    assert client.get(f"{PATH}?card=instal_base").status_code == 404
    assert "install_base" in client.get(f"{PATH}?card=instal_base").text
    assert "product_lifecycle" in client.get(f"{PATH}?part=lifecycle").text


def test_every_scorecard_of_the_workspace_is_offered_with_its_parts(own_workspace: Path) -> None:
    own = own_workspace / "scorecards"
    own.mkdir()
    text = (files("onelead.scorecards") / "builtin" / "install_base.toml").read_text(encoding="utf-8")
    text = text.replace('id = "install_base"', 'id = "mine"', 1).replace('label = "Install base"', 'label = "My own"', 1)
    (own / "mine.toml").write_text(text.replace('label = "Support coverage"\nweight', 'label = "Cover"\nweight'), encoding="utf-8")
    serving = serve_workspace(own_workspace)
    page = TestClient(app_of(serving)).get(f"{PATH}?card=mine").text
    serving.close()
    assert "My own" in page
    assert ">Cover</a></th>" in page


def test_a_scorecard_that_is_edited_counts_on_the_next_view(own_workspace: Path) -> None:
    own = own_workspace / "scorecards"
    own.mkdir()
    text = (files("onelead.scorecards") / "builtin" / "install_base.toml").read_text(encoding="utf-8")
    (own / "mine.toml").write_text(text, encoding="utf-8")
    serving = serve_workspace(own_workspace)
    reader = TestClient(app_of(serving))
    assert "Healthy from 70" in text_of(reader.get(PATH).text)
    (own / "mine.toml").write_text(text.replace("healthy = 70", "healthy = 61"), encoding="utf-8")
    time.sleep(0.1)  # the server looks for changes twenty times a second
    assert "Healthy from 61" in text_of(reader.get(PATH).text)
    serving.close()


def test_an_account_filter_narrows_everything(client: TestClient) -> None:
    page = client.get(f"{PATH}?account=56088").text
    assert "1 account by the scorecard" in page
    assert [row["Account"] for row in exported(client, "?account=56088")] == ["Tessmar Group"]


def test_one_snapshot_has_no_line_and_no_trend(client: TestClient) -> None:
    assert "Health has one snapshot so far" in client.get("/s/customer_health/history").text
    assert "Needs a snapshot of an earlier date" in client.get(PATH).text


def test_an_empty_workspace_keeps_the_page(empty_client: TestClient) -> None:
    answer = empty_client.get(PATH)
    assert answer.status_code == 200
    assert "Customer Health" in answer.text


def test_a_workspace_with_deals_only_scores_by_them(tmp_path: Path) -> None:
    pl.DataFrame([{"opportunity_id": "O1", "opportunity_name": "One", "territory_id": "56001", "account_name": "Alder"}]).write_csv(
        tmp_path / "opportunities.csv"
    )
    with open_workspace(tmp_path / "ws") as ws:
        ws.load(tmp_path / "opportunities.csv")
    serving = serve_workspace(tmp_path / "ws")
    page = TestClient(app_of(serving)).get(PATH).text
    serving.close()
    assert "1 account by the scorecard" in page
    assert "1 more rest on under half of the scorecard" in page


# Figures ---------------------------------------------------------------------------------------------------------------


def test_scores_in_steps_of_ten() -> None:
    frame = pl.DataFrame(
        {"score": [0.0, 9.9, 39.99, 70.0, 100.0, None], "band": ["Critical", "Critical", "Critical", "Healthy", "Healthy", None]}
    )
    assert figures.binned(frame).rows() == [(0, "Critical", 2), (30, "Critical", 1), (70, "Healthy", 1), (90, "Healthy", 1)]
    drawn = figures.spread(figures.binned(frame), lambda band: f"/to?band={band}")
    assert [trace["name"] for trace in drawn["data"]] == ["Critical", "Healthy"]
    assert drawn["data"][0]["y"] == [2, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert drawn["data"][1]["customdata"][0] == "/to?band=Healthy"
    assert drawn["data"][1]["x"][-1] == "90–100"


def test_status_by_the_limits_of_the_bands() -> None:
    found = [figures.points_status(points, BANDS) for points in (70.0, 69.9, 40.0, 39.9, 0.0, None)]
    assert found == ["good", "warn", "warn", "crit", "crit", "unknown"]


def test_a_part_without_data_stays_empty_on_the_map() -> None:
    rows: list[dict[str, Any]] = [
        {"account_id": "1", "account_name": "A", "part_x": 12.4, "says_x": "few", "part_y": None, "says_y": "no data"},
    ]
    drawn = figures.heat(pl.DataFrame(rows, infer_schema_length=None), [("x", "Part x"), ("y", "Part y")], BANDS, lambda key: f"/a/{key}")
    assert drawn["data"][0]["z"] == [[12.4, None]]
    assert drawn["data"][0]["text"] == [["12", ""]]
    assert drawn["data"][0]["customdata"] == [["/a/1", "/a/1"]]


def test_no_literal_colour_in_a_figure() -> None:
    frame = pl.DataFrame({"score": [12.0, 55.0, 99.0], "band": ["Critical", "At risk", "Healthy"]})
    days = pl.DataFrame({"as_of": pl.Series(["2024-01-01", "2024-06-01", "2024-09-01"]).str.to_date(), "score": [12.0, 55.0, 99.0]})
    axes = [{"label": "A", "share": 10.0, "peer_share": 30.0, "text": "1", "peer_text": "3"}]
    drawn = [figures.spread(figures.binned(frame), str), figures.history(days, BANDS, "x"), figures.radar(axes, "x")]
    assert "#" not in str(drawn)
    assert "rgb" not in str(drawn)
