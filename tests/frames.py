"""Snapshots of a few rows in memory, for tests of what is computed from a base."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import ibis
import polars as pl

from onelead.core.context import Context
from onelead.core.errors import UnknownNameError
from onelead.core.settings import Settings
from onelead.tables import canonical_tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AS_OF = date(2024, 9, 4)
DERIVED = ("accounts", "account_links", "changes", "quarantine")
"""Base tables that a load computes: exactly their contract's columns."""
BASE = tuple(name for name, table in canonical_tables().items() if table.layer == "base")


def context(as_of: date = AS_OF, settings: Settings | None = None) -> Context:
    return Context(as_of, settings or Settings())


def table(name: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows of a canonical table as the base stores them: columns that are not named are null, no row is a repeat."""
    known = canonical_tables()[name]
    schema = pl.Schema(known.contract.create_empty().schema) if name in DERIVED else known.stored
    filled = [{"is_repeat": False, "source_row": place, **row} for place, row in enumerate(rows, start=2)]
    unknown = {column for row in rows for column in row} - set(schema)
    assert not unknown, f"{name} has no {unknown}"
    return pl.DataFrame([{column: row.get(column) for column in schema} for row in filled], schema=schema)


def account(account_id: str, **more: Any) -> dict[str, Any]:
    return {"account_id": account_id, "account_name": f"Name of {account_id}", "level": "account", "raw_ids": 1, **more}


def base(**tables: Sequence[Mapping[str, Any]]) -> dict[str, pl.DataFrame]:
    """All base tables; those that are not named are empty."""
    return {name: table(name, tables.get(name, ())) for name in BASE}


class MemorySnapshot:
    """core.context.Snapshot over frames in an in-memory DuckDB; counts the queries that it runs."""

    def __init__(self, tables: Mapping[str, pl.DataFrame]) -> None:
        self._connection = ibis.duckdb.connect()
        self._frames = dict(tables)
        for name, frame in tables.items():
            self._connection.con.register(f"given_{name}", frame.to_arrow())
            self._connection.con.execute(f'create table "{name}" as select * from "given_{name}"')
        self.queries = 0

    base_id = "base"
    results_id = None

    def tables(self) -> list[str]:
        return sorted(self._frames)

    def table(self, name: str) -> ibis.Table:
        if name not in self._frames:
            raise UnknownNameError("table", name, self.tables())
        return self._connection.table(name)

    def frame(self, name: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
        return self._frames[name].select(columns) if columns else self._frames[name]

    def execute(self, expression: ibis.Table) -> pl.DataFrame:
        self.queries += 1
        return self._connection.to_polars(expression)

    def sql(self, expression: ibis.Table) -> str:
        return str(ibis.to_sql(expression, dialect="duckdb"))

    def close(self) -> None:
        self._connection.disconnect()


def snapshot_of(**tables: Sequence[Mapping[str, Any]]) -> MemorySnapshot:
    return MemorySnapshot(base(**tables))
