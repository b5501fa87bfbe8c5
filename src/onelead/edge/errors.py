"""Errors that no page and no part of the API answered itself, in the one shape: a problem document, or a plain page for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

from onelead.core.errors import OneLeadError
from onelead.edge._asgi import error_body

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

NOT_FOUND = 404
INVALID = 422
CODES = {400: "bad_request", 404: "unknown_address", 405: "method", 413: "too_large", 415: "media_type"}


def add_error_handlers(app: FastAPI) -> None:
    """Answer expected errors, unknown addresses and invalid parameters that come up to the application."""
    from fastapi.exceptions import RequestValidationError

    app.add_exception_handler(OneLeadError, _expected)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)


async def _expected(request: Request, error: Exception) -> Response:
    assert isinstance(error, OneLeadError)  # noqa: S101 - Starlette's signature is wider than what it calls this with
    body, kind = error_body(request.scope, error.status, error.code, error.message, error.hint, **error.fields)
    return Response(body, error.status, media_type=kind)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    status = error.status_code
    if status in {204, 304}:
        return Response(status_code=status, headers=error.headers)
    detail = f"There is nothing at {request.url.path!r}." if status == NOT_FOUND and error.detail == "Not Found" else str(error.detail)
    body, kind = error_body(request.scope, status, CODES.get(status, "http"), detail)
    return Response(body, status, headers=error.headers, media_type=kind)


async def _invalid(request: Request, error: Exception) -> Response:
    from fastapi.exceptions import RequestValidationError

    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    problems = [{"place": ".".join(map(str, part["loc"])), "message": part["msg"]} for part in error.errors()]
    detail = "; ".join(f"{found['place']}: {found['message']}" for found in problems[:5])
    body, kind = error_body(request.scope, INVALID, "invalid", f"The request does not fit: {detail}.", None, errors=problems)
    return Response(body, INVALID, media_type=kind)
