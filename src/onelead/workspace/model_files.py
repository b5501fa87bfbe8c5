"""Fitted models of a workspace: every version is kept as a file, one of them is in use, and any can be put back.

A version is written under a number that was never used before, whole or not at all; which one is in use stands in a file of its own.
Only the holder of the writer lock changes either, so a reader never sees half of one.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UnknownNameError
from onelead.models import InUse, models
from onelead.workspace.rights import CHANGE_SETTINGS, require

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.core.viewer import Viewer
    from onelead.workspace.wiring import Parts

IN_USE = "in_use.json"
VERSION = re.compile(r"^(\d+)\.json$")
LEARNED_UP_TO = re.compile(rb'"as_of": ?"(\d{4}-\d{2}-\d{2})"')
LISTED: dict[str, pl.DataType | type[pl.DataType]] = {
    "model": pl.String,
    "label": pl.String,
    "version": pl.Int64,
    "in_use": pl.Boolean,
    "pinned": pl.Boolean,
    "as_of": pl.Date,
    "kept_at": pl.Datetime("us"),
    "bytes": pl.Int64,
}


class ModelFiles:
    """The fitted models in ``directory``: one folder a model."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def versions(self, model: str) -> list[int]:
        """Numbers of the kept versions, oldest first."""
        folder = self._directory / model
        names = [VERSION.match(file.name) for file in folder.iterdir()] if folder.is_dir() else []
        return sorted(int(found.group(1)) for found in names if found)

    def in_use(self, model: str) -> int | None:
        """Number of the version in use; None before the first."""
        version = self._mark(model).get("version")
        return None if version is None else int(version)

    def pinned(self, model: str) -> bool:
        """Whether a person put the version in use back: then no other takes its place until it is released."""
        return bool(self._mark(model).get("pinned"))

    def pins(self) -> str:
        """The pinned versions of all models as one text; empty where there are none."""
        folders = sorted(self._directory.iterdir()) if self._directory.is_dir() else []
        return ", ".join(f"{folder.name} {self.in_use(folder.name)}" for folder in folders if self.pinned(folder.name))

    def incumbent(self, model: str) -> InUse | None:
        """What a model that learns anew stands beside; None before the first."""
        artefact = self.read(model)
        return None if artefact is None else InUse(artefact, self.pinned(model))

    def _mark(self, model: str) -> dict[str, Any]:
        mark = self._directory / model / IN_USE
        return dict(json.loads(mark.read_text(encoding="utf-8"))) if mark.exists() else {}

    def read(self, model: str) -> bytes | None:
        """The fitted model in use; None before the first."""
        version = self.in_use(model)
        return None if version is None else (self._directory / model / f"{version}.json").read_bytes()

    def keep(self, model: str, artefact: bytes) -> int:
        """Keep ``artefact`` as a new version in use, unless it is the one in use already or that one is pinned. The number in use."""
        current = self.in_use(model)
        if current is not None and (self.pinned(model) or self.read(model) == artefact):
            return current
        number = max(self.versions(model), default=0) + 1
        folder = self._directory / model
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / f"{number}.json", artefact)
        self._use(model, number, pinned=False)
        return number

    def prune(self, model: str, keep: int) -> list[int]:
        """Drop all versions but the newest ``keep`` and the one in use; the numbers that went."""
        gone = [version for version in self.versions(model)[:-keep] if version != self.in_use(model)]
        for version in gone:
            (self._directory / model / f"{version}.json").unlink()
        return gone

    def learned_up_to(self, model: str, version: int) -> date | None:
        """The day that a version learned up to, where it says one."""
        found = LEARNED_UP_TO.search((self._directory / model / f"{version}.json").read_bytes())
        return date.fromisoformat(found.group(1).decode()) if found else None

    def put_back(self, model: str, version: int) -> None:
        """Use a version and pin it. Raises UnknownNameError."""
        if version not in self.versions(model):
            raise UnknownNameError(f"version of the model {model}", str(version), [str(number) for number in self.versions(model)])
        self._use(model, version, pinned=True)

    def release(self, model: str) -> None:
        """Let better versions take the place of the one in use again."""
        version = self.in_use(model)
        if version is not None:
            self._use(model, version, pinned=False)

    def _use(self, model: str, version: int, *, pinned: bool) -> None:
        _write(self._directory / model / IN_USE, json.dumps({"version": version, "pinned": pinned}).encode())


def _write(file: Path, content: bytes) -> None:
    part = file.with_name(f".{file.name}.part")
    part.write_bytes(content)
    part.replace(file)


def model_versions(parts: Parts) -> pl.DataFrame:
    """Kept versions of all models: columns of ``LISTED``, newest first. ``pinned``: a person put it back; ``kept_at`` is in UTC."""
    files = ModelFiles(parts.models)
    names = sorted(folder.name for folder in parts.models.iterdir()) if parts.models.is_dir() else []
    rows = [_listed(files, parts, name, version) for name in names for version in reversed(files.versions(name))]
    return pl.DataFrame(rows, schema=LISTED, orient="row")


def _listed(files: ModelFiles, parts: Parts, name: str, version: int) -> tuple[object, ...]:
    known, about = models().get(name), (parts.models / name / f"{version}.json").stat()
    used = version == files.in_use(name)
    kept = datetime.fromtimestamp(int(about.st_mtime), UTC).replace(tzinfo=None)
    label = known.label if known else name.replace("_", " ")
    return name, label, version, used, used and files.pinned(name), files.learned_up_to(name, version), kept, about.st_size


@dataclass(frozen=True)
class FittedModels:
    """The kept versions of a workspace's models, for one who may change settings. What is put back or released holds from the next refresh on."""

    parts: Parts
    viewer: Viewer

    def versions(self) -> pl.DataFrame:
        """See ``model_versions``."""
        return model_versions(self.parts)

    def put_back(self, model: str, version: int) -> None:
        """Use an earlier version whatever is learned, until it is released. Raises UnknownNameError and ForbiddenError."""
        require(self.viewer, CHANGE_SETTINGS)
        with self.parts.store.lock():
            _known(self.parts, model).put_back(model, version)

    def release(self, model: str) -> None:
        """Let a better version take the place of one that was put back. Raises UnknownNameError and ForbiddenError."""
        require(self.viewer, CHANGE_SETTINGS)
        with self.parts.store.lock():
            _known(self.parts, model).release(model)


def _known(parts: Parts, model: str) -> ModelFiles:
    files = ModelFiles(parts.models)
    if not files.versions(model):
        kept = sorted(folder.name for folder in parts.models.iterdir()) if parts.models.is_dir() else []
        raise UnknownNameError("model with a kept version", model, kept)
    return files
