"""Revenue Focus, Pipeline, Forecast and What-if on screen: on the sample, with deals, under filters, empty."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import app_of
from tests.workspace._deals import FIRST, SECOND, loads

from onelead.workspace import open_workspace, serve_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

ADDRESSES = (
    "/revenue-focus",
    "/revenue-focus?tab=accounts",
    "/revenue-focus?tab=deals",
    "/revenue-focus?tab=trends",
    "/revenue-focus?tab=strategy",
    "/pipeline",
    "/pipeline?tab=accounts",
    "/forecast",
    "/s/forecast/totals",
    "/s/forecast/tried?chance.critical_renewal=70&prices=120",
)


@pytest.fixture(scope="module")
def deal_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A reader of a workspace whose opportunities carry stages, amounts and dates, loaded twice."""
    folder = tmp_path_factory.mktemp("deals")
    before, after = loads(folder / "lists")
    with open_workspace(folder / "ws") as opened:
        opened.load(before, as_of=FIRST)
        opened.load(after, as_of=SECOND)
    serving = serve_workspace(folder / "ws")
    yield TestClient(app_of(serving), follow_redirects=False)
    serving.close()


def words(client: TestClient, address: str) -> str:
    """What a page says, without its marks."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:300]
    text = re.sub(r"<script.*?</script>|<style.*?</style>|<svg.*?</svg>", " ", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_part_stands(address: str, client: TestClient, deal_client: TestClient) -> None:
    for reader in (client, deal_client):
        said = words(reader, address)
        assert "could not be computed" not in said
        ids = re.findall(r'\bid="([^"]+)"', reader.get(address).text)
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("address", ["/revenue-focus", "/pipeline", "/forecast"])
def test_an_empty_workspace_says_what_will_be_here(address: str, empty_client: TestClient) -> None:
    assert "could not be computed" not in words(empty_client, address)


def test_the_documents_figures(client: TestClient) -> None:
    said = words(client, "/revenue-focus")
    assert "$249K" in said
    assert "from 27 expired products" in said
    assert "No chance is claimed: classes rest on the documented score" in said
    assert "Needs creation dates on opportunities, or a second load" in said
    assert "Needs won and lost opportunities with amounts" in said
    assert "Key account" in said


def test_status_filter_and_export_of_action_plans(client: TestClient) -> None:
    answer = client.get("/export/revenue_focus/engagement.csv?status=Key account")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows
    assert {row["Status"] for row in rows} == {"Key account"}
    assert rows[0]["What the status asks for"].startswith("Name one account manager")
    scores = [float(row["Score"]) for row in rows]
    assert scores == sorted(scores, reverse=True)


def test_customers_are_found_compared_and_taken_away(client: TestClient) -> None:
    said = words(client, "/revenue-focus?tab=accounts&compare=56088&add=56240")
    assert said.count("Total contract value") == 2
    assert words(client, "/revenue-focus?tab=accounts&compare=56088&add=Nobody at all").count("There is no") == 1
    five = "&".join(f"compare={key}" for key in ("56088", "56102", "56117", "56231", "56240"))
    assert "4 accounts fit side by side" in words(client, f"/revenue-focus?tab=accounts&{five}")


def test_what_is_missing_says_what_to_load(client: TestClient) -> None:
    deals = words(client, "/revenue-focus?tab=deals")
    assert "Load an opportunity export or the table opportunities with amount, close date." in deals
    strategy = words(client, "/revenue-focus?tab=strategy")
    for need in (
        "Load invoices with their amount",
        "Load quotas by person or team",
        "needs quotas by person and quarter",
        "Load assets with their contract value",
    ):
        assert need in strategy
    pipeline = words(client, "/pipeline")
    assert "94 open opportunities are loaded as a list" in pipeline
    assert "OneLead abstains" in pipeline
    assert "%" not in words(client, "/pipeline").split("Accounts by propensity", 2)[-1].split("Deals")[0], "no chance is claimed"


def test_confidence_takes_nobody_away_where_no_model_speaks(client: TestClient) -> None:
    answer = client.get("/export/pipeline/propensity.csv?confidence=0.99")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 10
    assert {row["label_source"] for row in rows} == {"none"}
    assert client.get("/pipeline?confidence=7").status_code in (200, 400, 422)
    assert "such as 0.6" in client.get("/pipeline?confidence=7").text


def test_propensity_narrows_and_pages_have_10_to_200_rows(client: TestClient) -> None:
    high = words(client, "/s/pipeline/propensity?propensity=High")
    assert "1 – 3 of 3" in high
    assert "1 – 10 of 10" in words(client, "/s/pipeline/propensity?size.propensity=200")


def test_the_pipeline_of_deals(deal_client: TestClient) -> None:
    said = words(deal_client, "/pipeline")
    assert not re.search(r"Close date passed \d", said), "no open deal is overdue on 1 September"
    assert "Amount 40% below its highest" in said
    assert "Not judged: needs activities" in said


def test_what_changed_in_the_pipeline(deal_client: TestClient) -> None:
    """Between snapshots and between days, for all close dates and for some, by owner and by region: it balances and opens its deals."""
    for question in ("", "&closing=quarter", "&from=2024-08-01&by=region", "&since=week", "&of=Not+stated"):
        said = words(deal_client, f"/pipeline?tab=changes{question}")
        assert "balances to $0" in said
        assert "Deals that changed" in said
    assert "Pulled in" in words(deal_client, "/s/pipeline/groups?closing=quarter")
    assert "comes after the as-of date" in words(deal_client, "/s/pipeline/changed?to=2030-01-01")
    assert deal_client.get("/export/pipeline/moved.csv?tab=changes").text.count("\n") > 5


def test_a_bar_of_the_waterfall_opens_its_deals(deal_client: TestClient) -> None:
    page = deal_client.get("/pipeline?tab=changes").text
    link = html.unescape(re.search(r'"(/pipeline\?[^"]*step=won[^"]*)"', page.replace("\\u0026", "&"))[1])  # type: ignore[index]
    said = words(deal_client, "/s/pipeline/moved" + link.removeprefix("/pipeline").split("#")[0])
    assert "Deal D" in said
    assert "Deal E" not in said


def test_a_what_if_is_a_link(client: TestClient) -> None:
    usual = words(client, "/s/forecast/totals")
    assert "those of the settings" in usual
    tried = words(client, "/s/forecast/totals?chance.critical_renewal=60")
    assert "As the settings have it" in tried
    page = client.get("/forecast?chance.critical_renewal=60").text
    assert re.search(r'name="chance.critical_renewal"[^>]*value="60"', page)
    assert "Back to the settings" in page
    assert "Back to the settings" not in client.get("/forecast?chance.critical_renewal=50").text, "the setting itself is no assumption"


@pytest.mark.parametrize("query", ["chance.critical_renewal=160", "chance.no_such_type=10", "support=-1", "prices=900", "credit=x"])
def test_levers_outside_their_range_are_told(query: str, client: TestClient) -> None:
    answer = client.get(f"/s/forecast/levers?{query}")
    assert "could not be computed" not in answer.text
    assert "ban crit" in answer.text


def test_the_forecast_says_what_it_is_not(client: TestClient, deal_client: TestClient) -> None:
    said = words(client, "/forecast")
    assert "No model forecasts here yet" in said
    assert "Open opportunities state no amount and close date" in said
    assert "not weighted: 2 closed deals, 10 needed" in words(deal_client, "/forecast")
