"""The one place where parts are wired together: directory, settings, engine, records."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from onelead.core.errors import WorkspaceError
from onelead.core.settings import Settings, load_settings
from onelead.engines import open_engine
from onelead.store import Store, records_url

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from onelead.engines import Engine

FORMAT = 1
MARK = "workspace.toml"


@dataclass(frozen=True)
class Parts:
    """What use cases work with. ``today`` is asked for in one place, so that tests can say what day it is."""

    directory: Path
    settings: Settings
    engine: Engine
    store: Store
    today: Callable[[], date] = date.today

    @property
    def originals(self) -> Path:
        """Where loaded files are kept as they came."""
        return self.directory / "originals"

    @property
    def models(self) -> Path:
        """Where fitted models are kept, every version."""
        return self.directory / "models"

    @property
    def templates(self) -> Path:
        """Where edited opener templates win over the built-in ones."""
        return self.directory / "templates"

    @property
    def scorecards(self) -> Path | None:
        """Where a workspace's own scorecards are, if it has any."""
        directory = self.directory / "scorecards"
        return directory if directory.is_dir() else None

    def close(self) -> None:
        """Give connections back."""
        self.engine.close()
        self.store.close()


def open_parts(directory: Path, *, engine: str | None = None, create: bool = True) -> Parts:
    """The parts of the workspace in ``directory``, which is made when it is not there (unless ``create`` is false).

    Args:
        directory: Home of the workspace.
        engine: URL of a server engine (``postgresql://…``) for a new workspace; None is DuckDB inside the directory. A
            workspace keeps the engine that it was made with.
        create: Whether to make a workspace that is not there yet.

    Raises:
        WorkspaceError: not a workspace, of a newer format, or made with another engine.
    """
    mark = directory / MARK
    if mark.exists():
        url = _read_mark(mark, engine)
    elif create:
        url = engine
        _make(directory, mark, engine)
    else:
        raise WorkspaceError(
            f"There is no OneLead workspace in {directory}.",
            hint="Load a workbook to make one: onelead load FILE --workspace DIR, or name another with --workspace or ONELEAD_WORKSPACE.",
        )
    settings = load_settings(directory / "settings.toml")
    return Parts(directory, settings, open_engine(url, directory), Store(records_url(url, directory)))


def _read_mark(mark: Path, engine: str | None) -> str | None:
    found = tomllib.loads(mark.read_text(encoding="utf-8"))
    if found.get("format", 0) > FORMAT:
        raise WorkspaceError(f"{mark.parent} was made by a newer OneLead.", hint="Update OneLead to use it.")
    url = found.get("engine") or None
    if engine is not None and engine != url:
        raise WorkspaceError(
            f"{mark.parent} was made with another engine.",
            hint="Leave out --engine, or name a new directory for a workspace on another engine.",
        )
    return url


def _make(directory: Path, mark: Path, engine: str | None) -> None:
    if directory.is_file():
        raise WorkspaceError(f"{directory} is a file.", hint="Name a directory for the workspace.")
    if directory.is_dir() and any(directory.iterdir()):
        raise WorkspaceError(f"{directory} is not empty and holds no workspace.", hint="Name a new or an empty directory.")
    directory.mkdir(parents=True, exist_ok=True)
    escaped = (engine or "").replace("\\", "\\\\").replace('"', '\\"')
    part = directory / f".{MARK}.{os.getpid()}"
    # The URL may hold a password: only the owner reads it.
    part.touch(mode=0o600)
    part.write_text(f'format = {FORMAT}\nengine = "{escaped}"\n', encoding="utf-8")
    part.replace(mark)
