"""Settings as text: what a TOML file says, and what a form of text fields means."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic.fields import FieldInfo

_BARE = re.compile(r"[A-Za-z0-9_-]+")
SEPARATOR = ";"
"""Between the words of a list in one cell of a table."""
Kind = Literal["whole", "number", "text", "flag", "choice", "list", "map_number", "map_text", "map_list", "map_range"]


def as_toml(sections: Mapping[str, Mapping[str, Any]]) -> str:
    """Sections of scalars, lists and tables as TOML that ``tomllib`` reads back the same, order kept."""
    lines: list[str] = []
    for section, fields in sections.items():
        plain = {name: value for name, value in fields.items() if not isinstance(value, dict)}
        lines.append(f"[{_key(section)}]")
        lines += [f"{_key(name)} = {_value(value)}" for name, value in plain.items()]
        lines.append("")
        for name, table in fields.items():
            if isinstance(table, dict):
                lines.append(f"[{_key(section)}.{_key(name)}]")
                lines += [f"{_key(str(entry))} = {_value(value)}" for entry, value in table.items()]
                lines.append("")
    return "\n".join(lines)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(value: str) -> str:
    # what JSON escapes, TOML reads; it also wants the one control character that JSON leaves
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:  # noqa: ANN401 - anything TOML can say
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else ("nan" if math.isnan(value) else "inf" if value > 0 else "-inf")
    return f"[{', '.join(_value(entry) for entry in value)}]"


def kind_of(field: FieldInfo) -> Kind:
    """Which form a setting takes, by its type."""
    kind = field.annotation
    origin, inside = get_origin(kind), get_args(kind)
    if origin is dict:
        value = inside[1]
        if get_origin(value) is tuple:
            return "map_list" if get_args(value)[-1] is Ellipsis else "map_range"
        return "map_text" if value is str or get_origin(value) is Literal else "map_number"
    if origin is tuple:
        return "list"
    if origin is Literal:
        return "choice"
    return {bool: "flag", int: "whole", float: "number"}.get(kind, "text")  # type: ignore[return-value,arg-type]  # the values are kinds


def choices_of(field: FieldInfo) -> tuple[str, ...]:
    """The values, or the keys of a table, that alone are allowed; empty where any is."""
    kind = field.annotation
    if get_origin(kind) is dict:
        kind = get_args(kind)[0]
    return tuple(str(entry) for entry in get_args(kind)) if get_origin(kind) is Literal else ()


def limits_of(field: FieldInfo) -> tuple[float | None, float | None, bool]:
    """Lowest and highest value, and whether the lowest itself is left out."""
    low = high = None
    open_end = False
    for rule in field.metadata:
        low = getattr(rule, "ge", getattr(rule, "gt", low))
        high = getattr(rule, "le", getattr(rule, "lt", high))
        open_end = open_end or hasattr(rule, "gt")
    return low, high, open_end


def from_form(kind: Kind, name: str, form: Mapping[str, Sequence[str]]) -> Any:  # noqa: ANN401 - whatever the setting holds
    """The value that text fields named after a setting mean. What cannot be read as a number stays text, for the check to name.

    A list has one entry a line in ``name``; a table has its rows in ``name.key`` with ``name.value`` (or ``name.low`` and
    ``name.high``); a row without a key is left out.
    """
    if kind.startswith("map_"):
        return _table(kind, name, form)
    given = list(form.get(name, ()))
    if kind == "flag":
        return bool(given) and given[-1].lower() not in {"", "false", "no", "0"}
    if kind == "list":
        return [line.strip() for line in "\n".join(given).splitlines() if line.strip()]
    text = given[-1].strip() if given else ""
    return _number(text, whole=kind == "whole") if kind in {"whole", "number"} else text


def _table(kind: Kind, name: str, form: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    keys = [key.strip() for key in form.get(f"{name}.key", ())]
    if kind == "map_range":
        pairs = zip(form.get(f"{name}.low", ()), form.get(f"{name}.high", ()), strict=False)
        return {key: [_number(low), _number(high)] for key, (low, high) in zip(keys, pairs, strict=False) if key}
    rows = [(key, value) for key, value in zip(keys, form.get(f"{name}.value", ()), strict=False) if key]
    if kind == "map_number":
        return {key: _number(value) for key, value in rows}
    if kind == "map_list":
        return {key: [word.strip() for word in value.split(SEPARATOR) if word.strip()] for key, value in rows}
    return {key: value.strip() for key, value in rows}


def repeated(name: str, form: Mapping[str, Sequence[str]]) -> str | None:
    """A key that a table of a form names twice."""
    keys = [key.strip() for key in form.get(f"{name}.key", ()) if key.strip()]
    return next((key for key in keys if keys.count(key) > 1), None)


def _number(text: str, *, whole: bool = False) -> float | int | str:
    """A number as people write it: "1,200", "0,5", "12 000". Text that is none comes back as it is."""
    plain = text.strip().replace("\u202f", "").replace("\u00a0", "").replace(" ", "").replace("'", "")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        return text.strip()
    if not math.isfinite(value):
        return text.strip()
    return int(value) if whole and value.is_integer() else value
