"""Request ids, the access log, measures, and errors that nobody expected."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs
from tests.edge.apps import HOST, ask, measures, says

from onelead.edge.access import Access

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


async def broken(scope: Scope, receive: Receive, send: Send) -> None:
    raise ZeroDivisionError("the secret detail")


async def broken_halfway(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"half", "more_body": True})
    raise ZeroDivisionError


async def went_away(scope: Scope, receive: Receive, send: Send) -> None:
    return


def logged(app: Any, **kwargs: Any) -> tuple[Any, list[Any]]:
    from structlog.contextvars import merge_contextvars

    with capture_logs(processors=[merge_contextvars]) as lines:
        got = ask(Access(app, measures=kwargs.pop("measured", measures())), **kwargs)
    return got, lines


def test_a_request_gets_an_id_that_is_returned_and_logged() -> None:
    got, lines = logged(says())
    assert re.fullmatch(r"[0-9a-f]{16}", got.headers["x-request-id"])
    assert [line["request_id"] for line in lines] == [got.headers["x-request-id"]]


@pytest.mark.parametrize(("given", "kept"), [(b"abc-DEF_1.2", True), (b"short", False), (b"x" * 65, False), (b"line\nbreak-1", False)])
def test_a_well_formed_id_is_taken_over(given: bytes, kept: bool) -> None:
    got, _ = logged(says(), headers=(HOST, (b"x-request-id", given)))
    assert (got.headers["x-request-id"] == given.decode()) is kept


def test_the_log_has_what_happened_and_no_query() -> None:
    _, lines = logged(says(b"four"), path="/pipeline?password=secret")
    [line] = lines
    assert {name: line[name] for name in ("event", "method", "path", "status", "bytes", "client", "log_level")} == {
        "event": "request",
        "method": "GET",
        "path": "/pipeline",
        "status": 200,
        "bytes": 4,
        "client": "127.0.0.1",
        "log_level": "info",
    }
    assert line["ms"] >= 0
    assert "secret" not in json.dumps(lines)


def test_probes_and_static_files_are_logged_for_debugging_only() -> None:
    assert [logged(says(), path=path)[1][0]["log_level"] for path in ("/healthz", "/static/x.css", "/")] == ["debug", "debug", "info"]


@pytest.mark.parametrize(("path", "kind"), [("/api/v1/accounts", "application/problem+json"), ("/pipeline", "text/html; charset=utf-8")])
def test_an_unexpected_error_tells_the_client_nothing_and_the_log_everything(path: str, kind: str) -> None:
    got, lines = logged(broken, path=path)
    assert (got.status, got.headers["content-type"]) == (500, kind)
    assert b"secret" not in got.body
    assert b"Traceback" not in got.body
    assert b"ZeroDivision" not in got.body
    assert got.headers["x-request-id"].encode() in got.body
    failed, request = lines
    assert failed["exc_info"]
    assert (failed["request_id"], request["status"], request["log_level"]) == (got.headers["x-request-id"], 500, "warning")


def test_an_error_after_the_first_words_is_logged_and_not_answered_twice() -> None:
    got, lines = logged(broken_halfway)
    assert (got.status, got.body) == (200, b"half")
    assert [line["event"] for line in lines] == ["request failed", "request"]
    assert lines[1]["status"] == 499


def test_measures_count_by_route_and_status() -> None:
    measured = measures()
    logged(says(), measured=measured, path="/anything/at/all")
    logged(broken, measured=measured, path="/other")
    logged(went_away, measured=measured, method="BREW")
    text = measured.text().decode()
    assert 'onelead_requests_total{method="GET",route="unmatched",status="200"} 1.0' in text
    assert 'onelead_requests_total{method="GET",route="unmatched",status="500"} 1.0' in text
    assert 'onelead_requests_total{method="other",route="unmatched",status="499"} 1.0' in text
    assert 'onelead_request_seconds_count{method="GET",route="unmatched"} 2.0' in text
    assert "onelead_requests_running 0.0" in text


def test_two_applications_do_not_share_measures() -> None:
    first, second = measures(), measures()
    logged(says(), measured=first)
    assert b"onelead_requests_total{" not in second.text()
