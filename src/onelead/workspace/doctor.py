"""Use case: is this workspace sound?"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onelead.core.errors import OneLeadError
from onelead.core.viewer import LOCAL_ADMIN
from onelead.workspace.viewing import view

if TYPE_CHECKING:
    from onelead.workspace.wiring import Parts

LOW_ROOM_MB = 500


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. ``level`` is ok, warning or problem; ``hint`` says what to do."""

    check: str
    level: str
    message: str
    hint: str = ""


def examine(parts: Parts) -> list[Finding]:
    """Look at settings, free room, engine, layers, the published snapshot and the originals. Changes nothing."""
    return [_room(parts), _layers(parts), *_published(parts), _originals(parts)]


def _room(parts: Parts) -> Finding:
    free = shutil.disk_usage(parts.directory).free / 1e6
    if free < LOW_ROOM_MB:
        return Finding(
            "disk", "warning", f"{free:,.0f} MB free.", "Make room before the next load; `onelead snapshots prune` drops old snapshots."
        )
    return Finding("disk", "ok", f"{free:,.0f} MB free.")


def _layers(parts: Parts) -> Finding:
    named = parts.store.live_layers()
    there = parts.engine.layers()
    if missing := sorted(named - there):
        return Finding(
            "layers",
            "problem",
            f"Missing: {', '.join(missing)}.",
            "Roll back to a snapshot that is whole, or load the files in originals/ again.",
        )
    if left := there - named:
        return Finding("layers", "warning", f"{len(left)} left over from loads that did not finish.", "The next load removes them.")
    return Finding("layers", "ok", f"{len(there)} on engine {parts.engine.id}, all named by a publication.")


def _published(parts: Parts) -> list[Finding]:
    if parts.store.current() is None:
        return [Finding("snapshot", "warning", "Nothing is loaded yet.", "Load a workbook: onelead load FILE.")]
    try:
        with view(parts, LOCAL_ADMIN) as shown:
            text = f"{shown.publication.id} as of {shown.publication.as_of}, {shown.frame('accounts').height} accounts, {shown.frame('actions').height} actions."
            stale = not shown.publication.settings_version.startswith(parts.settings.results_version)
    except OneLeadError as error:
        return [Finding("snapshot", "problem", str(error), "Roll back: onelead snapshots rollback ID.")]
    found = [Finding("snapshot", "ok", text)]
    if stale:
        found.append(Finding("settings", "warning", "Settings changed since the results were computed.", "Run `onelead refresh`."))
    return found


def _originals(parts: Parts) -> Finding:
    files = [file for file in parts.originals.glob("*") if not file.name.startswith(".")] if parts.originals.is_dir() else []
    size = sum(file.stat().st_size for file in files) / 1e6
    return Finding("originals", "ok", f"{len(files)} files kept, {size:,.1f} MB.")
