"""Values that break naive programs are answered or refused, never with a 5xx."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.examples import SOAK

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

NASTY = [
    "\x00",
    "a\x00b",
    "'; DROP TABLE assets; --",
    "%",
    "\\",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "x" * 400,
    "99999999999999999999999999",
    "-99999999999999999999999999",
    "1e999",
    "nan",
    "inf",
    "1_000",
    "0001-01-01",
    "9999-12-31",
    "true",
    "null",
    "\u202e",
]
OPERATORS = ("=", "!=", ">=")
COLUMNS = [
    "assets?where=asset_id",
    "assets?where=days_to_end_of_life",
    "assets?where=unit_value",
    "assets?where=end_of_life_date",
    "assets?where=is_expired",
    "assets?where=account.raw_ids",
    "accounts?where=account_name",
    "accounts?where=actions",
    "accounts?where=expected_value",
    "actions?where=due_date",
    "outcomes?where=at",
    "metrics/assets/query?where=end_of_life_year",
]


@pytest.mark.soak
@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("place", COLUMNS)
def test_conditions(client: TestClient, place: str, operator: str) -> None:
    """In a plain run a column meets each value once: a third of them under each operator, other thirds in the next column."""
    path, column = place.split("?where=")
    third = (OPERATORS.index(operator) + COLUMNS.index(place)) % 3
    for value in NASTY if SOAK else NASTY[third::3]:
        response = client.get(f"/api/v1/{path}", params={"where": f"{column}{operator}{value}", "limit": 1})
        assert response.status_code in {200, 400, 404, 422}, (value, response.text)


@pytest.mark.parametrize(
    "address", ["accounts/{}", "assets/{}", "actions/{}", "metrics/{}", "views/{}", "loads/{}", "health/{}", "exports/tables/{}"]
)
def test_ids(client: TestClient, address: str) -> None:
    from urllib.parse import quote

    for value in [*NASTY, "../../etc/passwd", "%2e%2e", ".", "a/b", " "]:
        response = client.get(f"/api/v1/{address.format(quote(value, safe=''))}")
        assert response.status_code in {200, 400, 404, 422}, (value, response.text)


@pytest.mark.parametrize("day", ["1900-01-01", "1969-12-31", "2199-12-31", "2024-02-29"])
@pytest.mark.parametrize("path", ["metrics", "assets?limit=1", "health", "actions", "credits?limit=1", "accounts", "projects?limit=1"])
def test_dates(client: TestClient, day: str, path: str) -> None:
    response = client.get(f"/api/v1/{path}{'&' if '?' in path else '?'}as_of={day}")
    assert response.status_code == 200, response.text
    assert response.json()["as_of"] == day


def test_search(client: TestClient) -> None:
    for value in NASTY:
        assert client.get("/api/v1/search", params={"q": value}).status_code in {200, 400, 422}, value


def test_bodies(client: TestClient) -> None:
    for body in (b"", b"{", b"[]", b"null", b'{"name": "a"}', b"\xff\xfe", b'{"name": {"a": 1}}', b"[" * 20_000):
        response = client.post("/api/v1/views", content=body, headers={"content-type": "application/json"})
        assert response.status_code == 400, (body[:20], response.text)
        assert response.json()["code"] == "request"
