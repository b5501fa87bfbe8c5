"""Rows of any table of a snapshot, narrowed and sorted with the language of the metrics' conditions, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from onelead.core.errors import UnknownNameError, UsageError
from onelead.metrics import _filters
from onelead.metrics._occurring import check_values
from onelead.metrics._query import Columns, permitted
from onelead.metrics._views import VIEWS, View
from onelead.tables import canonical_tables

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import ibis.expr.types as ir
    import polars as pl

    from onelead.core.context import Context, Snapshot

ROW = ("source_file", "source_sheet", "source_row")
PUBLIC = frozenset({"services", "model_cards"})
"""Tables without an account that hold nothing of any account."""


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

    def _view(self) -> View:
        if self.table not in self.snapshot.tables():
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
        own = list(self._view().build(self.snapshot, self.context).columns)
        return [*own, "account_name"] if "account_id" in own and "account_name" not in own else own

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
