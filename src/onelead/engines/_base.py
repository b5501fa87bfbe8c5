"""What an engine is: immutable layers of tables, written all or nothing, read by any number of processes."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from onelead.core.errors import EngineError, LayerGoneError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import polars as pl

    from onelead.core.context import Snapshot

LAYER_NAME = re.compile(r"[a-z][a-z0-9_]{0,47}")
STATEMENT_SECONDS = 300


class Engine(Protocol):
    """Keeps layers. One process writes at a time (the store's lock sees to that), any number reads."""

    @property
    def id(self) -> str:
        """Which engine this is: "duckdb", "postgres"."""
        ...

    @property
    def capabilities(self) -> frozenset[str]:
        """What this engine can do that others cannot."""
        ...

    def write(self, layer: str, tables: Mapping[str, pl.DataFrame]) -> None:
        """Write a layer, all or nothing: nobody sees it before it is complete and safe on disk.

        Small integers become Int64, Float32 and decimals Float64, NaN null, categories text; rows keep their order.
        Raises StorageFullError on a full disk (nothing changed then) and EngineError for a name that is taken.
        """
        ...

    def layers(self) -> set[str]:
        """Names of the complete layers."""
        ...

    def sweep(self, keep: set[str]) -> list[str]:
        """Drop every layer and leftover that is not in ``keep``; for the holder of the writer lock only.

        Returns what was dropped. A layer that a reader still has open is dropped as well where the engine can, else by a later sweep.
        """
        ...

    def drop(self, layer: str) -> None:
        """Drop one layer (no error if it is gone already). Raises BusyError where a reader keeps it open and the engine must wait."""
        ...

    def open(self, base: str, results: str | None) -> Snapshot:
        """Open layers for reading; they stay readable until closed, dropped or not. Raises LayerGoneError."""
        ...

    def close(self) -> None:
        """Give back what the engine holds."""
        ...


@dataclass(frozen=True)
class EngineKind:
    """The plug-in object: how an engine is recognised by its URL and opened.

    ``connect`` takes the URL (None for an embedded engine), the workspace directory, and the time limit of one reading
    statement in seconds.
    """

    id: str
    label: str
    doc: str
    schemes: tuple[str, ...]
    capabilities: frozenset[str]
    connect: Callable[[str | None, Path, int], Engine]


class Published(Protocol):
    """What a reader needs to know of a publication."""

    @property
    def base(self) -> str:
        """Name of the base layer."""
        ...

    @property
    def results(self) -> str:
        """Name of the results layer."""
        ...


P = TypeVar("P", bound=Published)


def checked_name(layer: str) -> str:
    """``layer``, if it may name a layer on every engine. Raises UsageError."""
    if not LAYER_NAME.fullmatch(layer):
        raise UsageError(
            f"{layer!r} cannot name a layer.", hint="Lower-case letters, digits and underscores, a letter first, at most 48 characters."
        )
    return layer


def taken(layer: str) -> EngineError:
    """The error for a layer name that was used before."""
    return EngineError(f"There is a layer {layer!r} already.", hint="Layers are immutable: write a new one under a new name.", layer=layer)


def open_current(current: Callable[[], P | None], engine: Engine, *, attempts: int = 20) -> tuple[Snapshot, P] | None:
    """Open what is published now, and say which publication that is; None where nothing is published.

    ``current`` (the store's) is asked again when its layers were dropped between asking and opening: a publication that was replaced
    and pruned at that very moment. So a reader never fails because of a writer. Raises LayerGoneError only when the published layers
    really are missing.
    """
    for attempt in range(attempts):
        publication = current()
        if publication is None:
            return None
        try:
            return engine.open(publication.base, publication.results), publication
        except LayerGoneError:
            if attempt == attempts - 1:
                raise
            time.sleep(0.01 * attempt)
    return None
