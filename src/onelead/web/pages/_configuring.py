"""The forms of Admin: settings by section, versions, templates, scorecards, and what their buttons do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onelead.core.errors import BusyError, OneLeadError, UsageError
from onelead.web._page import Done
from onelead.web._render import render
from onelead.workspace import configuring, templating
from onelead.workspace.health import cards
from onelead.workspace.jobs import jobs_of
from onelead.workspace.settings_text import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.datastructures import FormData

    from onelead.web._ask import Ask

BLANK_ROWS = 2
FORM = "panels/admin_section.html"


def section(name: str) -> Callable[[Ask], Mapping[str, Any]]:
    """The form of one section, as it is saved now."""

    def data(ask: Ask) -> Mapping[str, Any]:
        return section_view(ask, name)

    return data


def section_view(
    ask: Ask, name: str, given: Mapping[str, Sequence[str]] | None = None, problems: Mapping[str, str] | None = None, told: str = ""
) -> dict[str, Any]:
    """One section's form: its fields with what stands in them (``given`` where the form came back), and problems by setting."""
    found = next(entry for entry in configuring.described(ask.serving.parts) if entry["id"] == name)
    fields = [
        {**field, **_shown(field, given), "problem": (problems or {}).get(field["path"], ""), "default_text": _default(field)}
        for field in found["fields"]
    ]
    version = (given or {}).get("version", [""])[0] or configuring.version_of(ask.serving.parts)
    return {"section": found, "fields": fields, "version": version, "told": told, "comments": configuring.comment_lines(ask.serving.parts)}


def _shown(field: Mapping[str, Any], given: Mapping[str, Sequence[str]] | None) -> dict[str, Any]:
    """What stands in the fields of a setting: ``text``, or ``rows`` of a table with some blank ones."""
    kind, path, value = field["kind"], field["path"], field["value"]
    if kind.startswith("map_"):
        if given is not None and f"{path}.key" in given:
            parts = [given.get(f"{path}.{part}", []) for part in (("key", "low", "high") if kind == "map_range" else ("key", "value"))]
            rows = [tuple(row) for row in zip(*parts, strict=False)]
        elif kind == "map_range":
            rows = [(key, plain(low), plain(high)) for key, (low, high) in value.items()]
        else:
            rows = [(key, f"{SEPARATOR} ".join(entry) if kind == "map_list" else plain(entry)) for key, entry in value.items()]
        blank = ("", "", "") if kind == "map_range" else ("", "")
        return {"rows": [*rows, *[blank] * BLANK_ROWS], "text": ""}
    if given is not None and path in given:
        return {"rows": [], "text": given[path][-1]}
    return {"rows": [], "text": "\n".join(value) if kind == "list" else plain(value)}


def plain(value: object) -> str:
    """A value as a field holds it: numbers with a point and no sign for thousands."""
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return "" if value is None else str(value)


def _default(field: Mapping[str, Any]) -> str:
    """The default in short, for a setting that was changed."""
    value = field["default"]
    if isinstance(value, dict):
        return f"{len(value)} entries" if len(value) != 1 else "1 entry"
    return ", ".join(value) if isinstance(value, tuple) else plain(value) or "empty"


def banner(ask: Ask) -> dict[str, Any]:
    """Whether the results were computed under older settings."""
    return {"outdated": configuring.outdated(ask.serving.parts), "loaded": ask.stamp is not None}


def versions(ask: Ask) -> dict[str, Any]:
    """Saved versions of the settings, newest first, with what each changed in words."""
    entries = [
        {
            **entry,
            "changes": [{**change, "before": short(change["before"]), "after": short(change["after"])} for change in entry["changes"]],
        }
        for entry in configuring.history(ask.serving.parts)
    ]
    return {"entries": entries, "version": configuring.version_of(ask.serving.parts)}


def short(value: object) -> str:
    """A value of a setting in a line."""
    if isinstance(value, dict):
        return f"{len(value)} entries"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "empty"
    return plain(value) or "empty"


def scorecards(ask: Ask) -> dict[str, Any]:
    """Scorecards with their parts."""
    return {"cards": list(cards(ask.serving.parts).values())}


# Templates -------------------------------------------------------------------------------------------------------------


def template(ask: Ask) -> dict[str, Any]:
    """The chosen template with its preview, beside the list of all."""
    known = templating.opener_templates(ask.serving.parts)
    name = ask.one("template") or known[0]["name"]
    chosen = templating.opener_template(ask.serving.parts, name)
    return {"templates": known, "chosen": chosen, "preview": preview(ask, name, chosen["text"])}


