"""Small helpers of the middlewares: reading headers, answering without the application."""

from __future__ import annotations

import json
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING

from onelead.core.problem import MEDIA_TYPE, problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Scope, Send

_PAGE = """<!doctype html>
<html lang="en" data-bs-theme="light"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title} · OneLead</title><script src="/static/theme.js"></script><link rel="stylesheet" href="/static/vendor/tabler.min.css"><link rel="stylesheet" href="/static/onelead.css"></head>
<body><main class="ol-main" id="main"><div class="c"><div class="ch"><h1>{title}</h1></div><div class="cb"><p>{detail}</p><p class="t2">{hint}</p>
<p><a href="/">Open the first page</a></p></div><div class="cf"><span class="note">{code} · {request_id}</span></div></div></main></body></html>
"""


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first header of a (lower-case) name."""
    return next((value for key, value in scope["headers"] if key == name), None)


def is_api(scope: Scope) -> bool:
    """Whether a program asks, so that errors are problem documents."""
    return str(scope["path"]).startswith("/api/") or b"application/json" in (header(scope, b"accept") or b"")


def request_id(scope: Scope) -> str:
    """The id of the request, once it has one."""
    return str(scope.get("state", {}).get("request_id", ""))


def error_body(scope: Scope, status: int, code: str, detail: str, hint: str | None = None, **more: object) -> tuple[bytes, str]:
    """Body and media type of an error: a problem document for programs, a plain page for people."""
    if is_api(scope):
        return json.dumps(problem(status, code, detail, hint=hint, request_id=request_id(scope) or None, **more)).encode(), MEDIA_TYPE
    page = _PAGE.format(
        title=HTTPStatus(status).phrase.capitalize(),
        detail=escape(detail),
        hint=escape(hint or ""),
        code=escape(code),
        request_id=escape(request_id(scope)),
    )
    return page.encode(), "text/html; charset=utf-8"


async def answer(
    scope: Scope, send: Send, status: int, code: str, detail: str, hint: str | None = None, headers: Mapping[str, str] | None = None
) -> None:
    """Send an error in place of the application."""
    body, media_type = error_body(scope, status, code, detail, hint)
    lines = {"content-type": media_type, "content-length": str(len(body)), "cache-control": "no-store", **(headers or {})}
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in lines.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
