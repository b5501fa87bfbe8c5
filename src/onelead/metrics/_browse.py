"""Rows of any table of a snapshot, narrowed and sorted with the language of the metrics' conditions, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt
import polars as pl

from onelead.core.context import Context
from onelead.core.errors import UnknownNameError, UsageError
from onelead.core.settings import Settings
from onelead.metrics import _filters
from onelead.metrics._occurring import check_values
from onelead.metrics._query import Columns, permitted
from onelead.metrics._view import View
from onelead.metrics._views import VIEWS
from onelead.tables import canonical_tables, delivered_tables

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import ibis.expr.types as ir

    from onelead.core.context import Snapshot

ROW = ("source_file", "source_sheet", "source_row")
ADDED = {
    "source_file": "File that the row came from.",
    "source_sheet": "Sheet of the file.",
    "source_row": "Row of the sheet, as a spreadsheet numbers it.",
    "extra": "Further columns of the source, as a JSON object.",
    "account_id": "The account at the top level that the source gives.",
    "named_account_id": "The named account below it, where there is one.",
    "account_name": "Name of the account after unification.",
    "is_repeat": "Whether an earlier row has the same key.",
}
"""Columns that every row carries beside those of its contract."""
PUBLIC = frozenset({"services", "model_cards"})
"""Tables without an account that hold nothing of any account."""

PYTHON = {"string": str, "int64": int, "float64": float, "boolean": bool, "date": date, "timestamp": datetime}
IBIS = {pl.String: "string", pl.Int64: "int64", pl.Float64: "float64", pl.Boolean: "boolean", pl.Date: "date"}


@dataclass(frozen=True)
class Column:
    """A column that rows of a table may have: its Python type, its meaning, and its unit where it has one ("money", "credits")."""

    name: str
    type: type
    doc: str
    unit: str | None = None


class _Shapes:
    """A snapshot without rows: enough to know which columns a table has, derived ones included."""

    def tables(self) -> list[str]:
        return []

    def table(self, name: str) -> ir.Table:
        known = canonical_tables()[name]
        schema = known.stored if name in delivered_tables() else known.contract.create_empty().schema
        return ibis.table({column: IBIS.get(dtype, "timestamp") for column, dtype in schema.items()}, name=name)  # type: ignore[call-overload]


def columns_of(table: str) -> list[Column]:
    """The columns that rows of ``table`` come with when they are browsed, whatever is loaded. Raises UnknownNameError."""
    if table not in canonical_tables():
        raise UnknownNameError("table", table, list(canonical_tables()))
    context = Context(date(2024, 1, 1), Settings())
    shape = Browse(_Shapes(), context, table).shape()  # type: ignore[arg-type]  # all of a snapshot that is needed
    documented = canonical_tables()[table].contract.columns()
    derived = VIEWS[table].dimensions if table in VIEWS else {}
    out = []
    for name, dtype in shape.items():
        column = documented.get(name)
        doc = derived.get(name) or (column.description if column else None) or ADDED.get(name, "")
        unit = (column.metadata or {}).get("unit") if column else None
        kind = "int64" if dtype.is_integer() else "timestamp" if dtype.is_timestamp() else str(dtype).removeprefix("!")
        out.append(Column(name, PYTHON.get(kind, str), doc, unit))
    return out


@dataclass(frozen=True)
class Browse:
    """Rows of a table: those that satisfy every condition of ``where``, in the order of ``sort`` ("column", or "-column" for descending).

    A table that metrics know comes without repeats and with its derived columns (``lifecycle_state``, ``days_to_end_of_life`` …);
    ``account_name`` and ``account.…`` are columns of the row's account.

    Raises UnknownNameError for a table, a column, or a value that no row has; UsageError for a condition that cannot be read.
    """

    snapshot: Snapshot
    context: Context
    table: str
    where: Sequence[str] = ()
    account_filter: Collection[str] | None = None

    def _view(self, *, check: bool = True) -> View:
        if check and self.table not in self.snapshot.tables():
            raise UnknownNameError("table", self.table, self.snapshot.tables())
        known = VIEWS.get(self.table)
        if known is not None and self.table != "accounts":
            return known

        def plain(snapshot: Snapshot, _: Context) -> ir.Table:
            return snapshot.table(self.table)

        key = canonical_tables()[self.table].key if self.table in canonical_tables() else ()
        return View(self.table, self.table, (self.table,), plain, key, {}, public=self.table in PUBLIC)

    def _selected(self, names: Sequence[str]) -> tuple[ir.Table, dict[str, str]]:
        view = self._view()
        conditions = [_filters.parse(item) for item in self.where]
        rows = permitted(view.build(self.snapshot, self.context), view, self.account_filter)
        columns = Columns(self.snapshot, rows, view, [*names, *(condition.column for condition in conditions)])
        if any(condition.operator == "=" for condition in conditions):
            accounts = permitted(self.snapshot.table("accounts"), VIEWS["accounts"], self.account_filter)
            check_values(self.snapshot, conditions, lambda name: columns.place(name, accounts))
        tests = _filters.predicates(conditions, columns.__getitem__)
        places = {name: columns[name].get_name() for name in names}
        return (columns.table.filter(*tests) if tests else columns.table), places

    def columns(self) -> list[str]:
        """The columns that a row has of itself, in order; ``account_name`` where it hangs on an account."""
        return list(self.shape())

    def shape(self) -> dict[str, dt.DataType]:
        """Columns and their types."""
        own = dict(self._view(check=False).build(self.snapshot, self.context).schema().items())
        return own | {"account_name": dt.string} if "account_id" in own and "account_name" not in own else own

    def count(self) -> int:
        """How many rows there are."""
        table, _ = self._selected(())
        return int(self.snapshot.execute(table.aggregate(rows=table.count())).item())

    def rows(self, names: Sequence[str], sort: Sequence[str] = (), *, offset: int = 0, limit: int | None = None) -> pl.DataFrame:
        """The columns ``names`` of rows ``offset`` to ``offset + limit``. The order is total, so that pages neither overlap nor leave gaps."""
        wanted = list(dict.fromkeys(names))
        keys = [(entry.removeprefix("-"), entry.startswith("-")) for entry in sort]
        if len({name for name, _ in keys}) < len(keys):
            raise UsageError("A column is sorted by twice.", hint="Name each column once.")
        view = self._view()
        own = set(view.build(self.snapshot, self.context).columns)
        ties = [name for name in (*view.order, *ROW) if name in own and name not in {key for key, _ in keys}]
        table, places = self._selected([*wanted, *(name for name, _ in keys), *ties])
        order = {f"order_{at}": table[places[name]] for at, name in enumerate([*(name for name, _ in keys), *ties])}
        listed = table.select(**{name: table[places[name]] for name in wanted}, **order)
        marks = [
            ibis.desc(name, nulls_first=False) if at < len(keys) and keys[at][1] else ibis.asc(name, nulls_first=False)
            for at, name in enumerate(order)
        ]
        ordered = listed.order_by(marks) if marks else listed
        return self.snapshot.execute((ordered.limit(limit, offset=offset) if limit is not None else ordered).select(*wanted))
