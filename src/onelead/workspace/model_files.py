"""Fitted models of a workspace: every version is kept as a file, one of them is in use, and any can be put back.

A version is written under a number that was never used before, whole or not at all; which one is in use stands in a file of its own.
Only the holder of the writer lock changes either, so a reader never sees half of one.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UnknownNameError
from onelead.models import InUse

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace.wiring import Parts

IN_USE = "in_use.json"
VERSION = re.compile(r"^(\d+)\.json$")
LISTED = {"model": pl.String, "version": pl.Int64, "in_use": pl.Boolean, "bytes": pl.Int64}


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
    """Kept versions of all models: columns of ``LISTED``, newest first."""
    files = ModelFiles(parts.models)
    names = sorted(folder.name for folder in parts.models.iterdir()) if parts.models.is_dir() else []
    rows = [
        (name, version, version == files.in_use(name), (parts.models / name / f"{version}.json").stat().st_size)
        for name in names
        for version in reversed(files.versions(name))
    ]
    return pl.DataFrame(rows, schema=LISTED, orient="row")


def put_back_model(parts: Parts, model: str, version: int) -> None:
    """Use an earlier version of a model from the next refresh on, whatever is learned, until it is released. Raises UnknownNameError."""
    with parts.store.lock():
        ModelFiles(parts.models).put_back(model, version)


def release_model(parts: Parts, model: str) -> None:
    """Let a better version take the place of one that was put back, from the next refresh on."""
    with parts.store.lock():
        ModelFiles(parts.models).release(model)
