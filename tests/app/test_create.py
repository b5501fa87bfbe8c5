"""The application as a whole: probes, errors, guards in their order, two applications side by side."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from structlog.testing import capture_logs
from tests.loops import finish

import onelead.api
from onelead.app import create_app
from onelead.core.errors import EngineError, UnknownNameError
from onelead.workspace import serve_workspace
from onelead.workspace.readiness import stop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI

    from onelead.workspace import Serving


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    directory = tmp_path / "workspace"
    directory.mkdir()
    opened = serve_workspace(directory)
    (directory / "settings.toml").write_text("[server]\nmax_body_kb = 1\nrequests_per_minute = 60\nburst = 20\n")
    yield opened
    stop(opened)


@pytest.fixture
def app(serving: Serving) -> FastAPI:
    return create_app(serving)


def ask(app: FastAPI, path: str, method: str = "GET", **kwargs: Any) -> httpx.Response:
    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=kwargs.pop("base", "http://127.0.0.1:8050")) as client:
            return await client.request(method, path, **kwargs)

    with capture_logs():
        return finish(call())


def test_probes_of_an_empty_workspace(app: FastAPI) -> None:
    assert ask(app, "/healthz").text == "ok\n"
    assert ask(app, "/readyz").json() == {"ready": True, "snapshot": None, "accounts": None}
    assert ask(app, "/readyz").headers["cache-control"] == "no-store"


def test_not_ready_says_why(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: object) -> None:
        raise EngineError("The database does not answer.", hint="Start it.")

    monkeypatch.setattr("onelead.app._create.readiness", gone)
    got = ask(app, "/readyz")
    assert got.status_code == 503
    assert got.json()["detail"] == "The database does not answer."
    assert got.json()["ready"] is False


def test_measures_name_routes_not_addresses(app: FastAPI) -> None:
    ask(app, "/healthz")
    ask(app, "/nothing/42")
    text = ask(app, "/metrics").text
    assert 'onelead_requests_total{method="GET",route="/healthz",status="200"} 1.0' in text
    assert 'route="unmatched",status="404"} 1.0' in text
    assert "/nothing/42" not in text
    assert 'onelead_answers_total{kind="kept"} 0.0' in text


@pytest.mark.parametrize(
    ("path", "method", "kwargs", "status"),
    [
        ("/healthz", "GET", {}, 200),
        ("/nothing", "GET", {}, 404),
        ("/healthz", "GET", {"base": "http://evil.example"}, 400),
        ("/healthz", "POST", {}, 403),
        ("/api/v1/x", "POST", {"content": b"x" * 1025, "headers": {"content-type": "application/json"}}, 413),
        ("/static/onelead.css", "GET", {}, 200),
    ],
)
def test_every_answer_is_safe_and_has_an_id(app: FastAPI, path: str, method: str, kwargs: dict[str, Any], status: int) -> None:
    got = ask(app, path, method, **kwargs)
    assert got.status_code == status
    assert "'unsafe-inline'" not in re.sub(r"style-src-attr [^;]*;", "", got.headers["content-security-policy"])
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["x-request-id"]
    assert "server" not in got.headers


def test_the_rate_limit_of_the_settings_counts(app: FastAPI) -> None:
    found = [ask(app, "/healthz").status_code for _ in range(22)]
    assert found.count(429) == 2


def test_errors_of_screens_and_of_the_api_take_one_shape(app: FastAPI) -> None:
    def unknown() -> None:
        raise UnknownNameError("metric", "acounts", ["accounts"])

    def number(count: int) -> int:
        return count

    app.get("/t/unknown")(unknown)
    app.get("/t/number")(number)
    program = {"headers": {"accept": "application/json"}}
    found = ask(app, "/t/unknown", **program)
    assert (found.status_code, found.headers["content-type"]) == (404, "application/problem+json")
    assert found.json()["nearest"] == ["accounts"]
    assert found.json()["request_id"] == found.headers["x-request-id"]
    assert "Did you mean &#x27;accounts&#x27;?" in ask(app, "/t/unknown").text
    invalid = ask(app, "/t/number", params={"count": "many"}, **program)
    assert (invalid.status_code, invalid.json()["code"]) == (422, "invalid")
    assert invalid.json()["errors"][0]["place"] == "query.count"
    of_api = ask(app, "/api/v1/acounts")
    assert (of_api.status_code, of_api.headers["content-type"]) == (404, "application/problem+json")
    assert of_api.json().keys() >= {"type", "title", "status", "detail", "code", "request_id"}


@pytest.mark.parametrize("path", ["/t/broken", "/api/v1/broken"])
def test_what_nobody_expected_has_no_trace(serving: Serving, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError("the secret detail")

    within = onelead.api.api(serving)
    within.get("/api/v1/broken")(broken)
    monkeypatch.setattr("onelead.api.api", lambda _: within)
    whole = create_app(serving)
    whole.get("/t/broken")(broken)
    got = ask(whole, path)
    assert got.status_code == 500
    assert "secret" not in got.text
    assert "Traceback" not in got.text


def test_the_api_describes_itself(app: FastAPI) -> None:
    found = ask(app, "/openapi.json").json()
    assert found["openapi"].startswith("3.1")


def test_measures_know_the_routes_of_screens_and_api(app: FastAPI) -> None:
    for path in ("/openapi.json", "/help", "/api/v1/accounts/42", "/s/help/nothing"):
        ask(app, path)
    found = set(re.findall(r'onelead_requests_total\{method="GET",route="([^"]+)"', ask(app, "/metrics").text))
    assert found == {"/openapi.json", "/help", "/api/v1/accounts/{account}", "/s/{page}/{block}"}


def test_an_application_of_a_directory_closes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[object] = []
    monkeypatch.setattr("onelead.app._create.stop", lambda serving: (closed.append(serving), stop(serving)))
    app = create_app(tmp_path / "new")

    async def live() -> None:
        async with app.router.lifespan_context(app):
            assert not closed

    finish(live())
    assert len(closed) == 1
    assert (tmp_path / "new" / "workspace.toml").exists()
