"""Small applications and a raw ASGI client for the tests of middlewares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.loops import finish

from onelead.edge.measures import Measures

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Receive, Scope, Send

HOST = (b"host", b"127.0.0.1:8050")


@dataclass
class Got:
    """What came back."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    pieces: int = 0


def ask(
    app: ASGIApp,
    method: str = "GET",
    path: str = "/",
    headers: Iterable[tuple[bytes, bytes]] = (HOST,),
    pieces: Iterable[bytes] = (b"",),
    client: str = "127.0.0.1",
) -> Got:
    """One request, its body sent in ``pieces``."""
    got = Got()
    waiting = list(pieces)

    async def receive() -> dict[str, Any]:
        body = waiting.pop(0) if waiting else b""
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            assert not got.status, "two responses"
            got.status = message["status"]
            got.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            got.body += message.get("body", b"")
            got.pieces += 1

    bare, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": bare,
        "raw_path": path.encode(),  # some servers leave the query in
        "query_string": query.encode(),
        "headers": list(headers),
        "client": (client, 1),
    }
    finish(_call(app, scope, receive, send))
    return got


async def _call(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)


def measures() -> Measures:
    return Measures("test")


def says(text: bytes = b"fine", kind: bytes = b"text/plain; charset=utf-8", status: int = 200, **extra: bytes) -> ASGIApp:
    """An application that says the same to everybody, after reading the whole body."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        headers = [(b"content-type", kind), *((name.encode(), value) for name, value in extra.items())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": text})

    return app
