"""Conversation starters: an action's template, filled. A text with an unfilled placeholder is never handed out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import polars as pl

from onelead.core.errors import TemplateError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

_SUBJECT = "Subject: "
FILL_STARTS, FILL_ENDS = "\ue000", "\ue001"
"""Around what filled a placeholder, in ``render_marked``: private characters, which no text of the data keeps there."""


@dataclass(frozen=True)
class Opener:
    """An e-mail to start from: one line, and plain text."""

    subject: str
    body: str


def greeting() -> pl.Expr:
    """How a letter to an account begins: "Hello Acme team,", or "Hello," where its name is none.

    No name to greet: "Territory 61001" and "Customer 77", which stand for an account without a name, and "Acme and 2 more".
    """
    name = pl.col("account_name")
    kind = name.str.extract(r"^(?:Territory|Customer) (.+)$")
    is_id = (kind == pl.col("territory_id")) | pl.col("source_ids").str.split(",").list.contains(kind)
    nameless = is_id.fill_null(value=False) | name.str.contains(r" and \d+ more$")
    return pl.when(nameless).then(pl.lit("Hello,")).otherwise(pl.lit("Hello ") + name + pl.lit(" team,"))


@cache
def templates() -> tuple[str, ...]:
    """Names of the built-in templates."""
    found = files("onelead.rules").joinpath("templates").iterdir()
    return tuple(sorted(entry.name.removesuffix(".txt") for entry in found if entry.name.endswith(".txt")))


def render(action: Mapping[str, object], overrides: Path | None = None) -> Opener:
    """The opener of an action (a row of the actions table).

    Templates are text files, first line ``Subject: …``, in Jinja's language (sandboxed). They may use the names in the action's
    ``parameters``, and ``services``, its list of fitting services. A file of the same name in ``overrides`` wins over the built-in one.

    Raises TemplateError, naming template and placeholder, for a placeholder that the action does not have or has no value for, for a syntax
    error and for a missing subject line; UnknownNameError for a template that does not exist.
    """
    return _rendered(action, overrides, _environment())


def render_marked(action: Mapping[str, object], overrides: Path | None = None) -> Opener:
    """As ``render``, with FILL_STARTS and FILL_ENDS around every filled placeholder, so that a screen can tint what is not the template's."""
    return _rendered(action, overrides, _marking_environment())


def _rendered(action: Mapping[str, object], overrides: Path | None, environment: SandboxedEnvironment) -> Opener:
    name = str(action["template"])
    text = _source(name, overrides)
    fields = {**json.loads(str(action["parameters"])), "services": json.loads(str(action["services"]))}
    _check(name, text, fields)
    filled = _fill(name, text, fields, environment)
    first, _, rest = filled.partition("\n")
    subject = first.removeprefix(_SUBJECT).strip()
    if not first.startswith(_SUBJECT) or not subject.strip(FILL_STARTS + FILL_ENDS):
        raise TemplateError(f"Template {name!r} has no subject.", hint=f"Its first line must read '{_SUBJECT}…'.", template=name)
    return Opener(subject=subject, body=rest.strip() + "\n")


def _source(name: str, overrides: Path | None) -> str:
    if name not in templates():
        raise UnknownNameError("template", name, templates())
    own = overrides / f"{name}.txt" if overrides else None
    if own is not None and own.is_file():
        return own.read_text(encoding="utf-8")
    return files("onelead.rules").joinpath("templates", f"{name}.txt").read_text(encoding="utf-8")


@cache
def _environment(finalize: Callable[[object], object] | None = None) -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    # Plain text for e-mail: the web layer escapes what it shows.
    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True, finalize=finalize)


def _marking_environment() -> SandboxedEnvironment:
    return _environment(_marked)


def _marked(value: object) -> object:
    from jinja2 import Undefined

    if isinstance(value, Undefined):
        return value
    return FILL_STARTS + str(value).replace(FILL_STARTS, "").replace(FILL_ENDS, "") + FILL_ENDS


@lru_cache(maxsize=64)
def _placeholders(text: str) -> frozenset[str]:
    from jinja2 import meta

    return frozenset(meta.find_undeclared_variables(_environment().parse(text)))


@lru_cache(maxsize=64)
def _compiled(text: str, environment: SandboxedEnvironment) -> Template:
    return environment.from_string(text)


def _check(name: str, text: str, fields: Mapping[str, object]) -> None:
    """Every placeholder of the template, in a branch that is taken or not, must be known, and have a value."""
    from jinja2 import TemplateSyntaxError

    try:
        used = _placeholders(text)
    except TemplateSyntaxError as error:
        raise TemplateError(
            f"Template {name!r}, line {error.lineno}: {error.message}.", hint="Mend the template.", template=name
        ) from error
    for placeholder in sorted(used):
        if placeholder not in fields:
            hint = f"It may use: {', '.join(sorted(fields))}."
            raise TemplateError(
                f"Template {name!r} asks for {placeholder!r}, which is unknown.", hint=hint, template=name, placeholder=placeholder
            )
        if fields[placeholder] is None or fields[placeholder] == "":
            hint = "Fill it by hand, or leave it out of the template."
            raise TemplateError(f"Template {name!r}: {placeholder!r} has no value here.", hint=hint, template=name, placeholder=placeholder)


def _fill(name: str, text: str, fields: Mapping[str, object], environment: SandboxedEnvironment) -> str:
    from jinja2 import TemplateError as JinjaError

    try:
        return _compiled(text, environment).render(fields)
    except (JinjaError, TypeError, ValueError, ArithmeticError) as error:
        # What a template computes is its writer's; an attribute that does not exist, a forbidden call and a sum of text end here.
        raise TemplateError(f"Template {name!r} cannot be filled: {error}.", hint="Mend the template.", template=name) from error
