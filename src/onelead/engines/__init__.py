"""Layer 1: engines keep immutable layers of tables: one file each, behind one interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.errors import EngineError
from onelead.core.registry import discover
from onelead.core.urls import masked
from onelead.engines._base import STATEMENT_SECONDS, Engine, EngineKind, open_current

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import polars as pl

    from onelead.core.context import Snapshot
    from onelead.engines._types import Stored


def engines() -> dict[str, EngineKind]:
    """All engines by id."""
    return discover(__name__, "ENGINE", EngineKind)


def open_engine(url: str | None, directory: Path, *, statement_seconds: int = STATEMENT_SECONDS) -> Engine:
    """The engine that ``url`` names; DuckDB in ``directory`` without one.

    ``statement_seconds`` limits each reading statement on a server. Raises EngineError for a URL of no known engine, a missing driver,
    or a server that does not answer.
    """
    scheme = url.split("://", 1)[0].lower() if url else "duckdb"
    for kind in engines().values():
        if scheme in kind.schemes:
            return kind.connect(url, directory, statement_seconds)
    valid = ", ".join(f"{scheme}://…" for kind in engines().values() for scheme in kind.schemes)
    raise EngineError(f"No engine answers to {masked(url or '')!r}.", hint=f"Valid: {valid}; leave it out for the embedded engine.")


def extract(layers: tuple[str, str | None], read: Callable[[str], pl.DataFrame], columns: Mapping[str, Mapping[str, Stored]]) -> Snapshot:
    """A snapshot of rows in memory that ``read`` gives by table name when they are first asked for. Safe to use from many threads."""
    from onelead.engines._extract import Extract  # loads DuckDB

    return Extract(layers, read, columns)


__all__ = ["Engine", "EngineKind", "engines", "extract", "open_current", "open_engine"]
