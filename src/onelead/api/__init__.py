"""Layer 5: the REST API. A resource is one file of ``resources``; every one answers from the use cases that the screens ask too."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from onelead.workspace.serving import Serving


def api(serving: Serving) -> FastAPI:
    """The application that answers ``/api/v1/…``, ``/api/docs…`` and ``/openapi.json`` of a served workspace, by their full paths."""
    from onelead.api._app import make

    return make(serving)


def owns(path: str) -> bool:
    """Whether the API answers ``path``: what the whole application hands to it."""
    return path in {"/openapi.json", "/api"} or path.startswith("/api/")
