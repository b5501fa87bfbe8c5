"""The description of the API (OpenAPI 3.1), with examples of the August sample."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi
from starlette.responses import JSONResponse, Response

from onelead.api._models import Problem

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

ABOUT = """Everything that OneLead knows, for programs.

Answers come from the published snapshot and are computed for an as-of date; both are in every answer, with the currency and whether any \
money in it is an estimate. Unknown is `null`, never zero. Lists come in pages: `next` is the cursor of the page after. An `ETag` tells \
whether an answer still holds. Errors are problem documents (RFC 9457) with a stable `code` and a `hint`."""


@cache
def examples() -> dict[str, Any]:
    """Examples by operation: parameters, body and response, made from the August sample by ``scripts/api_examples.py``."""
    file = files("onelead.api") / "examples.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return found


def install(app: FastAPI) -> None:
    """Serve the description at /openapi.json."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    def openapi_json(request: Request) -> Response:
        del request
        return JSONResponse(app.openapi(), headers={"Cache-Control": "no-cache"})

    app.openapi = described  # type: ignore[method-assign]  # as FastAPI's documentation does
    app.add_route("/openapi.json", openapi_json, include_in_schema=False)


def _described(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = _with_parts(Problem.model_json_schema(ref_template="#/components/schemas/{model}"), schemas)
    known = examples()
    for path in document["paths"].values():
        for operation in path.values():
            _add_examples(operation, known.get(operation["operationId"], {}))
    return document


def _with_parts(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    schemas.update(schema.pop("$defs", {}))
    return schema


def _add_examples(operation: dict[str, Any], example: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in example.get("parameters", {}):
            parameter["example"] = example["parameters"][parameter["name"]]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if "body" in example:
            content["example"] = example["body"]
    for status, response in operation["responses"].items():
        if status.startswith("2") and "response" in example:
            for content in response.get("content", {}).values():
                content["example"] = example["response"]
