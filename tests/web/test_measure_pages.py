"""Business Metrics, the executive summary, Predictive Analytics and Explore, as a reader gets them."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from onelead.workspace import Serving


def words(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def figure(text: str, block: str) -> dict[str, object]:
    found = re.search(rf'id="fig-{block}">(.*?)</script>', text, re.DOTALL)
    assert found, block
    return dict(json.loads(found.group(1)))


def test_business_metrics_says_the_headline_numbers_of_the_sample(client: TestClient) -> None:
    said = words(client.get("/business-metrics").text + client.get("/s/business_metrics/board").text)
    for part in ("Customer universe", "10 from", "$249K est.", "49%", "High-priority accounts", "What needs data", "quotas by person"):
        assert part in said
    assert "$165K est." in said, "the board shows every metric"
    assert "0 open pipeline" not in said.lower()


def test_the_breakdown_leads_to_the_rows_it_counts(client: TestClient) -> None:
    text = client.get("/s/business_metrics/parts?metric=expired_products&by=product_category").text
    trace = figure(text, "parts")["data"][0]  # type: ignore[index]
    assert sum(trace["x"]) == 27
    for link, count in zip(trace["customdata"], trace["x"], strict=True):
        page = client.get(link)
        assert page.status_code == 200
        assert f"of {count:.0f}<" in page.text, link


def test_the_pill_of_a_metric_without_a_value_speaks_in_words(client: TestClient) -> None:
    assert "Annual recurring revenue (" in client.get("/business-metrics?metric=arr").text


def test_a_metric_that_does_not_exist_is_named_in_its_card(client: TestClient) -> None:
    text = client.get("/business-metrics?metric=expired_product").text
    assert "expired_products" in text
    assert "unknown_name" in text


def test_the_summary_is_for_paper_and_says_what_is_not_known(client: TestClient) -> None:
    text = client.get("/executive-summary").text
    said = words(text)
    assert "data-print" in text
    for part in (
        "Top risks",
        "Expired products 27",
        "Top 10 actions",
        "What is not known",
        "win rate",
        "est. rests on a price",
        "rows reached no account",
    ):
        assert part in said
    assert len(re.findall(r'<td class="n t3">\d+</td>', text)) == 10


def test_a_model_that_abstains_says_what_it_needs_and_shows_no_percentage(client: TestClient) -> None:
    said = words(client.get("/predictive-analytics").text)
    for part in ("The model abstains", "10 of 50", "0 of 50", "10 of 20", "Never compared with outcomes", "documented score"):
        assert part in said
    table = client.get("/s/predictive_analytics/predictions").text
    assert "Confidence" not in words(table)
    assert not re.search(r">\d+%<", table)
    narrowed = client.get("/s/predictive_analytics/predictions?class=High").text
    assert "1 – 3 of 3" in words(narrowed)
    assert "There is no class" in words(client.get("/s/predictive_analytics/predictions?class=Hgh").text)


def test_explore_answers_the_question_of_the_address(client: TestClient) -> None:
    text = client.get("/explore?source=table:assets&by=product_category").text
    assert "WLAN HW 37 58.7%" in words(text)
    assert "63 rows in 4 groups" in words(text)
    assert "GROUP BY" in text
    csv = client.get("/export/explore/result.csv?source=table:assets&by=product_category").text
    assert '"WLAN HW",37' in csv


def test_a_condition_of_the_form_counts_and_can_be_taken_away(client: TestClient) -> None:
    text = client.get("/explore?source=table:assets&by=product_category&c.column=is_expired&c.is=%3D&c.value=true").text
    assert "27 rows in 4 groups" in words(text)
    assert 'name="cond" value="is_expired=true"' in text
    assert "Is expired is true" in words(text)


def test_every_group_leads_to_its_rows(client: TestClient) -> None:
    for by in ("product_category", "is_expired", "end_of_life_date@year", "end_of_life_date@month", "support_status", "account.country"):
        text = client.get(f"/s/explore/chart?source=table:assets&by={quote(by)}&chart=bar").text
        trace = figure(text, "chart")["data"][0]  # type: ignore[index]
        values = trace["x"] if trace.get("orientation") == "h" else trace["y"]
        assert sum(values) == 63
        for link, count in list(zip(trace["customdata"], values, strict=True))[:2]:
            assert f"{count:.0f} row" in words(client.get(link).text.split('id="b-limits"')[1]), f"{by}: {link}"


def test_a_pivot_and_its_totals(client: TestClient) -> None:
    said = words(client.get("/s/explore/result?source=table:assets&by=product_category&by=is_expired").text)
    assert "Product category No Yes All" in said
    assert "WLAN HW 34 3 37" in said


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("source=table:asset", "Did you mean 'assets'?"),
        ("source=table:assets&by=prodct_category", "product_category"),
        ("source=table:assets&cond=product_category%3DWLAM+HW", "WLAN HW"),
        ("source=table:assets&chart=histogram", "need a column of numbers"),
        ("source=table:assets&chart=histogram&of=product_name", "holds no numbers"),
        ("source=table:assets&by=product_category&chart=heat", "needs two columns"),
        ("source=table:assets&by=product_category&chart=bars", "There is no chart"),
        ("source=table:projects&chart=scatter&of=days", "second column of numbers"),
    ],
)
def test_mistakes_stand_in_their_card(client: TestClient, query: str, said: str) -> None:
    page = client.get(f"/explore?{query}")
    assert page.status_code == 200
    assert said in words(page.text)
    assert "could not be computed" not in page.text


@pytest.mark.parametrize("chart", ["bar", "line", "pie", "heat", "histogram", "box", "scatter"])
def test_every_chart_draws(client: TestClient, chart: str) -> None:
    text = client.get(
        f"/s/explore/chart?source=table:projects&by=practice&by=financial_health&of=days&up=project_value&how=sum&chart={chart}"
    ).text
    assert figure(text, "chart")["data"]


def test_the_values_of_a_column_are_offered_and_escaped(client: TestClient) -> None:
    text = client.get("/f/explore/values?source=table:assets&column=product_category").text
    assert '<option value="WLAN HW">37 rows</option>' in text
    assert '<option value="C-Class Units &amp; Enclosures">' in text


def test_a_view_is_saved_opened_renamed_and_deleted(own_client: TestClient) -> None:
    hx = {"HX-Request": "true"}
    saved = own_client.post("/do/explore/save", data={"name": "Mine", "query": "source=table%3Aassets&by=product_category"}, headers=hx)
    assert json.loads(saved.headers["hx-trigger"])["toast"]["message"] == "Saved as Mine."
    panel = own_client.get("/s/explore/views").text
    link = html.unescape(re.findall(r'href="(/explore\?[^"]+)">Mine<', panel)[0])
    assert "63 rows in 4 groups" in words(own_client.get(link).text)
    view = re.findall(r'name="view" value="([^"]+)"', panel)[0]
    assert own_client.post("/do/explore/save", data={"name": "mine", "query": ""}, headers=hx).status_code == 422
    own_client.post("/do/explore/rename", data={"view": view, "name": "Ours"}, headers=hx)
    assert ">Ours<" in own_client.get("/s/explore/views").text
    own_client.post("/do/explore/delete", data={"view": view}, headers=hx)
    assert "No view is saved yet" in own_client.get("/s/explore/views").text


def test_account_filters_narrow_what_is_explored(client: TestClient, august_serving: Serving) -> None:
    account = re.findall(r"/customer-360\?id=([^\"&]+)", client.get("/rows?metric=assets").text)[0]
    said = words(client.get(f"/s/explore/limits?source=table:assets&by=account_id&account={account}").text)
    assert "in 1 group" in said
    assert "63 rows" not in said
