"""Errors as problem documents (RFC 9457): expected ones, requests that do not fit the schema, unknown addresses, and the unexpected."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import compile_path

from onelead.core.errors import OneLeadError, WorkspaceError, nearest
from onelead.core.problem import MEDIA_TYPE, problem, problem_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.requests import Request

SHOWN = 200
"""Characters of a refused value that are shown again."""


class NothingLoadedError(WorkspaceError):
    """A question to a workspace without data."""

    code = "nothing_loaded"
    status = 409

    def __init__(self) -> None:
        super().__init__("Nothing is loaded yet.", hint="Load a file first: POST /api/v1/loads.")


class CursorError(OneLeadError):
    """A cursor that cannot be read, or belongs to another question."""

    code = "cursor"
    status = 422


class CursorGoneError(OneLeadError):
    """A cursor whose snapshot was pruned meanwhile."""

    code = "cursor_gone"
    status = 410


class RequestError(OneLeadError):
    """A request that does not fit the schema."""

    code = "request"
    status = 400


class NotModified(Exception):  # noqa: N818 - no error: the answer that the asker holds still holds
    """The asker's copy is current; raised before any work was done."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__("not modified")
        self.headers = dict(headers)


def answer(request: Request, document: dict[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """``document`` as a response, with the request's id where the server gave it one."""
    state = request.scope.get("state") or {}
    request_id = state.get("request_id")
    body = document | ({"request_id": str(request_id)} if request_id else {})
    return JSONResponse(json.loads(json.dumps(body, default=str)), int(document["status"]), headers=headers, media_type=MEDIA_TYPE)


def _expected(request: Request, error: Exception) -> Response:
    assert isinstance(error, OneLeadError)  # noqa: S101 - registered for nothing else
    return answer(request, problem_of(error), {"Cache-Control": "no-store"})


def _unread(request: Request, error: Exception) -> Response:
    """What does not fit the schema: field by field, what came and what is valid."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    fields = [
        {"field": ".".join(map(str, entry["loc"])), "message": entry["msg"], "came": _short(entry.get("input"))} for entry in error.errors()
    ]
    first = fields[0] if fields else {"field": "request", "message": "cannot be read"}
    more = f" (and {len(fields) - 1} more)" if len(fields) > 1 else ""
    document = problem(
        RequestError.status,
        RequestError.code,
        f"{first['field']}: {first['message']}{more}.",
        hint="Each entry of errors names a field, what came, and what is valid.",
        errors=fields,
    )
    return answer(request, document, {"Cache-Control": "no-store"})


def _short(value: object) -> str | None:
    text = None if value is None else str(value)
    return text if text is None or len(text) <= SHOWN else text[:SHOWN] + "…"


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    status, headers = error.status_code, dict(error.headers or {})
    if status == 404:  # noqa: PLR2004 - not found
        close = nearest(request.url.path, list(request.app.openapi()["paths"]))
        hint = f"Did you mean {' or '.join(close)}?" if close else "The addresses are listed at /api/docs."
        return answer(request, problem(404, "no_such_address", f"There is nothing at {request.url.path}.", hint=hint))
    if status == 405:  # noqa: PLR2004 - method not allowed
        allowed = _allowed(request)
        headers["Allow"] = ", ".join(allowed)
        detail = f"{request.url.path} does not know {request.method}."
        return answer(request, problem(405, "method", detail, hint=f"It knows {', '.join(allowed)}."), headers)
    code = "request" if status == 400 else f"http_{status}"  # noqa: PLR2004 - bad request
    return answer(request, problem(status, code, str(error.detail)), headers)


def _allowed(request: Request) -> list[str]:
    """Methods of every operation at the request's path."""
    paths = request.app.openapi()["paths"]
    here = request.url.path
    fitting = [paths[here]] if here in paths else [found for path, found in paths.items() if compile_path(path)[0].match(here)]
    methods = {name.upper() for operations in fitting for name in operations} or {"GET"}
    return sorted({*methods, "HEAD"} if "GET" in methods else methods)


def _unexpected(request: Request, error: Exception) -> Response:
    del error  # it is logged by the server; no trace reaches the asker
    return answer(request, problem(500, "unexpected", "Something went wrong here.", hint="The server's log holds the details."))


def _current(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, NotModified)  # noqa: S101 - registered for nothing else
    return Response(status_code=304, headers=error.headers)


def install(app: FastAPI) -> None:
    """Let ``app`` answer every error as a problem document."""
    app.add_exception_handler(OneLeadError, _expected)
    app.add_exception_handler(RequestValidationError, _unread)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(NotModified, _current)
    app.add_exception_handler(Exception, _unexpected)


def declared(*extra: int) -> dict[int | str, dict[str, Any]]:
    """The error responses of an operation, for its description."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    words = {
        400: "The request does not fit the schema; `errors` says which field.",
        403: "The reader may not do this.",
        404: "Something that is named does not exist; `nearest` says what comes close.",
        409: "Nothing is loaded yet, or another change has its turn.",
        410: "The snapshot of the cursor is gone.",
        413: "The upload is larger than the limit.",
        422: "Well-formed, but it cannot be carried out as it stands.",
    }
    found: dict[int | str, dict[str, Any]] = {
        status: {"description": words[status], "content": content} for status in sorted({400, 404, 409, 422, *extra})
    }
    return {**found, "default": {"description": "Any other problem.", "content": content}}
