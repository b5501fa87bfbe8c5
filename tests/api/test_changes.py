"""What the API changes: actions, identities, snapshots, views, loads; and what readers with fewer rights may do and see."""

from __future__ import annotations

import csv
import io
import time
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

from onelead.api import api
from onelead.api._asking import viewer_of
from onelead.core.viewer import Viewer
from onelead.workspace.sampling import write_sample

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace import Serving


def post(client: TestClient, path: str, body: Any = None, status: int = 200) -> Any:
    response = client.post(f"/api/v1/{path}", json=body)
    assert response.status_code == status, response.text
    return response.json()


def test_actions_are_worked(own: TestClient) -> None:
    action = own.get("/api/v1/actions?limit=1").json()["items"][0]["action_id"]
    assert post(own, f"actions/{action}/accept")["item"]["state"] == "accepted"
    assert post(own, f"actions/{action}/snooze", {"until": "2025-01-15"})["item"]["state"] == "snoozed"
    assert post(own, f"actions/{action}/dismiss", {"why": "gone"})["item"]["note"] == "gone"
    assert own.get("/api/v1/actions?state=dismissed").json()["total"] == 1
    assert post(own, f"actions/{action}/undo")["item"]["state"] == "snoozed"
    assert post(own, f"actions/{action}/done", {"outcome": "won"})["item"]["state"] == "done"
    [outcome] = own.get("/api/v1/outcomes").json()["items"]
    assert outcome["action_id"] == action
    assert outcome["positive"] is True
    opener = own.get(f"/api/v1/actions/{action}").json()["item"]
    assert opener["opener_subject"]
    assert opener["opener_body"]


def test_an_undo_may_name_its_event(own: TestClient) -> None:
    action = own.get("/api/v1/actions?limit=1").json()["items"][0]["action_id"]
    first = post(own, f"actions/{action}/accept")["item"]["event_id"]
    assert post(own, f"actions/{action}/accept")["item"]["event_id"] == first, "pressed twice"
    second = post(own, f"actions/{action}/snooze", {"until": "2025-01-15"})["item"]["event_id"]
    refused = post(own, f"actions/{action}/undo", {"event_id": first}, 409)
    assert refused["code"] == "conflict"
    assert "local snoozed it on" in refused["detail"]
    assert post(own, f"actions/{action}/undo", {"event_id": second})["item"]["event_id"] == first


def test_what_cannot_be_done_with_an_action(own: TestClient) -> None:
    action = own.get("/api/v1/actions?limit=1").json()["items"][0]["action_id"]
    assert post(own, f"actions/{action}/snooze", {"until": "2020-01-01"}, 422)["code"] == "usage"
    assert post(own, f"actions/{action}/undo", None, 422)["code"] == "usage"
    assert post(own, f"actions/{action}/dismiss", {"why": " "}, 400)["errors"][0]["field"] == "body.why"
    assert post(own, f"actions/{action}/dismiss", {"reason": "x"}, 400)["code"] == "request"
    assert post(own, f"actions/{action}/done", {"outcome": "maybe"}, 400)["errors"][0]["came"] == "maybe"
    assert post(own, f"actions/{action[:8]}/accept", None, 404)["hint"] == f"Did you mean {action!r}?"


def test_identities_are_decided(own: TestClient) -> None:
    link = own.get("/api/v1/identities?status=all&limit=1").json()["items"][0]
    [decision] = post(own, "identities/decisions", {"decision": "split", "left": link["value"]})["item"]
    assert (decision["decision"], decision["value"]) == ("split", link["value"])
    assert own.get("/api/v1/identities/decisions").json()["item"] == [decision]
    assert post(own, f"identities/decisions/{decision['decision_id']}/undo")["item"] == []
    assert post(own, "identities/decisions/99/undo", None, 404)["code"] == "unknown_name"
    assert post(own, "identities/decisions", {"decision": "same", "left": "nobody at all"}, 404)["code"] == "unknown_name"


def test_views(own: TestClient) -> None:
    made = own.post("/api/v1/views", json={"name": " My  WLAN ", "path": "/explore", "query": "?where=a%3Db"})
    assert made.status_code == 201
    view = made.json()
    assert (view["name"], view["query"], view["owner"]) == ("My WLAN", "where=a%3Db", "local")
    assert own.get(made.headers["location"]).json() == view
    assert post(own, "views", {"name": "my wlan", "path": "/"}, 422)["code"] == "usage"
    for path in ("//elsewhere.example", "https://elsewhere.example", "explore", "/a b", "/\\elsewhere"):
        assert own.post("/api/v1/views", json={"name": "x", "path": path}).status_code in {400, 422}, path
    changed = own.patch(f"/api/v1/views/{view['id']}", json={"name": "Other"}).json()
    assert changed == {**view, "name": "Other"}
    assert own.delete(f"/api/v1/views/{view['id']}").status_code == 204
    assert own.get("/api/v1/views").json() == []


