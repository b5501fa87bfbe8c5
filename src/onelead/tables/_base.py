"""What a canonical table is made of, and the columns that every one carries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import dataframely as dy

PROVENANCE: dict[str, pl.DataType | type[pl.DataType]] = {
    "source_file": pl.String,
    "source_sheet": pl.String,
    "source_row": pl.Int64,
    "extra": pl.String,
}
"""Columns that sources add to every row: where it came from (row as the spreadsheet shows it, from 1), and the columns
that OneLead has no name for, as a JSON object (null where there are none)."""

ASSIGNED: dict[str, pl.DataType | type[pl.DataType]] = {
    "account_id": pl.String,
    "named_account_id": pl.String,
    "is_repeat": pl.Boolean,
}
"""Columns that a load adds to every fact row: the account at the top level that the source gives, the named account below it
(null where there is none), and whether an earlier row has the same key (kept, counted in row counts, not in metrics)."""


@dataclass(frozen=True)
class Table:
    """A canonical table.

    ``contract`` checks what a source delivers. ``key`` identifies a row (empty: rows have no identity). ``fact`` tables hang on an
    account and get the assigned columns. ``layer`` is "base" for what was loaded and "results" for what is computed.
    """

    id: str
    label: str
    doc: str
    contract: type[dy.Schema]
    key: tuple[str, ...] = ()
    fact: bool = True
    layer: str = "base"
    history: tuple[str, ...] = field(default=())
    """Columns whose changes from load to load are kept in ``<id>_history``."""

    @property
    def delivered(self) -> pl.Schema:
        """Columns and types as sources deliver them: the contract's, then the provenance."""
        return pl.Schema([*self.contract.create_empty().schema.items(), *PROVENANCE.items()])

    @property
    def stored(self) -> pl.Schema:
        """Columns and types as the base holds them."""
        return pl.Schema([*self.delivered.items(), *ASSIGNED.items()]) if self.fact else self.delivered

    def empty(self) -> pl.DataFrame:
        """No rows, stored columns."""
        return pl.DataFrame(schema=self.stored)
