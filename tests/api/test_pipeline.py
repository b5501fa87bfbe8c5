"""The pipeline over the API: the same numbers as the use cases give, over two loads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient
from tests.api.conftest import served
from tests.prepared import once
from tests.workspace._deals import FIRST, SECOND, loads

from onelead.api import api
from onelead.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def deals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of a workspace that holds the two lists."""

    def make(place: Path) -> None:
        before, after = loads(place / "lists")
        with open_workspace(place / "ws") as opened:
            opened.load(before, as_of=FIRST)
            opened.load(after, as_of=SECOND)

    twice = once(tmp_path_factory, "deals-twice", make)
    with served(tmp_path_factory.mktemp("api") / "ws", twice / "ws") as serving:
        yield TestClient(api(serving))


def test_what_changed(deals: TestClient) -> None:
    found = deals.get("/api/v1/pipeline/changes", params={"by": "team"}).json()["item"]
    assert (found["since"], found["since_snapshot"], found["start"], found["end"]) == ("2024-08-01", 1, 2170.1, 2180.15)
    assert {row["step"]: row["value"] for row in found["steps"] if row["value"]}["won"] == -450
    assert found["groups"][0]["left_the_list"] == -70
    by_day = deals.get("/api/v1/pipeline/changes", params={"from": "2024-08-01", "closing": "2024-09-30"}).json()["item"]
    assert {row["step"]: row["value"] for row in by_day["steps"]}["pulled in"] == 600
    rows = deals.get("/api/v1/pipeline/changes/deals", params={"where": "step=increased", "sort": "-value"}).json()
    assert ([row["opportunity_id"] for row in rows["items"]], rows["total"]) == (["A", "D", "H"], 3)


def test_points_that_cannot_be(deals: TestClient) -> None:
    for query in ({"from": "2024-09-01"}, {"from": "2024-08-01", "since_snapshot": 1}, {"to": "2030-01-01"}):
        assert deals.get("/api/v1/pipeline/changes", params=query).status_code == 422
    assert deals.get("/api/v1/pipeline/changes", params={"since_snapshot": 9}).status_code == 404
    assert deals.get("/api/v1/pipeline/changes", params={"by": "shoe"}).status_code == 400


def test_risks_and_health(deals: TestClient) -> None:
    rows = deals.get("/api/v1/pipeline/risks", params={"where": "risk>0"}).json()["items"]
    assert {row["opportunity_id"]: row["says"] for row in rows} == {"B": ["Amount 40% below its highest"]}
    judged = {row["flag"]: row["judged"] for row in deals.get("/api/v1/pipeline/risks/judged").json()["item"]}
    assert (judged["amount_cut"], judged["no_activity"]) == (6, 0)
    health = deals.get("/api/v1/pipeline/health").json()["item"]
    assert 0 <= health["score"] <= 100
    assert health["owners"][0]["group"] is None
    assert deals.get("/api/v1/pipeline/coaching", params={"months": 0}).json()["item"]["people"] == []
