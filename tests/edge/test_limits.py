"""Size of bodies, and requests of one client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.edge.apps import HOST, ask, measures, says

from onelead.edge.limits import BodyLimit, RateLimit

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

FILE = (b"content-type", b"multipart/form-data; boundary=x")
FORM = (b"content-type", b"application/x-www-form-urlencoded")


def limited(app: object = None) -> BodyLimit:
    return BodyLimit(app or says(), measures=measures(), files=2000, other=100)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "size", "status"), [(FILE, 2000, 200), (FILE, 2001, 413), (FORM, 100, 200), (FORM, 101, 413), (None, 101, 413)]
)
@pytest.mark.parametrize("announced", [True, False])
def test_a_body_over_the_limit_is_refused(kind: tuple[bytes, bytes] | None, size: int, status: int, announced: bool) -> None:
    headers = [HOST, *([kind] if kind else []), *([(b"content-length", str(size).encode())] if announced else [])]
    got = ask(limited(), "POST", headers=headers, pieces=[b"x" * 50] * (size // 50) + [b"x" * (size % 50)])
    assert got.status == status
    if status == 413:
        assert got.headers["connection"] == "close"
        assert b"server.max_" in got.body


def test_an_announced_length_is_refused_before_anything_is_read() -> None:
    async def never(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("the application was called")

    assert ask(limited(never), "POST", headers=[HOST, FILE, (b"content-length", b"99999999999")], pieces=[]).status == 413


def test_a_reader_that_catches_the_interruption_cannot_answer_in_its_own_words() -> None:
    async def forgiving(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            while (await receive()).get("more_body"):
                pass
        except Exception:  # noqa: BLE001 - as a parser of forms does
            await send({"type": "http.response.start", "status": 400, "headers": []})
            await send({"type": "http.response.body", "body": b"cannot parse"})

    assert ask(limited(forgiving), "POST", headers=[HOST, FORM], pieces=[b"x" * 101]).status == 413


def test_other_errors_of_the_application_pass() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(limited(broken), "POST", headers=[HOST, FORM])


def test_a_client_gets_its_burst_and_then_its_rate() -> None:
    now = [100.0]
    limit = RateLimit(says(), measures=measures(), per_minute=60, burst=3, clock=lambda: now[0])
    assert [ask(limit).status for _ in range(4)] == [200, 200, 200, 429]
    refused = ask(limit)
    assert refused.headers["retry-after"] == "1"
    assert ask(limit, client="127.0.0.2").status == 200, "another client has its own bucket"
    now[0] += 2
    assert [ask(limit).status for _ in range(3)] == [200, 200, 429]
    now[0] += 1000
    assert [ask(limit).status for _ in range(4)] == [200, 200, 200, 429], "what was not used does not add up beyond the burst"


def test_no_limit() -> None:
    limit = RateLimit(says(), measures=measures(), per_minute=0, burst=1)
    assert {ask(limit).status for _ in range(10)} == {200}


def test_the_clients_that_are_remembered_do_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onelead.edge.limits.CLIENTS", 5)
    limit = RateLimit(says(), measures=measures(), per_minute=60, burst=1)
    for number in range(20):
        ask(limit, client=f"10.0.0.{number}")
    assert len(limit._buckets) == 5
