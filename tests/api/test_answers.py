"""What the API answers: rows, numbers that agree with the workspace, envelopes, unknown names, and nothing loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from onelead.core.viewer import LOCAL_ADMIN
from onelead.workspace.asking import metric_table

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from onelead.workspace import Serving

LISTS = (
    "accounts",
    "actions",
    "assets",
    "credits",
    "features",
    "health",
    "opportunities",
    "outcomes",
    "predictions",
    "projects",
    "scores",
    "services",
)


def get(client: TestClient, path: str, **params: Any) -> Any:
    response = client.get(f"/api/v1/{path}", params=params)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("name", LISTS)
def test_every_answer_says_what_it_rests_on(client: TestClient, name: str) -> None:
    found = get(client, name, limit=3)
    assert found["as_of"] == "2024-09-04"
    assert found["snapshot"] == 1
    assert found["currency"] == "USD"
    assert isinstance(found["estimated"], bool)
    assert len(found["items"]) == min(3, found["total"])


def test_metrics_are_those_of_the_workspace(client: TestClient, serving: Serving) -> None:
    with serving.workspace(LOCAL_ADMIN)._view() as shown:
        expected = {row["metric"]: (row["value"], row["rows"], row["estimated"]) for row in metric_table(shown).to_dicts()}
    found = {row["metric"]: (row["value"], row["rows"], row["estimated"]) for row in get(client, "metrics")["item"]}
    assert found == expected
    assert found["assets"] == (63.0, 63, False)


def test_metric_by_groups_adds_up(client: TestClient) -> None:
    whole = get(client, "metrics/expired_products")["item"]
    groups = get(client, "metrics/expired_products/query", by="product_category")["items"]
    assert sum(group["value"] for group in groups) == whole["value"] > 0
    assert get(client, "metrics/expired_products/rows", limit=1)["total"] == whole["rows"]
    one = groups[0]["product_category"]
    rows = get(client, "metrics/expired_products/rows", where=f"product_category={one}", limit=1000)
    assert len(rows["items"]) == groups[0]["rows"] == rows["total"]


def test_metric_explained(client: TestClient) -> None:
    found = get(client, "metrics/portfolio_value")["item"]
    assert {"definition", "source", "unit", "columns", "dimensions"} <= set(found)
    assert "lifecycle_state" in {entry["name"] for entry in found["dimensions"]}
    assert "SELECT" in get(client, "metrics/portfolio_value/sql", where="product_category=WLAN HW")["item"]["sql"]


def test_estimates_are_told(client: TestClient) -> None:
    """No asset of the sample has a contract value: what it is worth comes from the price book."""
    found = get(client, "assets", fields=["asset_id", "unit_value"], limit=2)
    assert found["estimated"] is True
    assert set(found["items"][0]) == {"asset_id", "unit_value", "is_estimated"}
    assert get(client, "assets", fields="asset_id", limit=2)["estimated"] is False
    assert get(client, "metrics/portfolio_value/rows", limit=2)["items"][0]["is_estimated"] is True


def test_conditions_and_order(client: TestClient) -> None:
    found = get(client, "assets", where=["days_to_end_of_life<0", "product_category=WLAN HW"], sort="-days_to_end_of_life", limit=1000)
    days = [row["days_to_end_of_life"] for row in found["items"]]
    assert days == sorted(days, reverse=True)
    assert max(days) < 0
    assert {row["product_category"] for row in found["items"]} == {"WLAN HW"}
    framed = get(client, "accounts", where=["actions>0", "expected_value!="], sort=["-expected_value"], limit=1000)["items"]
    values = [row["expected_value"] for row in framed]
    assert values == sorted(values, reverse=True)


def test_another_date_and_snapshot(client: TestClient) -> None:
    later = get(client, "assets", as_of="2030-01-01", where="is_expired=true", limit=1)
    assert later["as_of"] == "2030-01-01"
    assert later["total"] > get(client, "assets", where="is_expired=true", limit=1)["total"]
    assert client.get("/api/v1/assets?snapshot=99").json()["code"] == "unknown_name"


def test_an_account(client: TestClient) -> None:
    first = get(client, "accounts", limit=1)["items"][0]
    by_id = get(client, f"accounts/{first['account_id']}")["item"]
    assert by_id == get(client, f"accounts/{first['account_name']}")["item"]
    assert by_id["rows"].keys() == {"assets", "opportunities", "projects", "service_credits"}
    why = get(client, f"accounts/{first['account_id']}/explain")["item"]
    assert why["account_id"] == first["account_id"]
    health = get(client, f"health/{first['account_name']}")["item"]
    assert health["parts"]


def test_one_row_by_its_key(client: TestClient) -> None:
    row = get(client, "assets", limit=1)["items"][0]
    assert get(client, f"assets/{row['asset_id']}")["item"] == row
    missing = client.get(f"/api/v1/assets/{row['asset_id'][:-1]}").json()
    assert missing["detail"] == f"There is no asset {row['asset_id'][:-1]!r}."
    assert row["asset_id"] in missing["hint"]


def test_model_cards_features_scorecards_settings(client: TestClient) -> None:
    assert get(client, "model_cards/propensity")["item"] == get(client, "model_cards")["item"][0]
    assert {row["feature"] for row in get(client, "features/definitions")["item"]} <= set(get(client, "features", limit=1)["items"][0])
    assert get(client, "health/scorecards")["item"][0]["id"] == "install_base"
    assert get(client, "settings")["settings"]["prices"]["currency"] == "USD"


def test_search(client: TestClient) -> None:
    first = get(client, "accounts", limit=1)["items"][0]
    hits = get(client, "search", q=first["account_name"][:6].lower())["item"]
    assert hits[0]["kind"] == "account"
    assert get(client, "search", q="")["item"] == []


@pytest.mark.parametrize(
    ("path", "status", "code", "hint"),
    [
        ("assets?where=product_categry=WLAN HW", 404, "unknown_name", "product_category"),
        ("assets?where=product_category=WLAN", 404, "unknown_name", "WLAN HW"),
        ("assets?where=days_to_end_of_life<soon", 422, "usage", "number"),
        ("assets?sort=asset", 404, "unknown_name", "asset_id"),
        ("accounts?where=contry=Japan", 404, "unknown_name", "country"),
        ("accounts?where=actions>many", 422, "usage", "number"),
        ("accounts?sort=-action", 404, "unknown_name", "actions"),
        ("accounts/Nobody", 404, "unknown_name", ""),
        ("metrics/asset", 404, "unknown_name", "assets"),
        ("metrics/assets/query?by=value", 422, "usage", ""),
        ("health?scorecard=instal_base", 404, "unknown_name", "install_base"),
        ("actions?type=critical", 404, "unknown_name", "critical_renewal"),
        ("exports/tables/asets", 404, "unknown_name", "assets"),
        ("views/none", 404, "unknown_name", ""),
        ("loads/none", 404, "unknown_name", ""),
        ("nothing", 404, "no_such_address", ""),
        ("asets", 404, "no_such_address", "/api/v1/assets"),
    ],
)
def test_problems_name_what_is_valid(client: TestClient, path: str, status: int, code: str, hint: str) -> None:
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    found = response.json()
    assert found["code"] == code
    assert found["type"] == f"urn:onelead:problem:{code}"
    assert found["status"] == status
    assert found["detail"]
    assert hint in found["hint"]


@pytest.mark.parametrize(
    ("path", "field", "came"),
    [
        ("assets?limit=1001", "query.limit", "1001"),
        ("assets?limit=many", "query.limit", "many"),
        ("assets?as_of=0", "query.as_of", "0"),
        ("assets?where=nonsense", "query.where.0", "nonsense"),
        ("snapshots/diff?before=1", "query.after", None),
    ],
)
def test_what_does_not_fit_is_named(client: TestClient, path: str, field: str, came: str | None) -> None:
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == 400
    [problem] = response.json()["errors"]
    assert problem["field"] == field
    assert problem["came"] == came


def test_misspelt_parameters_are_not_ignored(client: TestClient) -> None:
    found = client.get("/api/v1/assets?wher=product_category=WLAN HW").json()
    assert found["status"] == 400
    assert "'where'" in found["hint"]


def test_methods(client: TestClient) -> None:
    refused = client.delete("/api/v1/assets")
    assert refused.status_code == 405
    assert refused.headers["allow"] == "GET, HEAD"
    assert refused.json()["code"] == "method"
    assert client.delete("/api/v1/views").headers["allow"] == "GET, HEAD, POST"
    head = client.head("/api/v1/assets?limit=1")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["etag"] == client.get("/api/v1/assets?limit=1").headers["etag"]


def test_nothing_loaded(empty: TestClient) -> None:
    for name in (*LISTS, "metrics", "search?q=a", "exports/tables/assets", "snapshots", "identities"):
        response = empty.get(f"/api/v1/{name}")
        assert response.status_code == 409, name
        assert response.json()["code"] == "nothing_loaded"
    for name in ("views", "loads", "settings"):
        assert empty.get(f"/api/v1/{name}").status_code == 200
    assert empty.post("/api/v1/actions/x/accept").json()["code"] == "nothing_loaded"


def test_an_unexpected_error_tells_nothing(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    from fastapi.testclient import TestClient as Client

    from onelead.api import api
    from onelead.workspace.serving import Serving as Served

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret of the machine")

    client = Client(api(serving), raise_server_exceptions=False)
    monkeypatch.setattr(Served, "ask", broken)
    response = client.get("/api/v1/assets")
    assert response.status_code == 500
    assert response.json()["code"] == "unexpected"
    assert "secret" not in response.text


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("accounts", "account_name"),
        ("actions", "title"),
        ("actions", "next_steps"),
        ("health", "score"),
        ("health", "parts"),
        ("services", "service"),
    ],
)
def test_fields(client: TestClient, path: str, field: str) -> None:
    whole = get(client, path, limit=5)["items"]
    assert get(client, path, limit=5, fields=[field, field])["items"] == [{field: row[field]} for row in whole]
