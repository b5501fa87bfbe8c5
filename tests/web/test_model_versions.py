"""Admin, fitted models: versions are listed, put back and released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.workspace.model_files import ModelFiles

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

PATH = "/admin?tab=versions_of_models"


def test_a_version_is_put_back_and_released(own_client: TestClient, own_workspace: Path) -> None:
    assert "none is kept" in own_client.get(PATH).text
    files = ModelFiles(own_workspace / "models")
    files.keep("churn_risk", b'{"as_of": "2024-09-04"}')
    files.keep("churn_risk", b'{"as_of": "2024-09-11"}')
    page = own_client.get(PATH).text
    assert "learned up to 4 Sep 2024" in page
    assert page.count("Put back</button>") == 1
    own_client.post("/do/admin/put-back-model", data={"model": "churn_risk", "version": "1"})
    assert (files.in_use("churn_risk"), files.pinned("churn_risk")) == (1, True)
    assert "Release</button>" in own_client.get(PATH).text
    own_client.post("/do/admin/release-model", data={"model": "churn_risk"})
    assert not files.pinned("churn_risk")
    refused = own_client.post("/do/admin/put-back-model", data={"model": "churn_risk", "version": "9"})
    assert files.in_use("churn_risk") == 1
    assert refused.status_code < 500
