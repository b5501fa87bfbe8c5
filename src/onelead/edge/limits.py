"""How much and how often: size of bodies, requests of one client."""

from __future__ import annotations

import math
from collections import OrderedDict
from time import monotonic
from typing import TYPE_CHECKING

from onelead.edge._asgi import answer, header

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from onelead.edge.measures import Measures

SMALL = (b"application/x-www-form-urlencoded", b"application/json", b"text/plain", b"")
"""Kinds of bodies that are no files."""
CLIENTS = 10_000
TOO_LARGE = 413
TOO_MANY = 429


class _TooLargeError(Exception):
    """Stops the reader of a body in mid-stream; never leaves this file."""


class BodyLimit:
    """Refuses a body over the limit: at once when its length is announced, else as soon as that much has come.

    Args:
        app: what is inside.
        measures: where refusals are counted.
        files: limit of uploads, in bytes.
        other: limit of all other bodies, in bytes.
    """

    def __init__(self, app: ASGIApp, *, measures: Measures, files: int, other: int) -> None:
        self.app = app
        self._measures = measures
        self._files = files
        self._other = other

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        kind = (header(scope, b"content-type") or b"").partition(b";")[0].strip().lower()
        limit = self._other if kind in SMALL else self._files
        announced = header(scope, b"content-length") or b""
        if announced.isdigit() and int(announced) > limit:
            await self._refuse(scope, send, limit)
            return
        await self._counted(scope, receive, send, limit)

    async def _counted(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        came = 0
        started = False

        async def counting() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > limit:
                raise _TooLargeError
            return message

        async def unless_too_large(message: Message) -> None:
            nonlocal started
            # Whoever reads the body may answer the interruption in their own words; ours are better.
            if came <= limit or started:
                started = True
                await send(message)

        try:
            await self.app(scope, counting, unless_too_large)
        except Exception:
            if came <= limit:
                raise
        if came > limit and not started:
            await self._refuse(scope, send, limit)

    async def _refuse(self, scope: Scope, send: Send, limit: int) -> None:
        self._measures.refused.labels("too_large").inc()
        size = f"{limit / 2**20:,.0f} MB" if limit >= 2**20 else f"{limit / 1024:,.0f} kB"
        setting = "server.max_upload_mb" if limit == self._files else "server.max_body_kb"
        hint = f"Send less, or raise {setting} in the settings and start the server again."
        await answer(scope, send, TOO_LARGE, "too_large", f"The body is larger than {size}.", hint, {"connection": "close"})


class RateLimit:
    """A token bucket for each client: ``burst`` requests at once, then ``per_minute``. 0 per minute is no limit."""

    def __init__(self, app: ASGIApp, *, measures: Measures, per_minute: int, burst: int, clock: Callable[[], float] = monotonic) -> None:
        self.app = app
        self._measures = measures
        self._rate = per_minute / 60
        self._burst = float(burst)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "http" and self._rate and (wait := self._take(scope)):
            self._measures.refused.labels("too_many_requests").inc()
            hint = f"Wait {wait} s. The limit is the setting server.requests_per_minute."
            await answer(scope, send, TOO_MANY, "too_many_requests", "Too many requests came from here.", hint, {"retry-after": str(wait)})
            return
        await self.app(scope, receive, send)

    def _take(self, scope: Scope) -> int:
        """0 when the request may pass, else the seconds until one may."""
        client = scope["client"][0] if scope.get("client") else ""
        now = self._clock()
        left, since = self._buckets.pop(client, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._rate)
        passes = left >= 1
        self._buckets[client] = (left - 1 if passes else left, now)
        if len(self._buckets) > CLIENTS:
            self._buckets.popitem(last=False)
        return 0 if passes else max(1, math.ceil((1 - left) / self._rate))
