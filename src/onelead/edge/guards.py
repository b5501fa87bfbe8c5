"""Who may ask at all: the host that was asked for, the page that a change came from; and the headers that keep browsers safe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from onelead.edge._asgi import answer, header

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from onelead.edge.measures import Measures

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
NAMED = re.compile(r"(?:\[(?P<address>[0-9a-f:.]+)\]|(?P<name>[^][:@/?#\\\s]+))(?::[0-9]{1,5})?")
"""A Host header as a whole: a name, or an address in brackets, and its port."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = (b"application/x-www-form-urlencoded", b"multipart/form-data", b"text/plain")
"""Bodies that a page of another site can send without asking the browser first."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
"""Inline ``style`` attributes are for widths and positions computed from data (and for Plotly); inline style sheets and scripts are refused."""
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, no-cache",
}


class SafeHeaders:
    """Adds the security headers that a response does not bring itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._headers = [(name.encode(), value.encode()) for name, value in HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def adding(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                names = {name.lower() for name, _ in given}
                message["headers"] = given + [entry for entry in self._headers if entry[0] not in names]
            await send(message)

        await self.app(scope, receive, adding)


class Guard:
    """Refuses other hosts (against DNS rebinding) and changes that come from another site (CSRF).

    A browser says where a request comes from: ``Sec-Fetch-Site``, or at least ``Origin``. Programs say neither; they may
    change things through the API, with a body that no page of another site could send, or with the header ``X-OneLead-Client``,
    which such a page could not set.
    """

    def __init__(self, app: ASGIApp, *, measures: Measures, hosts: frozenset[str] = frozenset()) -> None:
        self.app = app
        self._hosts = LOOPBACK | {host.lower() for host in hosts}
        self._measures = measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "http":
            refusal = self._host(scope) or _unreadable(scope) or _foreign(scope)
            if refusal:
                status, code, detail, hint = refusal
                self._measures.refused.labels(code).inc()
                await answer(scope, send, status, code, detail, hint)
                return
        await self.app(scope, receive, send)

    def _host(self, scope: Scope) -> tuple[int, str, str, str] | None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) == 1 and _name(hosts[0].decode("latin-1")) in self._hosts:
            return None
        given = hosts[0].decode("latin-1")[:100] if hosts else "none"
        return 400, "host", f"This server does not answer for the host {given!r}.", f"It answers for {', '.join(sorted(self._hosts))}."


def _name(host: str) -> str | None:
    """The host without its port; None for what is no host with or without a port, as a whole."""
    found = NAMED.fullmatch(host.lower())
    return (found["address"] or found["name"]) if found else None


def _unreadable(scope: Scope) -> tuple[int, str, str, str] | None:
    """Refuses the character NUL, which no name, id or text of ours holds and databases cut statements at."""
    if "\x00" in str(scope["path"]) or b"%00" in scope.get("query_string", b""):
        return 400, "unreadable", "The address holds the character NUL.", "Take %00 out of it."
    return None


def _foreign(scope: Scope) -> tuple[int, str, str, str] | None:
    """Why a request is not from here, if it is not."""
    site = header(scope, b"sec-fetch-site")
    if scope["method"] in SAFE:
        # Another site may link to a page, but not read our data into its own page.
        if site in {b"cross-site", b"same-site"} and header(scope, b"sec-fetch-mode") != b"navigate":
            return 403, "foreign_page", "Another site's page asked for this.", "Open it in OneLead itself."
        return None
    if site is not None:
        fine = site in {b"same-origin", b"none"}
    elif (origin := header(scope, b"origin")) is not None:
        fine = origin.lower().partition(b"://")[2] == (header(scope, b"host") or b"").lower() != b""
    else:
        fine = _program(scope)
    hint = "Use OneLead's own pages. A program sends its body as JSON to /api, or adds the header X-OneLead-Client with its name."
    return None if fine else (403, "foreign_page", "This change did not come from a page of OneLead.", hint)


def _program(scope: Scope) -> bool:
    if not str(scope["path"]).startswith("/api/"):
        return False
    kind = (header(scope, b"content-type") or b"").partition(b";")[0].strip().lower()
    return kind not in FORMS or header(scope, b"x-onelead-client") is not None
