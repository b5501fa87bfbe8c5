"""Ask the API about the August sample, and keep the answers as the examples of its description: src/onelead/api/examples.json."""

from __future__ import annotations

import json
import re
import tempfile
import time
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from onelead.api import api
from onelead.workspace import open_workspace, serve_workspace
from onelead.workspace.sampling import write_sample

OUT = Path(__file__).resolve().parents[1] / "src" / "onelead" / "api" / "examples.json"
SHOWN = 1
"""Entries of a list that an example shows."""
MEMBERS = 12
"""Members of an object without fixed names that an example shows."""
LOAD, VIEW, MOMENT = "4f1d2c3b5a697887", "0a1b2c3d4e5f", "2025-08-15T09:30:00+00:00"


def asked(account: str, action: str, asset: str, opportunity: str, project: str) -> dict[str, dict[str, Any]]:
    """Parameters and bodies by operation."""
    eol = "days_to_end_of_life<90"
    return {
        "list_accounts": {"limit": 1, "sort": ["-expected_value"]},
        "get_account": {"account": account},
        "explain_account": {"account": account},
        "list_actions": {"limit": 1, "state": "open"},
        "get_action": {"id": action},
        "list_assets": {"limit": 1, "where": ["product_category=WLAN HW", eol], "sort": ["end_of_life_date"]},
        "get_asset": {"id": asset},
        "list_opportunities": {"limit": 1},
        "get_opportunity": {"id": opportunity},
        "list_projects": {"limit": 1, "where": ["stage=Open"]},
        "get_project": {"id": project},
        "list_credits": {"limit": 1, "where": ["is_expiring=true"]},
        "list_services": {"limit": 1},
        "list_scores": {"limit": 1},
        "get_score": {"id": account},
        "list_features": {"limit": 1},
        "list_feature_definitions": {},
        "list_metrics": {"metric": ["portfolio_value"]},
        "get_metric": {"id": "portfolio_value"},
        "query_metric": {"id": "expired_products", "by": ["product_category"], "limit": 2},
        "list_metric_rows": {"id": "expired_products", "where": ["product_category=WLAN HW"], "limit": 1},
        "get_metric_sql": {"id": "assets", "by": ["product_category"]},
        "list_predictions": {"limit": 1},
        "list_model_cards": {},
        "get_model_card": {"model": "propensity"},
        "get_assignment": {"worth": "annual"},
        "get_bookings": {},
        "get_bookings_track": {},
        "get_rollup": {},
        "get_scenario_result": {"id": "as-it-stands"},
        "list_overrides": {},
        "get_forecast": {"dimension": "total"},
        "get_forecast_record": {},
        "list_health": {"limit": 1, "where": ["band=Critical"]},
        "list_scorecards": {},
        "get_pipeline_changes": {"from": "2024-08-04", "by": "owner_name"},
        "list_pipeline_changes": {"from": "2024-08-04", "limit": 1},
        "list_pipeline_risks": {"limit": 1},
        "list_judged_risks": {},
        "get_pipeline_health": {},
        "get_coaching": {"months": 12},
        "get_health": {"account": account},
        "list_outcomes": {"limit": 1},
        "list_identities": {"limit": 1, "status": "all"},
        "list_identity_decisions": {},
        "list_snapshots": {},
        "diff_snapshots": {"before": 1, "after": 1},
        "search": {"q": "wlan", "limit": 3},
        "get_settings": {},
        "export_table": {"table": "assets", "kind": "csv", "where": [eol]},
        "export_metric": {"id": "expired_products", "kind": "csv"},
    }


