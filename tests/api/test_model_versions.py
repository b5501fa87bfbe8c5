"""Kept versions of models over the API: listed, put back, released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.workspace.model_files import ModelFiles

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi.testclient import TestClient


def test_a_version_is_put_back_and_released(own: TestClient, tmp_path: Path) -> None:
    assert own.get("/api/v1/model_versions").json()["item"] == []
    files = ModelFiles(tmp_path / "ws" / "models")
    for content in (b'{"as_of": "2024-09-04"}', b"{}"):
        files.keep("churn_risk", content)
    [newest, oldest] = own.get("/api/v1/model_versions").json()["item"]
    assert (newest["version"], newest["in_use"], newest["as_of"], oldest["as_of"]) == (2, True, None, "2024-09-04")
    answer = own.post("/api/v1/model_versions/churn_risk/1/put_back").json()["item"]
    assert [(row["version"], row["in_use"], row["pinned"]) for row in answer] == [(2, False, False), (1, True, True)]
    assert not any(row["pinned"] for row in own.post("/api/v1/model_versions/churn_risk/release").json()["item"])
    refused = own.post("/api/v1/model_versions/churn_risk/7/put_back")
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_name")
