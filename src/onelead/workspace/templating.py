"""Use cases: the templates of conversation starters: see them, try them on a real action, change them, go back to the built-in ones."""

from __future__ import annotations

import json
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateSyntaxError, meta
from jinja2.sandbox import SandboxedEnvironment

from onelead.core.errors import StorageFullError, TemplateError, UnknownNameError, UsageError
from onelead.rules import render, templates
from onelead.workspace import rights

if TYPE_CHECKING:
    from onelead.core.viewer import Viewer
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

NAMESPACE = "templates"
LONGEST = 20_000


def opener_templates(parts: Parts) -> list[dict[str, Any]]:
    """Templates by name: name, label, text, own (whether the workspace has changed it), placeholders that it uses."""
    return [opener_template(parts, name) for name in templates()]


def opener_template(parts: Parts, name: str) -> dict[str, Any]:
    """One template as in ``opener_templates``. Raises UnknownNameError."""
    _known(name)
    own = parts.templates / f"{name}.txt"
    text = own.read_text(encoding="utf-8") if own.is_file() else _built_in(name)
    label = name.replace("_", " ").capitalize()
    return {"name": name, "label": label, "text": text, "own": own.is_file(), "placeholders": sorted(_used(name, text))}


def try_template(view: View, parts: Parts, name: str, text: str) -> dict[str, Any]:
    """``text`` filled from the best-ranked action that uses the template: subject, body, account_name, title, allowed placeholders.

    Where no action of this snapshot uses it, subject and body are None and ``allowed`` are the placeholders of the built-in text.
    Raises TemplateError for an unknown or unfilled placeholder and for what cannot be read; UnknownNameError for the template.
    """
    _known(name)
    found = view.frame("actions").filter(_named(name)).sort("rank").head(1).to_dicts()
    if not found:
        allowed = allowed_without_action(name)
        _refuse_unknown(name, text, allowed)
        return {"subject": None, "body": None, "account_name": None, "title": None, "allowed": sorted(allowed)}
    action = found[0]
    with tempfile.TemporaryDirectory(prefix="onelead-template-") as place:
        (Path(place) / f"{name}.txt").write_text(text, encoding="utf-8")
        opener = render(action, Path(place))
    del parts
    allowed = {*json.loads(action["parameters"]), "services"}
    return {
        "subject": opener.subject,
        "body": opener.body,
        "account_name": action["account_name"],
        "title": action["title"],
        "allowed": sorted(allowed),
    }


def save_template(view: View | None, parts: Parts, viewer: Viewer, name: str, text: str) -> None:
    """Keep ``text`` in place of the built-in template, once it fills (see ``try_template``). Raises ForbiddenError, UsageError, TemplateError."""
    rights.require(viewer, rights.CHANGE_SETTINGS)
    text = text.replace("\r\n", "\n").strip() + "\n"
    if len(text) > LONGEST:
        raise UsageError(f"The text has {len(text):,} characters.", hint=f"Keep it to {LONGEST:,}.")
    if view is not None:
        try_template(view, parts, name, text)
    else:
        _known(name)
        _refuse_unknown(name, text, allowed_without_action(name))
    if not text.startswith("Subject: "):
        raise TemplateError(f"Template {name!r} has no subject.", hint="Its first line must read 'Subject: …'.", template=name)
    part = parts.templates / f".{name}.txt.part"
    try:
        parts.templates.mkdir(exist_ok=True)
        part.write_text(text, encoding="utf-8")
        part.replace(parts.templates / f"{name}.txt")
    except OSError as error:
        raise StorageFullError(f"Cannot write the template: {error.strerror}.", hint="Make room, or give the right to write.") from error
    # a new version of the records: answers with openers are computed anew
    parts.store.remember(NAMESPACE, name, {"who": viewer.user, "text": text})


def reset_template(parts: Parts, viewer: Viewer, name: str) -> None:
    """Go back to the built-in template."""
    rights.require(viewer, rights.CHANGE_SETTINGS)
    _known(name)
    (parts.templates / f"{name}.txt").unlink(missing_ok=True)
    parts.store.remember(NAMESPACE, name, {"who": viewer.user, "text": None})


def allowed_without_action(name: str) -> set[str]:
    """Placeholders that the built-in text uses: what is known to have a value when no action shows more."""
    return {*_used(name, _built_in(name)), "services"}


def _named(name: str) -> Any:  # noqa: ANN401 - a Polars expression
    import polars as pl

    return pl.col("template") == name


def _known(name: str) -> None:
    if name not in templates():
        raise UnknownNameError("template", name, templates())


def _built_in(name: str) -> str:
    return files("onelead.rules").joinpath("templates", f"{name}.txt").read_text(encoding="utf-8")


def _used(name: str, text: str) -> set[str]:
    try:
        return meta.find_undeclared_variables(SandboxedEnvironment(autoescape=False).parse(text))
    except TemplateSyntaxError as error:
        raise TemplateError(
            f"Template {name!r}, line {error.lineno}: {error.message}.", hint="Mend the template.", template=name
        ) from error


def _refuse_unknown(name: str, text: str, allowed: set[str]) -> None:
    for placeholder in sorted(_used(name, text) - allowed):
        raise TemplateError(
            f"Template {name!r} asks for {placeholder!r}, which is unknown.",
            hint=f"It may use: {', '.join(sorted(allowed))}.",
            placeholder=placeholder,
        )