def shortened(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - any JSON
    """An example of a size that a person reads."""
    if isinstance(value, list):
        return [shortened(entry, depth + 1) for entry in value[:SHOWN]]
    if isinstance(value, dict):
        kept = dict(list(value.items())[:MEMBERS]) if depth > 1 and len(value) > 2 * MEMBERS else value
        return {name: shortened(entry, depth + 1) for name, entry in kept.items()}
    if isinstance(value, str):
        return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(\+00:00|Z)", MOMENT, value)
    return value


class Examples:
    """Asks, and keeps what came."""

    def __init__(self, client: TestClient) -> None:
        self._client = client
        self._operations = {
            operation["operationId"]: (method, path, operation)
            for path, found in client.app.openapi()["paths"].items()  # type: ignore[attr-defined]  # a FastAPI
            for method, operation in found.items()
        }
        self.kept: dict[str, dict[str, Any]] = {}

    def ask(self, name: str, parameters: dict[str, Any] | None = None, body: dict[str, Any] | None = None, **more: Any) -> Any:  # noqa: ANN401 - any JSON
        """Ask one operation."""
        method, path, _ = self._operations[name]
        parameters = parameters or {}
        address = path.format(**{key: value for key, value in parameters.items() if f"{{{key}}}" in path})
        query = {key: value for key, value in parameters.items() if f"{{{key}}}" not in path}
        response = self._client.request(method, address, params=query, json=body, **more)
        if not response.is_success:
            raise SystemExit(f"{name}: {response.text}")
        entry: dict[str, Any] = {"parameters": parameters} if parameters else {}
        if body is not None:
            entry["body"] = body
        if response.content and "json" in response.headers.get("content-type", ""):
            found = response.json()
            entry["response"] = shortened(found)
        elif response.content:
            entry["response"] = "\r\n".join(response.text.lstrip("\ufeff").splitlines()[:3])
            found = response.text
        else:
            found = None
        self.kept[name] = entry
        return found


def wait(examples: Examples, load: str, *states: str) -> None:
    """Wait until a load is in one of ``states``."""
    for _ in range(600):
        found = examples.ask("get_load", {"id": load})
        if found["state"] in states:
            return
        time.sleep(0.1)
    raise SystemExit(f"The load is {found['state']}: {found['error']}")


def written(client: TestClient, file: Path) -> dict[str, dict[str, Any]]:
    """Examples of every operation."""
    first = {
        name: client.get(f"/api/v1/{name}?limit=1").json()["items"][0] for name in ("accounts", "actions", "opportunities", "projects")
    }
    asset = client.get("/api/v1/assets", params={"limit": 1, "where": "is_expired=true"}).json()["items"][0]
    action = first["actions"]["action_id"]
    examples = Examples(client)
    accepted = examples.ask("accept_action", {"id": action})["item"]
    examples.ask("undo_action", {"id": action}, {"event_id": accepted["event_id"]})
    examples.ask("snooze_action", {"id": action}, {"until": "2025-01-15"})
    examples.ask("dismiss_action", {"id": action}, {"why": "The product was taken out of service"})
    examples.ask("finish_action", {"id": action}, {"outcome": "won"})
    link = client.get("/api/v1/identities?status=all&where=kind=customer_id").json()["items"]
    left = (link or client.get("/api/v1/identities?status=all").json()["items"])[-1]["value"]
    examples.ask("decide_identity", {}, {"decision": "split", "left": left})
    known = asked(
        first["accounts"]["account_id"],
        action,
        asset["asset_id"],
        first["opportunities"]["opportunity_id"],
        first["projects"]["project_id"],
    )
    for name, parameters in known.items():
        examples.ask(name, parameters)
    examples.ask("undo_identity_decision", {"id": 1})
    client.post(f"/api/v1/actions/{action}/undo")
    view = examples.ask("create_view", {}, {"name": "Expiring WLAN", "path": "/explore", "query": "where=product_category%3DWLAN+HW"})["id"]
    examples.ask("list_views")
    examples.ask("get_view", {"id": view})
    examples.ask("change_view", {"id": view}, {"name": "WLAN that ends soon"})
    examples.ask("delete_view", {"id": view})
    _loads(examples, file)
    return _fixed(examples.kept, view)


def _loads(examples: Examples, file: Path) -> None:
    with file.open("rb") as stream:
        load = examples.ask("start_load", files={"files": (file.name, stream)})["id"]
    wait(examples, load, "preview")
    examples.ask("preview_load", {"id": load})
    examples.ask("confirm_load", {"id": load}, {"accept_bad_rows": False})
    wait(examples, load, "done")
    examples.ask("list_loads")
    examples.kept["unlock_load"] = {"parameters": {"id": load}, "body": {"password": "open sesame"}}
    body = {"name": "Three more people", "levers": {"reps": 3, "win_rate": 1.05}}
    kept = examples.ask("create_scenario", None, body)["id"]
    for name in ("get_scenario", "duplicate_scenario", "delete_scenario", "restore_scenario"):
        examples.ask(name, {"id": kept})
    examples.ask("change_scenario", {"id": kept}, {"levers": body["levers"]})
    examples.ask("list_scenarios")
    # the sample has no forecast that a number could stand beside
    known = {key: value for key, value in examples.kept["get_rollup"]["response"].items() if key != "item"}
    said = {
        "side": "rep",
        "level": "rep",
        "subject": "R00001",
        "measure": "commit",
        "amount": 125000,
        "reason": "Two signatures are promised",
    }
    examples.kept["create_override"] = {"body": said, "response": {"item": {"override_id": 1}, **known}}
    examples.kept["undo_override"] = {"parameters": {"id": 1}, "response": {"item": {"override_id": 2}, **known}}
    # nor has any model of it learned from outcomes, so that none is kept
    version = {"model": "churn_risk", "label": "Churn risk", "version": 2, "in_use": True, "pinned": False, "as_of": "2024-09-04"}
    version |= {"kept_at": MOMENT, "bytes": 68681}
    for name, parameters in (("list", {}), ("put_back", {"model": "churn_risk", "version": 2}), ("release", {"model": "churn_risk"})):
        operation = "list_model_versions" if name == "list" else f"{name}_model"
        told = [{**version, "pinned": name == "put_back"}]
        examples.kept[operation] = {**({"parameters": parameters} if parameters else {}), "response": {**known, "item": told}}
    examples.kept["undo_load"] = {"parameters": {"id": load}}
    write_sample("august", file, st_id=True, seed=3)
    with file.open("rb") as stream:
        other = examples.ask("start_load", files={"files": (file.name, stream)})["id"]
    examples.ask("cancel_load", {"id": other})
    wait(examples, other, "cancelled")
    refreshed = examples.ask("start_refresh", {}, {"as_of": None})["id"]
    wait(examples, refreshed, "done")
    examples.ask("get_load", {"id": load})
    examples.ask("roll_back", {"id": 1})
    examples.kept = json.loads(json.dumps(examples.kept).replace(other, LOAD).replace(refreshed, LOAD).replace(load, LOAD))
    for name in ("unlock_load", "undo_load"):
        examples.kept[name]["response"] = examples.kept["get_load"]["response"]


def _fixed(kept: dict[str, dict[str, Any]], view: str) -> dict[str, dict[str, Any]]:
    """Examples without what differs from run to run."""
    text = json.dumps(kept, ensure_ascii=False).replace(view, VIEW)
    text = re.sub(r'"seconds": [\d.]+', '"seconds": 0.5', text)
    text = re.sub(r"((?:base|results)_\d{6})_[0-9a-f]{6}", r"\1_0a1b2c", text)
    text = re.sub(r'("share": )0\.\d+', r"\g<1>0.5", text)
    return dict(sorted(json.loads(text).items()))


def main() -> None:
    """Write the examples."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "august.xlsx"
        write_sample("august", file, st_id=True)
        with open_workspace(Path(name) / "ws") as opened:
            opened.load(file)
        write_sample("august", file, st_id=True, seed=2)
        serving = serve_workspace(Path(name) / "ws")
        kept = written(TestClient(api(serving)), file)
        serving.close()
    OUT.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{OUT}: {len(kept)} operations")


if __name__ == "__main__":
    main()
