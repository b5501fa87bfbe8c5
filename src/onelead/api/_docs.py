"""The page that documents the API: written on the server from the description, so that it works without scripts and without the internet."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import jinja2
from starlette.responses import Response

from onelead.api._reference import reference

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

PAGE = "/api/docs"
OWN = {"docs.css": "text/css; charset=utf-8", "docs.js": "text/javascript; charset=utf-8"}
CODES = (
    ("request", 400, "The request does not fit the schema: `errors` names each field, what came, and what is valid."),
    ("forbidden", 403, "The reader may not do this."),
    ("unknown_name", 404, "Something that is named does not exist; `nearest` says what comes close."),
    ("no_such_address", 404, "There is nothing at this address."),
    ("nothing_loaded", 409, "Nothing is loaded yet."),
    ("busy", 409, "Another load has its turn, or somebody else was first."),
    ("cursor_gone", 410, "The snapshot of a cursor was pruned: begin the list anew."),
    ("source_limit", 413, "The upload is larger than the limit."),
    ("usage", 422, "Well-formed, but it cannot be carried out as it stands: a date in the past, an outcome without a reason."),
    ("cursor", 422, "The cursor belongs to another question."),
    ("quality", 422, "Too many rows of a file are bad; confirm with `accept_bad_rows` to load the others."),
    ("unexpected", 500, "Something went wrong in the server; its log holds the details under `request_id`."),
)


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("onelead.api"), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@cache
def _own(name: str) -> bytes:
    return files("onelead.api").joinpath("static", name).read_bytes()


def install(app: FastAPI) -> None:
    """Serve the page at /api/docs, and what it needs beside it."""
    kept: list[str] = []

    def page(request: Request) -> Response:
        del request
        if not kept:
            document = app.openapi()
            kept.append(_environment().get_template("docs.html").render(info=document["info"], groups=reference(document), codes=CODES))
        return Response(kept[0], media_type="text/html; charset=utf-8", headers={"Cache-Control": "no-cache"})

    def own(request: Request) -> Response:
        name = request.url.path.rsplit("/", 1)[1]
        return Response(_own(name), media_type=OWN[name], headers={"Cache-Control": "no-cache"})

    app.add_route(PAGE, page, include_in_schema=False)
    for name in OWN:
        app.add_route(f"{PAGE}/{name}", own, include_in_schema=False)
