"""Reading a publication: what is the same on every engine. An engine adds how it names a table and runs a statement."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

import polars as pl

from onelead.core.errors import UnknownNameError
from onelead.engines._kept import Kept
from onelead.engines._lean import load_compiler
from onelead.engines._types import as_result, ibis_type, result_types

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    import ibis
    import ibis.expr.operations as ops

    from onelead.engines._types import Stored


_EXPRESSIONS: Kept[ibis.Table] = Kept()
_STATEMENTS: Kept[str] = Kept()


@dataclass(frozen=True)
class StoredTable:
    """Where a table is and what it holds. ``place`` is its catalog and schema, or its schema alone."""

    name: str
    place: tuple[str, ...]
    columns: Mapping[str, Stored]


def quoted(*names: str) -> str:
    """A qualified SQL identifier; both engines quote alike."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


def without_zero_division(operation: ops.Node) -> ops.Node:
    """The expression with every divisor of zero made unknown.

    DuckDB answers infinity or null, PostgreSQL refuses the whole statement; unknown is what is meant.
    """
    import ibis.expr.operations as ops  # a second of imports that a page of plain frames does without

    divisions = (ops.Divide, ops.FloorDivide, ops.Modulus)
    if not operation.find(divisions):
        return operation

    def guarded(node: ops.Node, rewritten: dict[str, object] | None) -> ops.Node:
        node = node.__recreate__(rewritten) if rewritten else node
        if not isinstance(node, divisions) or (isinstance(node.right, ops.Literal) and node.right.value):
            return node
        return type(node)(node.left, ops.NullIf(node.right, ops.Literal(0, dtype=node.right.dtype)))

    return operation.replace(guarded)


