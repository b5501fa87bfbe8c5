"""What every metric, feature, model and rule is computed from: a snapshot, an as-of date, the settings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence
    from datetime import date

    import ibis
    import polars as pl

    from onelead.core.settings import Settings


@dataclass(frozen=True)
class Context:
    """The business date that numbers are computed for, and the settings. Never ``now()``."""

    as_of: date
    settings: Settings
    exported: date | None = None
    """The data's own as-of date; None: ``as_of`` is it. An outcome without a date is known from then on."""

    def on(self, day: date) -> Context:
        """The same data and settings as of another day."""
        return replace(self, as_of=day, exported=self.exported or self.as_of)


class Snapshot(Protocol):
    """Read access to one publication (a base and, once computed, its results). Safe to use from one thread."""

    @property
    def base_id(self) -> str:
        """Name of the base layer."""
        ...

    @property
    def results_id(self) -> str | None:
        """Name of the results layer; None while results are being computed."""
        ...

    def tables(self) -> list[str]:
        """Names of the tables that this snapshot holds."""
        ...

    def columns(self) -> Mapping[str, Mapping[str, pl.DataType | type[pl.DataType]]]:
        """Columns with their types of every table."""
        ...

    def table(self, name: str) -> ibis.Table:
        """A table as an Ibis expression. Raises UnknownNameError."""
        ...

    def among(self, name: str, column: str, listed: ibis.Table) -> ibis.Table:
        """The rows of a table whose ``column`` has a value of the column of that name in ``listed``. Raises UnknownNameError."""
        ...

    def frame(self, name: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """A table (or some of its columns) as a Polars frame. Raises UnknownNameError."""
        ...

    def expression(self, key: Hashable, build: Callable[[], ibis.Table]) -> ibis.Table:
        """What ``build`` makes of this snapshot's tables; may be kept under ``key``, which has to name all else that it depends on."""
        ...

    def execute(self, expression: ibis.Table, given: Mapping[str, pl.DataFrame] | None = None) -> pl.DataFrame:
        """The rows of a table expression as a Polars frame. ``given`` are the rows of tables that it names and the snapshot does not have."""
        ...

    def sql(self, expression: ibis.Table) -> str:
        """The SQL that ``execute`` would run, for "how is this computed"."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...
