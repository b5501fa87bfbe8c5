"""Use cases: the settings of a workspace with their meaning; change them, safely by two at once, and go back."""

from __future__ import annotations

import hashlib
import os
import tomllib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout
from pydantic import ValidationError

from onelead.core.errors import BusyError, SettingsError, StorageFullError, UnknownNameError
from onelead.core.settings import Settings, load_settings
from onelead.workspace import rights
from onelead.workspace.settings_text import as_toml, choices_of, from_form, kind_of, limits_of, repeated

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from onelead.core.viewer import Viewer
    from onelead.workspace.wiring import Parts

FILE = "settings.toml"
HISTORY = "settings_history"
LOCK_SECONDS = 10.0
TITLES = {
    "prices": "Prices and currency",
    "actions": "Actions and similarity",
    "metrics": "Metrics and refresh table",
    "revenue": "Revenue pages",
    "risk": "Deal risk and pipeline health",
    "propensity": "Propensity",
    "features": "Features",
    "identity": "Identities and aliases",
    "people": "People and teams",
    "reading": "Reading of columns",
    "load": "Loading",
    "server": "Server",
    "models": "Model settings",
    "fiscal": "Fiscal year",
}
"""Sections in the order in which they are shown; others come after them under their own name."""


class RefusedError(SettingsError):
    """Settings that were not saved: ``fields`` has "problems", words by setting."""

    code = "settings_refused"
    status = 422


def described(parts: Parts) -> list[dict[str, Any]]:
    """Sections with their settings: id, title, doc, changed (how many), fields.

    A field has path ("prices.credit"), name, label, doc, kind (see ``settings_text.Kind``), value, default, changed, low, high, open
    (whether ``low`` itself is left out), choices.
    """
    now, usual = _read(parts), Settings()
    order = [*TITLES, *(name for name in Settings.model_fields if name not in TITLES)]
    return [_section(name, getattr(now, name), getattr(usual, name)) for name in order if name in Settings.model_fields]


def version_of(parts: Parts) -> str:
    """What a form is filled from: sent back with it, so that nobody saves over what another has changed meanwhile."""
    return _mark(_read(parts))


def save_settings(parts: Parts, viewer: Viewer, section: str, form: Mapping[str, Sequence[str]], version: str) -> list[dict[str, Any]]:
    """Save one section from text fields named "section.setting" (those that are there); returns what changed: path, before, after.

    Raises ForbiddenError, UnknownNameError for a section, RefusedError with words for each wrong field, BusyError where the settings
    have changed since the form was filled (nothing is saved then).
    """
    if section not in Settings.model_fields:
        raise UnknownNameError("section of settings", section, list(Settings.model_fields))
    model = type(getattr(Settings(), section))
    given: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, field in model.model_fields.items():
        path = f"{section}.{name}"
        if not any(key == path or key.startswith(f"{path}.") for key in form):
            continue
        twice = repeated(path, form)
        if twice is not None:
            problems[path] = f"{twice!r} stands there twice."
        given[name] = from_form(kind_of(field), path, form)
    if problems:
        raise _refused(problems)
    return _change(
        parts, viewer, version, lambda raw: {**raw, section: {**raw.get(section, {}), **given}}, f"{TITLES.get(section, section)}"
    )


def reset_settings(parts: Parts, viewer: Viewer, paths: Iterable[str] | None, version: str) -> list[dict[str, Any]]:
    """Put settings ("prices.credit", or a whole section "prices"; None: all) back to their defaults. Returns and raises as ``save_settings``."""
    wanted = None if paths is None else list(paths)

    def without(raw: dict[str, Any]) -> dict[str, Any]:
        if wanted is None:
            return {}
        left = {name: dict(fields) for name, fields in raw.items()}
        for path in wanted:
            section, _, name = path.partition(".")
            known = Settings.model_fields
            if section not in known or (name and name not in type(getattr(Settings(), section)).model_fields):
                raise UnknownNameError("setting", path, all_paths())
            if name:
                left.get(section, {}).pop(name, None)
            else:
                left.pop(section, None)
        return left

    return _change(parts, viewer, version, without, "Back to the default")


def all_paths() -> list[str]:
    """Every setting as "section.name"."""
    return [f"{section}.{name}" for section in Settings.model_fields for name in type(getattr(Settings(), section)).model_fields]


def history(parts: Parts) -> list[dict[str, Any]]:
    """Versions that were saved here, newest first: number, when (ISO, UTC), who, what, changes (path, before, after), current."""
    kept = parts.store.recall_all(HISTORY)
    now = version_of(parts)
    entries = [{"number": int(key), **{name: value for name, value in entry.items() if name != "text"}} for key, entry in kept.items()]
    newest = max((entry["number"] for entry in entries if entry["version"] == now), default=None)
    return [{**entry, "current": entry["number"] == newest} for entry in sorted(entries, key=lambda entry: -entry["number"])]


def roll_back_settings(parts: Parts, viewer: Viewer, number: int, version: str) -> list[dict[str, Any]]:
    """Make the settings what they were in a version of ``history``; that is a new version. Returns and raises as ``save_settings``."""
    kept = parts.store.recall(HISTORY, f"{number:06d}")
    if kept is None:
        raise UnknownNameError("version of the settings", str(number), [str(int(key)) for key in parts.store.recall_all(HISTORY)])
    return _change(parts, viewer, version, lambda _: tomllib.loads(kept["text"]), f"Back to version {number}")


def outdated(parts: Parts) -> bool:
    """Whether the published results were computed under other settings than those of now."""
    current = parts.store.current()
    return current is not None and current.settings_version.partition("-")[0] != _read(parts).results_version