class LayerSnapshot(ABC):
    """Base of the engines' snapshots: core.context.Snapshot, but for the statements."""

    dialect: str

    def __init__(self, base: str, results: str | None, tables: Mapping[str, StoredTable]) -> None:
        self._base = base
        self._results = results
        self._tables = tables
        self._seen: set[str] = set()

    @property
    def base_id(self) -> str:
        """Name of the base layer."""
        return self._base

    @property
    def results_id(self) -> str | None:
        """Name of the results layer; None while results are being computed."""
        return self._results

    def tables(self) -> list[str]:
        """Names of the tables of both layers, sorted."""
        return sorted(self._tables)

    def columns(self) -> Mapping[str, Mapping[str, Stored]]:
        """Columns with their types of every table."""
        return {name: stored.columns for name, stored in self._tables.items()}

    def _stored(self, name: str) -> StoredTable:
        try:
            return self._tables[name]
        except KeyError:
            raise UnknownNameError("table", name, self.tables()) from None

    def table(self, name: str) -> ibis.Table:
        """A table as an Ibis expression, whichever layer holds it (results first). Raises UnknownNameError."""
        import ibis

        stored = self._stored(name)
        catalog, schema = stored.place if len(stored.place) > 1 else (None, *stored.place)
        columns = {column: ibis_type(dtype) for column, dtype in stored.columns.items()}
        # unbound on purpose: a bound table opens a second way around this snapshot, and costs a catalog query each
        return ibis.table(columns, name=stored.name, catalog=catalog, database=schema)

    def among(self, name: str, column: str, listed: ibis.Table) -> ibis.Table:
        """The rows of a table whose ``column`` has a value of the column of that name in ``listed``. Raises UnknownNameError."""
        return self.table(name).semi_join(listed, column)

    def frame(self, name: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """A table (or some of its columns) as a Polars frame, rows in the order written. Raises UnknownNameError."""
        stored = self._stored(name)
        wanted = list(stored.columns) if columns is None else list(columns)
        for column in wanted:
            if column not in stored.columns:
                raise UnknownNameError(f"column of {name}", column, list(stored.columns))
        if not wanted:
            return pl.DataFrame()
        return self._read(stored, {column: stored.columns[column] for column in wanted})

    @cached_property
    def _shape(self) -> int:
        """What expressions depend on: where tables are and which columns they have."""
        return hash((self.dialect, *((name, held.place, tuple(held.columns.items())) for name, held in sorted(self._tables.items()))))

    def expression(self, key: Hashable, build: Callable[[], ibis.Table]) -> ibis.Table:
        """What ``build`` makes of this snapshot's tables; kept under ``key``, which has to name all else that it depends on."""
        return _EXPRESSIONS.get_or((self._shape, key), build)

    def execute(self, expression: ibis.Table, given: Mapping[str, pl.DataFrame] | None = None) -> pl.DataFrame:
        """The rows of a table expression as a Polars frame. ``given`` are the rows of tables that it names and the snapshot does not have.

        Integers come as Int64, floats and decimals as Float64, NaN and divisions by zero as null. Raises UsageError for a column
        that is no text, number, boolean, date or timestamp.
        """
        expression = expression.as_table()
        types = result_types(expression.schema())
        # what is kept has no rows of its own, or it was not kept: only a new expression is searched for them
        statement = _STATEMENTS.get((self.dialect, expression.op()))
        if statement is None:
            own_rows = self._register_memtables(expression)
            statement = self._compiled(expression, pretty=False)
            if not own_rows:
                _STATEMENTS.put((self.dialect, expression.op()), statement)
        for name, frame in (given or {}).items():
            statement = statement.replace(quoted(name), quoted(self._handed_over(name, frame)))
        return as_result(self._run(statement, types), types)

    def _handed_over(self, name: str, frame: pl.DataFrame) -> str:
        """The name under which statements know these rows: one of their own, so that other rows under ``name`` do not meet them."""
        types: dict[str, Stored] = dict(frame.schema)
        own = f"{name}_{sha256(repr((frame.schema, frame.rows())).encode()).hexdigest()[:16]}"
        if own not in self._seen:
            self._register(own, frame, types)
            self._seen.add(own)
        return own

    def sql(self, expression: ibis.Table) -> str:
        """The SQL that ``execute`` runs, laid out for people."""
        return self._compiled(expression.as_table(), pretty=True)

    def _compiled(self, expression: ibis.Table, *, pretty: bool) -> str:
        import ibis

        load_compiler(self.dialect)
        guarded = without_zero_division(expression.op()).to_expr()
        return str(ibis.to_sql(guarded, dialect=self.dialect, pretty=pretty))

    def _register_memtables(self, expression: ibis.Table) -> bool:
        """Make the expression's own rows known to statements. Whether it has any."""
        import ibis.expr.operations as ops

        found = expression.op().find(ops.InMemoryTable)
        for node in found:
            if node.name not in self._seen:
                rows = node.data.obj
                frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(node.data.to_pyarrow(node.schema))
                types = result_types(node.schema)
                self._register(node.name, as_result(frame, types), types)
                self._seen.add(node.name)
        return bool(found)

    @abstractmethod
    def _read(self, stored: StoredTable, columns: dict[str, Stored]) -> pl.DataFrame:
        """Some columns of a table, all rows, in the order written."""

    @abstractmethod
    def _run(self, statement: str, types: dict[str, Stored]) -> pl.DataFrame:
        """The rows of a statement, with columns in the order of ``types``."""

    @abstractmethod
    def _register(self, name: str, frame: pl.DataFrame, types: dict[str, Stored]) -> None:
        """Make a frame known to statements under ``name``, for as long as the snapshot is open."""

    @abstractmethod
    def close(self) -> None:
        """Give the connection back."""


def found_tables(
    rows: Sequence[tuple[str, ...]], names: Mapping[str, Stored], places: Mapping[str, tuple[str, ...]]
) -> dict[str, StoredTable]:
    """Tables by name from catalog rows (layer key, table, column, type), rows of a later layer winning.

    ``names`` are the engine's type names, ``places`` the catalog and schema of each layer key, in order of precedence from low to high.
    """
    tables: dict[str, StoredTable] = {}
    for key, place in places.items():
        columns: dict[str, dict[str, Stored]] = {}
        for layer, table, column, dtype in rows:
            if layer == key:
                columns.setdefault(table, {})[column] = names[dtype]
        tables |= {table: StoredTable(table, place, held) for table, held in columns.items()}
    return tables