def wait(client: TestClient, load: str, *states: str) -> Any:
    for _ in range(600):
        found = client.get(f"/api/v1/loads/{load}").json()
        if found["state"] in states:
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def test_a_load_from_upload_to_undo(empty: TestClient, tmp_path: Path) -> None:
    files = [tmp_path / "one.xlsx", tmp_path / "two.xlsx"]
    for seed, file in enumerate(files, start=1):
        write_sample("august", file, st_id=True, seed=seed)
    ids = []
    for file in files:
        with file.open("rb") as stream:
            begun = empty.post("/api/v1/loads", files={"files": (file.name, stream)})
        assert begun.status_code == 202
        load = begun.json()["id"]
        assert begun.headers["location"] == f"/api/v1/loads/{load}"
        wait(empty, load, "preview")
        preview = empty.get(f"/api/v1/loads/{load}/preview").json()
        assert {"assets", "opportunities", "projects"} <= {table["table"] for table in preview["tables"]}
        assert (preview["day"], preview["why"]) == ("2024-09-04", "files")
        post(empty, f"loads/{load}/confirm", {"as_of": "2024-08-28"} if file is files[0] else {})
        done = wait(empty, load, "done", "failed")
        assert done["error"] is None
        assert done["share"] == 1
        assert done["result"]["as_of"] == ("2024-08-28" if file is files[0] else "2024-09-04")
        assert "host" not in done
        ids.append(load)
    assert [entry["id"] for entry in empty.get("/api/v1/loads").json()] == ids[::-1]
    assert empty.get("/api/v1/assets?limit=1").json()["snapshot"] == 2
    difference = empty.get("/api/v1/snapshots/diff?before=1&after=2").json()["item"]
    assert difference["rows"]
    assert difference["actions"]
    post(empty, f"loads/{ids[1]}/undo")
    assert empty.get("/api/v1/assets?limit=1").json()["snapshot"] == 1
    listed = post(empty, "snapshots/2/rollback")["item"]
    assert [(row["snapshot"], row["current"]) for row in listed] == [(2, True), (1, False)]


def test_a_load_that_is_cancelled_and_one_that_is_no_workbook(empty: TestClient, august: Path) -> None:
    with august.open("rb") as stream:
        load = empty.post("/api/v1/loads", files={"files": ("a.xlsx", stream)}).json()["id"]
    wait(empty, load, "preview")
    post(empty, f"loads/{load}/cancel")
    wait(empty, load, "cancelled")
    assert empty.get("/api/v1/assets").status_code == 409
    assert post(empty, f"loads/{load}/confirm", {}, 409)["code"] == "busy"
    bad = empty.post("/api/v1/loads", files={"files": ("../../a.xlsx", b"no workbook")}).json()
    assert bad["files"] == ["a.xlsx"]
    failed = wait(empty, bad["id"], "failed")
    assert failed["error"]["message"]
    assert empty.get(f"/api/v1/loads/{bad['id']}/preview").status_code == 409


def exported(client: TestClient, path: str) -> TestClient:
    response = client.get(f"/api/v1/exports/{path}")
    assert response.status_code == 200, response.text
    return response  # type: ignore[return-value]  # a response


def test_exports(client: TestClient) -> None:
    data: Any = exported(client, "tables/assets?where=product_category=WLAN HW&sort=asset_id&kind=xlsx")
    assert data.headers["content-disposition"] == 'attachment; filename="onelead-assets-2024-09-04.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(data.content)).active
    head, *rows = sheet.iter_rows(values_only=True)
    assert {row[head.index("product_category")] for row in rows} == {"WLAN HW"}
    assert {"unit_value", "is_estimated"} <= set(head)
    text: Any = exported(client, "metrics/expired_products?by=product_category")
    assert next(csv.reader(io.StringIO(text.text.lstrip("\ufeff")))) == ["product_category", "value", "estimated", "rows"]
    assert "state" in exported(client, "tables/actions").text.splitlines()[0]  # type: ignore[attr-defined]
    assert "expected_value" in exported(client, "tables/accounts").text.splitlines()[0]  # type: ignore[attr-defined]


