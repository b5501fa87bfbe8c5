"""The application: doors inside, middlewares around them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

import onelead.api
import onelead.web
from onelead import __version__
from onelead.core.errors import OneLeadError
from onelead.core.problem import MEDIA_TYPE, problem_of
from onelead.edge.access import Access
from onelead.edge.compress import Compress
from onelead.edge.errors import add_error_handlers
from onelead.edge.guards import Guard, SafeHeaders
from onelead.edge.limits import BodyLimit, RateLimit
from onelead.edge.measures import CONTENT_TYPE, Measures
from onelead.edge.static import StaticFiles
from onelead.workspace import Serving, serve_workspace
from onelead.workspace.readiness import answers_by_kind, loads_by_state, readiness, stop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Receive, Scope, Send

STATIC = Path(onelead.web.__file__).parent / "static"
NOT_READY = 503


class Doors:
    """Hands what belongs to the API to the API, which answers by full paths and in its own words, and all else to the screens."""

    def __init__(self, app: ASGIApp, *, api: ASGIApp) -> None:
        self.app = app
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request at its door."""
        door = self._api if scope["type"] == "http" and onelead.api.owns(scope["path"]) else self.app
        await door(scope, receive, send)


def create(where: Path | str | Serving, host: str) -> FastAPI:
    """See ``onelead.app.create_app``."""
    ours = not isinstance(where, Serving)
    serving = where if isinstance(where, Serving) else serve_workspace(where)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        if ours:
            await run_in_threadpool(stop, serving)

    # The API describes itself; the application around it documents nothing.
    app = FastAPI(title="OneLead", version=__version__, docs_url=None, redoc_url=None, openapi_url=None, lifespan=life)
    measures = _measures(serving)
    _probes(app, serving, measures)
    app.mount("/static", StaticFiles(STATIC), name="static")
    site, api = onelead.web.site(serving), onelead.api.api(serving)
    app.include_router(site)
    add_error_handlers(app)
    app.add_middleware(Doors, api=api)
    _wrap(app, serving, measures, host, _templates(app.routes, site.routes, api.routes))
    return app


def _templates(*routes: Sequence[BaseRoute]) -> dict[object, str]:
    """Path templates by endpoint, for routes that do not put themselves into the request (FastAPI's own do)."""
    return {route.endpoint: route.path for found in routes for route in found if isinstance(route, Route)}


def _wrap(app: FastAPI, serving: Serving, measures: Measures, host: str, templates: dict[object, str]) -> None:
    """Put the middlewares around the doors; the last one added is the first that a request meets."""
    limits = serving.parts.settings.server
    app.add_middleware(Compress)
    app.add_middleware(BodyLimit, measures=measures, files=limits.max_upload_mb * 2**20, other=limits.max_body_kb * 2**10)
    app.add_middleware(RateLimit, measures=measures, per_minute=limits.requests_per_minute, burst=limits.burst)
    app.add_middleware(Guard, measures=measures, hosts=frozenset({host}))
    app.add_middleware(Access, measures=measures, templates=templates)
    app.add_middleware(SafeHeaders)


def _measures(serving: Serving) -> Measures:
    measures = Measures(__version__)
    measures.watch("onelead_loads", "Loads, by what became of them.", "result", lambda: loads_by_state(serving))
    measures.watch("onelead_answers", "Answers, by whether they were kept already.", "kind", lambda: answers_by_kind(serving))
    return measures


def _probes(app: FastAPI, serving: Serving, measures: Measures) -> None:
    """Addresses for those who watch the server. Plain functions: they run in threads."""
    fresh = {"cache-control": "no-store"}

    def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n", headers=fresh)

    def readyz(_: Request) -> Response:
        try:
            return JSONResponse({"ready": True, **readiness(serving)}, headers=fresh)
        except OneLeadError as error:
            return JSONResponse({**problem_of(error, ready=False), "status": NOT_READY}, NOT_READY, media_type=MEDIA_TYPE, headers=fresh)

    def numbers(_: Request) -> Response:
        return Response(measures.text(), headers={**fresh, "content-type": CONTENT_TYPE})

    for path, answer in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", numbers)):
        app.add_route(path, answer, methods=["GET"], include_in_schema=False)
