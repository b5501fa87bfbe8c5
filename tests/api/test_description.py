"""The description of the API, its examples, and its page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from onelead.api import owns
from onelead.api._openapi import examples
from onelead.api._resource import resources

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "src" / "onelead" / "web" / "static"


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    response = client.get("/openapi.json")
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {operation["operationId"]: operation for path in document["paths"].values() for operation in path.values()}


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    found = operations(document)
    assert len(found) >= 55
    for name, operation in found.items():
        assert operation["summary"], name
        assert operation["description"], name
        assert operation["tags"][0] in resources(), name
        assert {"400", "404", "409", "422", "default"} <= set(operation["responses"]), name
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), (name, parameter["name"])


def test_every_operation_has_examples(document: dict[str, Any]) -> None:
    assert set(examples()) == set(operations(document)), "run scripts/api_examples.py"
    for name, operation in operations(document).items():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            assert "example" in content or name == "start_load", name
        success = next(response for status, response in operation["responses"].items() if status.startswith("2"))
        assert all("example" in content for content in success.get("content", {}).values()), name


def test_examples_fit_the_schema(document: dict[str, Any]) -> None:
    """Examples of requests fit what is asked for, examples of answers what is promised."""
    parts = {"components": document["components"]}
    for name, operation in operations(document).items():
        held = [
            content for status, found in operation["responses"].items() if status[0] == "2" for content in found.get("content", {}).values()
        ]
        held += list(operation.get("requestBody", {}).get("content", {}).values())
        for content in held:
            if "example" in content:
                problems = jsonschema_rs.validator_for({**parts, **content["schema"]}).iter_errors(content["example"])
                assert [str(problem.message) for problem in problems] == [], name
        for parameter in operation.get("parameters", ()):
            if "example" in parameter:
                assert jsonschema_rs.is_valid({**parts, **parameter["schema"]}, parameter["example"]), (name, parameter["name"])


def test_the_page_shows_every_operation(client: TestClient, document: dict[str, Any]) -> None:
    response = client.get("/api/docs")
    assert response.status_code == 200
    page = response.text
    for name in operations(document):
        assert f'id="{name}"' in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_page_needs_nothing_from_elsewhere_and_no_inline_code(client: TestClient) -> None:
    page = client.get("/api/docs").text
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert address.startswith(("/", "#")), address
        if address.startswith("/static/"):
            assert (STATIC / address.removeprefix("/static/").partition("#")[0]).is_file(), address
        if address.startswith("/api/docs/"):
            assert client.get(address).status_code == 200
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|\sstyle=", page)


def test_the_page_takes_its_colours_from_tokens() -> None:
    css = (ROOT / "src" / "onelead" / "api" / "static" / "docs.css").read_text(encoding="utf-8")
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsl", css)


def test_what_the_api_owns() -> None:
    assert all(owns(path) for path in ("/api", "/api/v1/assets", "/api/docs", "/openapi.json"))
    assert not any(owns(path) for path in ("/", "/apis", "/openapi.json2", "/static/onelead.css"))


def test_the_examples_hold_nothing_of_the_machine() -> None:
    text = json.dumps(examples())
    assert "/tmp" not in text  # noqa: S108 - looked for, not used
    assert '"host"' not in text.replace('"host": "127.0.0.1"', "")
