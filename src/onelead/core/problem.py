"""The one shape of an error over HTTP: a problem document (RFC 9457) with the error's stable code."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onelead.core.errors import OneLeadError

MEDIA_TYPE = "application/problem+json"


def problem(status: int, code: str, detail: str, *, hint: str | None = None, **more: object) -> dict[str, object]:
    """A problem document.

    Args:
        status: HTTP status.
        code: stable code of the error, for programs; also the end of ``type``.
        detail: what came and what is valid, for people.
        hint: what to do about it.
        more: further members, such as the fields of the error; those that are None are left out.
    """
    document: dict[str, object] = {
        "type": f"urn:onelead:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if hint:
        document["hint"] = hint
    return document | {name: value for name, value in more.items() if value is not None and name not in document}


def problem_of(error: OneLeadError, **more: object) -> dict[str, object]:
    """The problem document of an expected error, with its fields."""
    return problem(error.status, error.code, error.message, hint=error.hint, **(error.fields | more))
