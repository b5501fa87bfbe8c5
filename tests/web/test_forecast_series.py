"""The revenue tab of the forecast on 30 months of transactions, and the same numbers over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient
from tests import prepared
from tests.web.conftest import app_of
from tests.web.test_revenue_pages import words

from onelead.api import api
from onelead.workspace import serve_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onelead.workspace import Serving


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    found = serve_workspace(prepared.revenue_workspace(tmp_path_factory))
    yield found
    found.close()


@pytest.fixture(scope="module")
def page(serving: Serving) -> TestClient:
    return TestClient(app_of(serving), follow_redirects=False)


def test_the_tab_says_what_it_learned_from_and_how_far_off_it_was(page: TestClient) -> None:
    said = words(page, "/forecast?tab=revenue")
    assert "Learned from 30 whole months of transactions, up to 31 Aug 2024. Held out, the total was" in said
    assert "By region ." in said
    assert "Nothing could be held out" not in said
    shown = words(page, "/s/forecast/series-parts")
    assert shown.index("South") < shown.index("North"), "the larger one first"


def test_a_part_of_the_address_is_shown(page: TestClient) -> None:
    assert "Shown: region North ( back to the total )" in words(page, "/s/forecast/series-chooser?tab=revenue&part=North")
    total, north = (page.get(f"/export/forecast/series-periods.csv?{query}").text.splitlines() for query in ("", "part=North"))
    assert len(total) == len(north) == 1 + 3 + 4 + 12
    assert total[1].split(",")[0] == '"Next 30 days"'
    assert total[1] != north[1]
    assert page.get("/export/forecast/series-periods.csv?part=East").text.splitlines() == total, "an unknown part is the total"


def test_the_api_gives_the_numbers_of_the_page(page: TestClient, serving: Serving) -> None:
    client = TestClient(api(serving))
    found = client.get("/api/v1/forecasts").json()["item"]
    assert (found["dimensions"], found["members"], found["lacking"]) == (["total", "region"], ["All"], [])
    ahead = next(row for row in found["periods"] if row["span"] == "90 days")
    assert serving.parts.settings.prices.currency == "USD"
    assert f"${ahead['mean'] / 1000:.0f}K" in words(page, "/s/forecast/series-tiles")
    parts = [client.get("/api/v1/forecasts", params={"dimension": "region", "member": name}).json()["item"] for name in ("North", "South")]
    sums = [next(row for row in part["periods"] if row["span"] == "90 days")["mean"] for part in parts]
    assert sum(sums) == pytest.approx(ahead["mean"])
    record = client.get("/api/v1/forecasts/track-record").json()["item"]
    assert record["steps"][0]["step"] == 1
    assert record["said"]
    assert client.get("/api/v1/forecasts", params={"dimension": "owner"}).status_code == 404
    assert client.get("/api/v1/forecasts", params={"dimension": "region", "member": "East"}).status_code == 404
