"""Gzip of text on the way out."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from tests.edge.apps import HOST, ask, says

from onelead.edge.compress import Compress

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

TAKES = [HOST, (b"accept-encoding", b"br, gzip")]
LONG = b"the same words again and again " * 200


def test_long_text_is_compressed() -> None:
    got = ask(Compress(says(LONG, **{"content-length": str(len(LONG)).encode(), "vary": b"Cookie"})), headers=TAKES)
    assert gzip.decompress(got.body) == LONG
    assert got.headers["content-encoding"] == "gzip"
    assert got.headers["content-length"] == str(len(got.body))
    assert got.headers["vary"] == "Cookie, Accept-Encoding"


@pytest.mark.parametrize(
    "app",
    [
        says(b"short"),
        says(LONG, b"image/png"),
        says(LONG, b"text/event-stream"),
        says(LONG, **{"content-encoding": b"gzip"}),
        says(LONG, status=206),
    ],
)
def test_what_gains_nothing_is_left_alone(app: object) -> None:
    got = ask(Compress(app), headers=TAKES)  # type: ignore[arg-type]
    assert got.body in {LONG, b"short"}
    assert "vary" not in got.headers


def test_who_does_not_take_gzip_gets_plain_text() -> None:
    assert ask(Compress(says(LONG))).body == LONG


def test_a_stream_is_compressed_piece_by_piece() -> None:
    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/csv")]})
        for number in range(5):
            await send({"type": "http.response.body", "body": b"row %d\n" % number, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    got = ask(Compress(stream), headers=TAKES)
    assert gzip.decompress(got.body) == b"".join(b"row %d\n" % number for number in range(5))
    assert got.pieces == 6
    assert "content-length" not in got.headers