def preview(ask: Ask, name: str, text: str) -> dict[str, Any]:
    """``text`` filled from a real action, or what is wrong with it."""
    empty = {
        "subject": None,
        "body": None,
        "account_name": None,
        "title": None,
        "allowed": sorted(templating.allowed_without_action(name)),
        "error": None,
    }
    if ask.stamp is None:
        return empty
    try:
        with ask.serving.view(ask.everyone, ask.stamp) as shown:
            return {**empty, **templating.try_template(shown, ask.serving.parts, name, text)}
    except OneLeadError as error:
        return {**empty, "error": error}


# Buttons ---------------------------------------------------------------------------------------------------------------


def _fields(form: FormData) -> dict[str, list[str]]:
    return {key: [str(value) for value in form.getlist(key)] for key in dict.fromkeys(form)}


def _again(ask: Ask, name: str, **more: Any) -> str:  # noqa: ANN401 - arguments of section_view
    return render(FORM, ask=ask, fmt=ask.fmt, data=section_view(ask, name, **more))


def save(ask: Ask, form: FormData) -> Done:
    """Save one section; what is wrong stands beside its field, and nothing is lost."""
    given, name = _fields(form), str(form.get("section", ""))
    try:
        changes = configuring.save_settings(ask.serving.parts, ask.everyone, name, given, str(form.get("version", "")))
    except (configuring.RefusedError, BusyError) as error:
        if "hx" not in form:
            raise
        found = error.fields.get("problems")
        problems = {str(path): str(words) for path, words in found.items()} if isinstance(found, dict) else {}
        told = f"{error.message} {error.hint or ''}" if isinstance(error, BusyError) else "Not saved: see the fields marked below."
        return Done(told, fragment=_again(ask, name, given=given, problems=problems, told=told))
    words = f"Saved: {', '.join(change['path'] for change in changes)}." if changes else "Nothing was changed."
    return Done(words, fragment=_again(ask, name), refresh=("banner",))


def reset(ask: Ask, form: FormData) -> Done:
    """Put a setting, a section or everything back to the default."""
    path, name = str(form.get("path", "")), str(form.get("section", ""))
    if not path:
        raise UsageError("No setting was named.", hint="Name one, or a section.")
    configuring.reset_settings(ask.serving.parts, ask.everyone, None if path == "*" else [path], str(form.get("version", "")))
    if path == "*":
        return Done(to="/admin?tab=versions")
    return Done(f"{path} is back to its default.", fragment=_again(ask, name), refresh=("banner",))


def roll_back(ask: Ask, form: FormData) -> Done:
    """Make the settings what they were in a version."""
    number = str(form.get("number", ""))
    if not number.isdecimal():
        raise UsageError(f"{number!r} is no version.", hint="Choose one of the list.")
    configuring.roll_back_settings(ask.serving.parts, ask.everyone, int(number), str(form.get("version", "")))
    return Done(f"The settings are those of version {number}.", refresh=("versions", "banner"))


def recompute(ask: Ask, form: FormData) -> Done:  # noqa: ARG001 - has the shape of a post
    """Begin to compute everything again, and show its progress."""
    job = jobs_of(ask.serving).refresh(ask.everyone)
    return Done(to=f"/load?job={job}")


def try_text(ask: Ask, form: FormData) -> Done:
    """The preview of a text that is being written."""
    name, text = str(form.get("template", "")), str(form.get("text", ""))
    return Done(fragment=render("panels/admin_preview.html", ask=ask, fmt=ask.fmt, preview=preview(ask, name, text)))


def save_template(ask: Ask, form: FormData) -> Done:
    """Keep a text in place of the built-in one."""
    name, text = str(form.get("template", "")), str(form.get("text", ""))
    if ask.stamp is None:
        templating.save_template(None, ask.serving.parts, ask.everyone, name, text)
    else:
        with ask.serving.view(ask.everyone, ask.stamp) as shown:
            templating.save_template(shown, ask.serving.parts, ask.everyone, name, text)
    return Done(f"Template {name} is saved; letters use it from now on.", refresh=("templates",))


def reset_template(ask: Ask, form: FormData) -> Done:
    """Go back to the built-in text."""
    name = str(form.get("template", ""))
    templating.reset_template(ask.serving.parts, ask.everyone, name)
    return Done(f"Template {name} is the built-in one again.", refresh=("templates",))