def test_exports_hold_no_formulas(tmp_path: Path) -> None:
    from onelead.workspace import open_workspace, serve_workspace

    file = tmp_path / "opportunities.csv"
    file.write_text('opportunity_id,opportunity_name,account_name\nO-1,"=HYPERLINK(""x"")",@SUM\nO-2,-2+3,Plain\n', encoding="utf-8")
    with open_workspace(tmp_path / "ws") as opened:
        opened.load(file)
    serving = serve_workspace(tmp_path / "ws")
    client = TestClient(api(serving))
    text = client.get("/api/v1/exports/tables/opportunities").text
    names = [row["opportunity_name"] for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff")))]
    assert names == ['\'=HYPERLINK("x")', "'-2+3"]
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/api/v1/exports/tables/opportunities?kind=xlsx").content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert {'\'=HYPERLINK("x")', "'-2+3"} <= {cell.value for cell in cells}
    # answers for programs are what the source holds
    assert client.get("/api/v1/opportunities/O-2").json()["item"]["opportunity_name"] == "-2+3"
    serving.close()


# Rights --------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def narrowed(serving: Serving) -> tuple[TestClient, str, str]:
    """A reader of one account only, that account, and another one."""
    app = api(serving)
    mine, other = (row["account_id"] for row in TestClient(app).get("/api/v1/accounts?limit=2").json()["items"])
    app.dependency_overrides[viewer_of] = lambda: Viewer("eve", roles=frozenset({"executive"}), account_ids=frozenset({mine}))
    return TestClient(app), mine, other


ASKED = (
    "accounts",
    "assets",
    "opportunities",
    "projects",
    "credits",
    "scores",
    "features",
    "health",
    "actions?state=all",
    "outcomes",
    "identities?status=all",
    "metrics/assets/rows",
    "metrics/project_count/rows",
    "metrics/open_opportunities/rows",
)


@pytest.mark.parametrize("path", ASKED)
def test_a_narrowed_reader_sees_their_own_rows_only(narrowed: tuple[TestClient, str, str], path: str) -> None:
    client, mine, other = narrowed
    text = client.get(f"/api/v1/{path}{'&' if '?' in path else '?'}limit=1000").text
    assert other not in text
    found = client.get(f"/api/v1/{path}").json()
    assert {row["account_id"] for row in found["items"]} <= {mine}


def test_a_narrowed_reader_cannot_ask_around_their_rights(narrowed: tuple[TestClient, str, str], client: TestClient) -> None:
    eve, mine, other = narrowed
    name = client.get(f"/api/v1/accounts/{other}").json()["item"]["account_name"]
    action = client.get("/api/v1/actions", params={"account": other, "state": "all"}).json()["items"][0]["action_id"]
    asset = client.get("/api/v1/assets", params={"where": f"account_id={other}"})
    asset_id = asset.json()["items"][0]["asset_id"] if asset.status_code == 200 else None
    for path in (
        f"accounts/{other}",
        f"accounts/{name}",
        f"accounts/{other}/explain",
        f"health/{other}",
        f"scores/{other}",
        f"actions/{action}",
    ):
        response = eve.get(f"/api/v1/{path}")
        assert response.status_code == 404, path
        assert name in path or name not in response.text
    if asset_id:
        assert eve.get(f"/api/v1/assets/{asset_id}").status_code == 404
    assert eve.get(f"/api/v1/assets?where=account_id={other}").status_code == 404
    assert all(hit["account_id"] in {None, mine} for hit in eve.get("/api/v1/search", params={"q": name}).json()["item"])
    for table in ("assets", "accounts", "actions", "account_links", "metric_values", "quarantine", "contributions"):
        assert name not in exported(eve, f"tables/{table}").text  # type: ignore[attr-defined]
    totals = {row["metric"]: row["value"] for row in client.get("/api/v1/metrics").json()["item"]}
    own = {row["metric"]: row["value"] for row in eve.get("/api/v1/metrics").json()["item"]}
    assert own["accounts"] == 1 < totals["accounts"]


def test_copies_of_one_reader_are_none_of_another(narrowed: tuple[TestClient, str, str], client: TestClient) -> None:
    eve, _, _ = narrowed
    tag = client.get("/api/v1/assets").headers["etag"]
    assert eve.get("/api/v1/assets", headers={"If-None-Match": tag}).status_code == 200


def test_roles(narrowed: tuple[TestClient, str, str], client: TestClient) -> None:
    eve, mine, _ = narrowed
    action = client.get("/api/v1/actions", params={"account": mine, "state": "all"}).json()["items"][0]["action_id"]
    refused = [
        eve.post(f"/api/v1/actions/{action}/accept"),
        eve.post("/api/v1/identities/decisions", json={"decision": "split", "left": mine}),
        eve.get("/api/v1/identities/decisions"),
        eve.post("/api/v1/snapshots/1/rollback"),
        eve.get("/api/v1/loads"),
        eve.post("/api/v1/loads", files={"files": ("a.csv", b"a")}),
        eve.post("/api/v1/loads/refresh", json={}),
    ]
    assert [response.status_code for response in refused] == [403] * len(refused)
    assert {response.json()["code"] for response in refused} == {"forbidden"}