def comment_lines(parts: Parts) -> int:
    """How many lines of comment the file holds, which a save from here does not keep."""
    file = parts.directory / FILE
    return sum(line.lstrip().startswith("#") for line in file.read_text(encoding="utf-8").splitlines()) if file.exists() else 0


def _read(parts: Parts) -> Settings:
    return load_settings(parts.directory / FILE)


def _mark(settings: Settings) -> str:
    return hashlib.sha256(settings.model_dump_json().encode()).hexdigest()[:12]


def _section(name: str, now: Any, usual: Any) -> dict[str, Any]:  # noqa: ANN401 - any section
    fields = []
    for field_name, field in type(usual).model_fields.items():
        value, default = getattr(now, field_name), getattr(usual, field_name)
        low, high, open_end = limits_of(field)
        fields.append(
            {
                "path": f"{name}.{field_name}",
                "name": field_name,
                "label": field_name.replace("_", " ").capitalize(),
                "doc": field.description or "",
                "kind": kind_of(field),
                "value": value,
                "default": default,
                "changed": not _same(value, default),
                "low": low,
                "high": high,
                "open": open_end,
                "choices": choices_of(field),
            }
        )
    doc = (type(usual).__doc__ or "").strip()
    return {
        "id": name,
        "title": TITLES.get(name, name.capitalize()),
        "doc": doc,
        "fields": fields,
        "changed": sum(f["changed"] for f in fields),
    }


def _same(left: object, right: object) -> bool:
    # the order of a table is part of it: the first practice that fits counts
    return left == right and (not isinstance(left, dict) or not isinstance(right, dict) or list(left) == list(right))


def _change(parts: Parts, viewer: Viewer, version: str, change: Any, what: str) -> list[dict[str, Any]]:  # noqa: ANN401 - a function of a dict
    rights.require(viewer, rights.CHANGE_SETTINGS)
    file = parts.directory / FILE
    try:
        with FileLock(parts.directory / ".settings.lock", timeout=LOCK_SECONDS):
            before = load_settings(file)
            if _mark(before) != version:
                raise BusyError(
                    "The settings have changed since this form was opened, so nothing was saved.",
                    hint="Open it again to see them; what you wrote is still in this form.",
                )
            after = _checked(change(_overrides(before)))
            changes = _changes(before, after)
            if changes:
                _keep_before(parts, file, before)
                text = as_toml(_overrides(after))
                _write(file, text)
                _remember(parts, after, text, viewer.user, what, changes)
            return changes
    except Timeout:
        raise BusyError("Somebody else is saving the settings.", hint="Save again in a moment.") from None


def _overrides(settings: Settings) -> dict[str, Any]:
    """What differs from the defaults, as plain values by section."""
    usual, out = Settings(), {}
    for section in Settings.model_fields:
        now, default = getattr(settings, section), getattr(usual, section)
        plain = now.model_dump(mode="python")
        found = {name: plain[name] for name in type(now).model_fields if not _same(getattr(now, name), getattr(default, name))}
        if found:
            out[section] = found
    return out


def _checked(raw: dict[str, Any]) -> Settings:
    try:
        return Settings.model_validate(raw)
    except ValidationError as error:
        problems: dict[str, str] = {}
        for part in error.errors():
            path = ".".join(map(str, part["loc"][:2]))
            entry = f"{part['loc'][2]}: " if len(part["loc"]) > 2 and part["loc"][-1] != "[key]" else ""  # noqa: PLR2004 - section, name, then the key
            message = part["msg"].removeprefix("Value error, ")
            given = "nothing" if part["input"] == "" else repr(part["input"])
            problems.setdefault(path, f"{entry}{given} was given. {message[:1].upper()}{message[1:]}.")
        raise _refused(problems) from error


def _refused(problems: dict[str, str]) -> RefusedError:
    text = "; ".join(f"{path}: {words}" for path, words in problems.items())
    return RefusedError(f"The settings were not saved. {text}", hint="Mend the fields named; nothing was changed.", problems=problems)


def _changes(before: Settings, after: Settings) -> list[dict[str, Any]]:
    out = []
    for path in all_paths():
        section, _, name = path.partition(".")
        old, new = getattr(getattr(before, section), name), getattr(getattr(after, section), name)
        if not _same(old, new):
            out.append({"path": path, "before": old, "after": new})
    return out


def _write(file: Path, text: str) -> None:
    part = file.with_name(f".{FILE}.{os.getpid()}")
    try:
        # names of people may stand in it: only the owner reads it
        part.touch(mode=0o600)
        part.write_text(text, encoding="utf-8")
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageFullError(
            f"Cannot write {FILE}: {error.strerror}.", hint="Make room, or give the right to write; nothing was changed."
        ) from error


def _keep_before(parts: Parts, file: Path, before: Settings) -> None:
    """The settings as they were, where no version holds them: set by hand in the file, or never changed."""
    kept = parts.store.recall_all(HISTORY)
    if not any(entry["version"] == _mark(before) for entry in kept.values()):
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        _remember(parts, before, text, "", "Set in the file" if text else "Defaults", [])


def _remember(parts: Parts, settings: Settings, text: str, who: str, what: str, changes: list[dict[str, Any]]) -> None:
    numbers = [int(key) for key in parts.store.recall_all(HISTORY)]
    entry = {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "who": who,
        "what": what,
        "version": _mark(settings),
        "text": text,
        "changes": changes,
    }
    parts.store.remember(HISTORY, f"{max(numbers, default=0) + 1:06d}", entry)
