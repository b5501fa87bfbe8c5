"""The application: every resource under its prefix, one shape of errors, the description and its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Depends, FastAPI

import onelead
from onelead.api import _docs, _openapi, _problems
from onelead.api._asking import BODY_BYTES, guard
from onelead.api._resource import PREFIX, resources
from onelead.workspace.answers import Answers

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from onelead.workspace.serving import Serving


class HeadAsGet:
    """Answer HEAD as GET without its body: every address that can be read can be asked for its headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, without the body for HEAD."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def headers_only(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._app({**scope, "method": "GET"}, receive, headers_only)


def make(serving: Serving) -> FastAPI:
    """See ``onelead.api.api``."""
    found = resources()
    app = FastAPI(
        title="OneLead",
        version=onelead.__version__,
        description=_openapi.ABOUT,
        openapi_tags=[{"name": resource.id, "description": resource.doc} for resource in found.values()],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(guard)],
        redirect_slashes=False,
    )
    app.state.serving = serving
    app.state.bodies = Answers(BODY_BYTES)
    app.state.parameters = {}
    for resource in found.values():
        app.include_router(resource.router, prefix=PREFIX)
    _problems.install(app)
    _openapi.install(app)
    _docs.install(app)
    app.add_middleware(HeadAsGet)
    return app
