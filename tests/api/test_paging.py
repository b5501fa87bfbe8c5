"""Pages joined are the whole, whatever their size; cursors keep to their question and their snapshot; copies are told to hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.examples import SOAK, examples

from onelead.api._paging import Cursor, read_cursor
from onelead.api._problems import CursorError

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi.testclient import TestClient

CASES: list[tuple[str, dict[str, Any]]] = [
    ("assets", {}),
    ("assets", {"sort": "product_category"}),
    ("assets", {"sort": ["-end_of_life_date", "product_name"], "where": "product_category!=WLAN HW"}),
    ("projects", {"sort": "-region", "where": "stage=Open", "fields": ["project_id", "region"]}),
    ("credits", {"sort": "practice", "where": "practice!="}),
    ("actions", {"state": "all"}),
    ("accounts", {"sort": "region"}),
    ("services", {}),
    ("metrics/expired_products/rows", {}),
    ("metrics/unused_credits/rows", {}),
    ("metrics/assets/query", {"by": ["product_category", "account.country"]}),
]


def pages(client: TestClient, path: str, params: dict[str, Any], sizes: list[int]) -> list[Any]:
    """Rows of all pages, whose sizes go round."""
    rows: list[Any] = []
    cursor: dict[str, Any] = {}
    for turn in range(1000):
        found = client.get(f"/api/v1/{path}", params={**params, "limit": sizes[turn % len(sizes)], **cursor}).json()
        rows += found["items"]
        if found["next"] is None:
            return rows
        cursor = {"cursor": found["next"]}
    raise AssertionError("the list does not end")


@pytest.mark.soak
@pytest.mark.parametrize(("path", "params"), CASES)
@settings(
    max_examples=examples(6, 2),
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(sizes=st.lists(st.integers(30 if SOAK else 60, 300), min_size=1, max_size=3))
def test_pages_joined_are_the_whole(client: TestClient, path: str, params: dict[str, Any], sizes: list[int]) -> None:
    whole = pages(client, path, params, [1000])
    assert pages(client, path, params, sizes) == whole
    assert len(whole) == client.get(f"/api/v1/{path}", params={**params, "limit": 1000}).json()["total"]


def test_the_link_header_is_the_next_page(client: TestClient) -> None:
    first = client.get("/api/v1/assets", params={"limit": 5, "where": "product_category=WLAN HW"})
    second = client.get(first.links["next"]["url"])
    assert second.status_code == 200
    assert second.json()["items"] != first.json()["items"]


def test_a_cursor_keeps_to_its_question(client: TestClient) -> None:
    cursor = client.get("/api/v1/assets?limit=5").json()["next"]
    assert client.get("/api/v1/assets", params={"limit": 9, "cursor": cursor}).status_code == 200
    for path in ("projects", "assets?sort=asset_id", "assets?as_of=2024-01-01"):
        refused = client.get(f"/api/v1/{path}", params={"cursor": cursor} if "?" not in path else None)
        if "?" in path:
            refused = client.get(f"/api/v1/{path}&cursor={cursor}")
        assert refused.status_code == 422
        assert refused.json()["code"] == "cursor"


@given(st.text(alphabet="ABCDEFabcdef0123456789-_", min_size=1, max_size=60))
def test_other_texts_are_no_cursors(text: str) -> None:
    with pytest.raises(CursorError):
        read_cursor(text)


@given(st.integers(0, 2**31 - 1), st.dates(), st.integers(0, 2**40 - 1))
def test_cursors_come_back(snapshot: int, day: Any, after: int) -> None:
    cursor = Cursor(snapshot, day, after, "q")
    assert read_cursor(cursor.text()) == cursor


def test_a_cursor_keeps_to_its_snapshot(own: TestClient, tmp_path: Path) -> None:
    from onelead.workspace.sampling import write_sample

    whole = own.get("/api/v1/assets?limit=1000").json()["items"]
    first = own.get("/api/v1/assets?limit=40").json()
    write_sample("august", tmp_path / "b.xlsx", st_id=True, seed=2)
    workspace = own.app.state.serving.workspace()  # type: ignore[attr-defined]  # a FastAPI
    workspace.load(tmp_path / "b.xlsx")
    assert own.get("/api/v1/assets?limit=1").json()["snapshot"] == 2
    second = own.get("/api/v1/assets", params={"limit": 40, "cursor": first["next"]}).json()
    assert second["snapshot"] == 1
    assert first["items"] + second["items"] == whole
    workspace.prune(1)
    gone = own.get("/api/v1/assets", params={"limit": 40, "cursor": first["next"]})
    assert gone.status_code == 410
    assert gone.json()["code"] == "cursor_gone"


def test_copies(own: TestClient) -> None:
    answer = own.get("/api/v1/actions?limit=2")
    tag = answer.headers["etag"]
    again = own.get("/api/v1/actions?limit=2", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == tag
    assert own.get("/api/v1/actions?limit=3", headers={"If-None-Match": tag}).status_code == 200
    assert own.get("/api/v1/actions?limit=2", headers={"If-None-Match": f'"x", {tag}'}).status_code == 304
    own.post(f"/api/v1/actions/{answer.json()['items'][0]['action_id']}/accept")
    changed = own.get("/api/v1/actions?limit=2", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.json()["items"][0]["state"] == "accepted"


def test_a_held_copy_costs_no_question(own: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from onelead.workspace.serving import Serving

    tag = own.get("/api/v1/assets").headers["etag"]

    def asked(*_: object, **__: object) -> None:
        raise AssertionError("asked although the copy holds")

    monkeypatch.setattr(Serving, "ask", asked)
    assert own.get("/api/v1/assets", headers={"If-None-Match": tag}).status_code == 304
