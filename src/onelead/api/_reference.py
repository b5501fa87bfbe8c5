"""The description of the API in a form that its page shows: operations by tag, with their fields in plain words."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

Schema = dict[str, Any]
DEEPEST = 3
LISTS = ("items", "item")


def reference(document: Schema) -> list[dict[str, Any]]:
    """Tags with their operations, in the order of the description."""
    schemas = document["components"]["schemas"]
    groups = {tag["name"]: {**tag, "operations": []} for tag in document.get("tags", ())}
    for path, found in document["paths"].items():
        for method, operation in found.items():
            groups[operation["tags"][0]]["operations"].append(_operation(path, method, operation, schemas))
    return list(groups.values())


def _operation(path: str, method: str, operation: Schema, schemas: Schema) -> dict[str, Any]:
    body_type, body = _content(operation.get("requestBody", {}))
    status, response = next((code, entry) for code, entry in operation["responses"].items() if code.startswith("2"))
    kind, content = _content(response)
    parameters = [_parameter(entry) for entry in operation.get("parameters", ())]
    example = content.get("example")
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": parameters,
        "body": fields(body.get("schema", {}), schemas),
        "body_type": body_type,
        "status": status,
        "kind": kind,
        "answer": fields(content.get("schema", {}), schemas),
        "example": example
        if isinstance(example, str)
        else json.dumps(example, indent=2, ensure_ascii=False)
        if example is not None
        else "",
        "problems": [code for code in operation["responses"] if code[0] == "4"],
        "curl": _curl(path, method, parameters, body.get("example"), body_type),
    }


def _content(holder: Schema) -> tuple[str | None, Schema]:
    """The first media type of a body or a response, and what is said of it."""
    for kind, content in holder.get("content", {}).items():
        return kind, content
    return None, {}


def _parameter(entry: Schema) -> dict[str, Any]:
    schema = entry["schema"]
    example = entry.get("example")
    return {
        "name": entry["name"],
        "place": entry["in"],
        "required": entry.get("required", False),
        "type": spelled(schema, {}).removesuffix(" or null"),
        "many": schema.get("type") == "array",
        "choices": _choices(schema),
        "doc": entry.get("description") or schema.get("description", ""),
        "default": schema.get("default"),
        "example": example,
        "shown": "\n".join(map(str, example)) if isinstance(example, list) else "" if example is None else str(example),
    }


def _choices(schema: Schema) -> list[str]:
    options = [schema, *schema.get("anyOf", ())]
    return next((list(option["enum"]) for option in options if "enum" in option), [])


def _resolved(schema: Schema, schemas: Schema) -> Schema:
    while "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    options = [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]
    return _resolved(options[0], schemas) if len(options) == 1 and "properties" not in schema else schema


def fields(schema: Schema, schemas: Schema, depth: int = 0) -> list[dict[str, Any]]:
    """The members of an object (of the entries of a list), each with name, type, doc, required and its own members."""
    found = _resolved(schema, schemas)
    if found.get("type") == "array":
        return fields(found["items"], schemas, depth)
    out = []
    for name, entry in found.get("properties", {}).items():
        inner = fields(entry, schemas, depth + 1) if depth < DEEPEST else []
        out.append(
            {
                "name": name,
                "type": spelled(entry, schemas),
                "doc": entry.get("description", ""),
                "required": name in found.get("required", ()),
                "members": inner,
            }
        )
    # the thing itself first, what is said about it after it
    return sorted(out, key=lambda field: field["name"] not in LISTS)


def spelled(schema: Schema, schemas: Schema) -> str:
    """A type in words: text, whole number, list of text, date and so on."""
    if "anyOf" in schema:
        words = [spelled(option, schemas) for option in schema["anyOf"] if option.get("type") != "null"]
        return " or ".join(dict.fromkeys(words)) + (" or null" if len(words) < len(schema["anyOf"]) else "")
    if "$ref" in schema:
        return spelled(_resolved(schema, schemas), schemas) if schemas else "object"
    if schema.get("type") == "array":
        return f"list of {spelled(schema.get('items', {}), schemas)}"
    if schema.get("format") in {"date", "date-time", "binary"}:
        return {"date": "date", "date-time": "moment", "binary": "file"}[schema["format"]]
    if "contentMediaType" in schema:
        return "file"
    names = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "object": "object"}
    return names.get(str(schema.get("type")), "any")


def _curl(path: str, method: str, parameters: list[dict[str, Any]], body: object, body_type: str | None) -> str:
    """A command that can be pasted into a shell."""
    given = {entry["name"]: entry["example"] for entry in parameters if entry["example"] is not None}
    for entry in parameters:
        if entry["place"] == "path":
            path = path.replace(f"{{{entry['name']}}}", quote(str(given.get(entry["name"], entry["name"].upper())), safe=""))
    lines = ["curl" + (f" -X {method.upper()}" if method != "get" and body_type != "multipart/form-data" else "")]
    pairs = [(entry["name"], given[entry["name"]]) for entry in parameters if entry["place"] == "query" and entry["name"] in given]
    asked = [(name, value) for name, values in pairs for value in (values if isinstance(values, list) else [values])]
    if asked:
        lines[0] += " -G"
    if body_type == "multipart/form-data":
        lines += ["-H 'X-OneLead-Client: curl'", "-F files=@export.xlsx"]
    elif body_type is not None:
        lines += ["-H 'Content-Type: application/json'", f"-d '{json.dumps(body or {})}'"]
    lines[0] += f" '{{origin}}{path}'"
    lines += [f"--data-urlencode '{name}={value}'" for name, value in asked]
    return " \\\n  ".join(lines)
