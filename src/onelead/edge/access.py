"""Outermost: gives each request an id, logs and counts it, and turns an unexpected error into a 500 that tells nothing."""

from __future__ import annotations

import re
import secrets
from time import perf_counter
from typing import TYPE_CHECKING

import structlog
from structlog.contextvars import bound_contextvars

from onelead.edge._asgi import answer, header

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi.routing import APIRoute
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from onelead.edge.measures import Measures

ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
QUIET = ("/static/", "/healthz", "/readyz", "/metrics")
"""Paths that are logged for debugging only."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
WENT_AWAY = 499
FAILED = 500
MAX_PATH = 300

log = structlog.get_logger("onelead.access")


class _Seen:
    """What became of a response."""

    __slots__ = ("id", "sent", "size", "status")

    def __init__(self, request_id: bytes) -> None:
        self.id = request_id
        self.status = 0
        self.size = 0
        self.sent = False

    def note(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", ()), (b"x-request-id", self.id)]
        elif message["type"] == "http.response.body":
            self.size += len(message.get("body", b""))
            self.sent = not message.get("more_body", False)


class Access:
    """Request id, access log, measures, last resort. ``X-Request-Id`` is taken over when it is well formed.

    ``templates`` are path templates by endpoint, for routes that do not put themselves into the request.
    """

    def __init__(self, app: ASGIApp, *, measures: Measures, templates: Mapping[object, str] | None = None) -> None:
        self.app = app
        self._measures = measures
        self._templates = dict(templates or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = header(scope, b"x-request-id") or b""
        seen = _Seen(given if ID.fullmatch(given) else secrets.token_hex(8).encode())
        scope.setdefault("state", {})["request_id"] = seen.id.decode()

        async def noting(message: Message) -> None:
            seen.note(message)
            await send(message)

        began = perf_counter()
        with bound_contextvars(request_id=seen.id.decode()):
            self._measures.running.inc()
            try:
                await self._answer(scope, receive, noting, seen)
            finally:
                self._measures.running.dec()
                self._done(scope, seen, perf_counter() - began)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, seen: _Seen) -> None:
        try:
            await self.app(scope, receive, send)
        except Exception:
            log.exception("request failed", method=scope["method"], path=_path(scope))
            if not seen.status:
                hint = f"Try again; if it stays so, look for {seen.id.decode()} in the log of the server."
                await answer(scope, send, FAILED, "internal", "Something went wrong while answering.", hint)

    def _done(self, scope: Scope, seen: _Seen, seconds: float) -> None:
        status = seen.status if seen.sent else seen.status if seen.status >= FAILED else WENT_AWAY
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._measures.request(method, self._route(scope), status, seconds)
        path = _path(scope)
        write = log.warning if status >= FAILED else log.debug if path.startswith(QUIET) else log.info
        client = scope.get("client")
        write(
            "request",
            method=scope["method"],
            path=path,
            status=status,
            ms=round(seconds * 1000, 1),
            bytes=seen.size,
            client=client[0] if client else None,
        )

    def _route(self, scope: Scope) -> str:
        """The template of the route, so that no measure grows with what people ask for."""
        endpoint, path = scope.get("endpoint"), str(scope["path"])
        if endpoint in self._templates:
            return self._templates[endpoint]
        if endpoint is None or (route := scope.get("route")) is None:
            return next((known for known in QUIET if path.startswith(known)), "unmatched")
        self._templates[endpoint] = _whole(route, path)
        return self._templates[endpoint]


def _whole(route: APIRoute, path: str) -> str:
    """The template of a route with the prefixes that its router was included under; a route itself knows only its own part."""
    rest = path
    while rest and not route.path_regex.match(rest):
        _, slash, after = rest[1:].partition("/")
        rest = slash + after
    return path.removesuffix(rest) + route.path


def _path(scope: Scope) -> str:
    """The path as it came, still encoded (no control characters reach a terminal), without the query (it may hold secrets)."""
    raw = scope.get("raw_path") or str(scope["path"]).encode("ascii", "backslashreplace")
    return bytes(raw).split(b"?", 1)[0].decode("ascii", "backslashreplace")[:MAX_PATH]
