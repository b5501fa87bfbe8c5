"""The rows of some accounts, in memory: under a filter nobody asked for before, a number costs as much as the rows that it is made of."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

import polars as pl

from onelead.engines import extract
from onelead.workspace.keeping import OWNER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from onelead.core.context import Snapshot
    from onelead.workspace.keeping import Columns

COUNTED = ("assets", "projects", "opportunities", "service_credits")
"""Tables whose rows of some accounts say how much room all of them take."""
WHITESPACE = "whitespace"
"""Accounts × practices: what nobody of some accounts bought is known from all accounts, so that these rows are computed over all."""
CELLS = {OWNER: pl.String, "practice": pl.String, "is_bought": pl.Boolean}
VALUE_BYTES = 24
"""What a value is taken to need, as a frame and in the engine."""
ENGINE_BYTES = 2 * 2**20
"""What an engine in memory takes before it holds a row."""
LEAST_ROWS = 50_000
"""Up to so many rows of all accounts a query reads the tables as they are sooner than an engine for some of them is made."""
MOST_BYTES = 192 * 2**20
"""Beyond this, rows stay where they are, and queries read whole tables."""


class Own:
    """The rows of some accounts in the tables of one snapshot; tables without an account_id are there as a whole.

    ``reading`` calls a function with the snapshot opened; ``cells`` gives the whitespace of all accounts.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        accounts: frozenset[str],
        columns: Columns,
        reading: Callable[[Callable[[Snapshot], pl.DataFrame]], pl.DataFrame],
        cells: Callable[[], pl.DataFrame],
    ) -> None:
        self._accounts, self._columns, self._reading, self._cells = accounts, columns, reading, cells
        self._rows: dict[str, pl.Series] = {}
        self._lock = Lock()
        stored = snapshot.columns()
        counted = [name for name in COUNTED if name in stored]
        self._worth_it = sum(columns.frame(snapshot, name, [OWNER]).height for name in counted) >= LEAST_ROWS
        self.nbytes = ENGINE_BYTES + sum(self._places(snapshot, name).len() * len(stored[name]) * VALUE_BYTES for name in counted)
        """Roughly what all of it takes in memory."""
        self._held = {**stored, WHITESPACE: CELLS}
        self._extract = extract((snapshot.base_id, snapshot.results_id), self._read, self._held)

    @property
    def snapshot(self) -> Snapshot | None:
        """A snapshot that holds these rows and no others; None where they are too many, or whole tables are small. Safe to use from many threads."""
        return self._extract if self._worth_it and self.nbytes <= MOST_BYTES else None

    def frame(self, snapshot: Snapshot, name: str, columns: Sequence[str]) -> pl.DataFrame:
        """Some columns of the accounts' rows in a table that has an account_id, in the order of the table."""
        return self._columns.frame(snapshot, name, columns)[self._places(snapshot, name)]

    def _places(self, snapshot: Snapshot, name: str) -> pl.Series:
        with self._lock:
            if name not in self._rows:
                self._rows[name] = self._columns.rows_of(snapshot, name, self._accounts)
            return self._rows[name]

    def _read(self, name: str) -> pl.DataFrame:
        if name == WHITESPACE:
            return self._cells().filter(pl.col(OWNER).is_in(list(self._accounts)))
        if OWNER not in self._held[name]:
            return self._reading(lambda snapshot: snapshot.frame(name))
        return self._reading(lambda snapshot: self.frame(snapshot, name, list(self._held[name])))
