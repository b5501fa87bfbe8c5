"""Start to read while everything else is still being imported: reading runs in a process of its own."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from onelead.core.settings import Settings, load_settings
from onelead.sources import begin_first

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from onelead.sources import Pending


@contextmanager
def reading_ahead(files: Sequence[Path], workspace: Path | None, password: Callable[[], str | None] | None) -> Iterator[Pending]:
    """The first of ``files``, being read under the settings of ``workspace``; stopped when the block ends before it was used.

    Raises SourceError for what is no file, SettingsError for settings that do not hold.
    """
    settings = load_settings(workspace / "settings.toml") if workspace is not None else Settings()
    begun = begin_first(files, settings.load, password=password)
    try:
        yield begun
    finally:
        begun.cancel()
