"""Values, groups and rows of metrics: one aggregate query per table, one place for row rights."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING

import polars as pl

from onelead.core.errors import UnknownNameError, UsageError
from onelead.core.registry import discover, pick
from onelead.core.units import Unit
from onelead.metrics import _filters
from onelead.metrics._metric import Metric
from onelead.metrics._occurring import check_values
from onelead.metrics._rights import handed_over, kept_expression, permitted_rows, run
from onelead.metrics._views import VIEWS, column_docs, one_per_account

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    import ibis.expr.types as ir

    from onelead.core.context import Context, Snapshot
    from onelead.metrics._view import View

ACCOUNT = "account."
UNOWNED = frozenset({"quarantine", "services"})
"""Views whose rows belong to no account."""
RESULT = ("value", "estimated", "rows")
SCHEMA = {"metric": pl.String, "value": pl.Float64, "estimated": pl.Boolean, "currency": pl.String, "rows": pl.Int64}


@cache
def metrics() -> dict[str, Metric]:
    """Every metric by id, in the order of their names. The mapping is shared: do not change it."""
    return discover("onelead.metrics", "METRIC", Metric)


def dimensions(metric_id: str) -> dict[str, str]:
    """Columns that ``by`` and ``where`` may name for a metric, with what they mean; ``account.`` columns are those of its account."""
    view = VIEWS[pick(metrics(), metric_id, "metric").table]
    own = column_docs(view)
    if view.id in UNOWNED or view.id == "accounts":
        return own
    accounts = {f"{ACCOUNT}{name}": doc for name, doc in column_docs(VIEWS["accounts"]).items() if not name.startswith("has_")}
    return {**own, "account_id": "The account.", "account_name": "Name of the account.", **accounts}


def permitted(rows: ir.Table, view: View, account_filter: Collection[str] | None) -> ir.Table:
    """The rows of a metric's table that may be seen."""
    return permitted_rows(rows, account_filter, public=view.public)


def view_of(snapshot: Snapshot, context: Context, view: View, account_filter: Collection[str] | None = None) -> ir.Table:
    """The table of a view, the rows that may be seen."""
    return permitted(view.build(snapshot, context), view, account_filter)


def measures(metric: Metric, rows: ir.Table, context: Context, prefix: str = "") -> dict[str, ir.Scalar]:
    """What is asked of a metric: value, rows, and estimated where it varies."""
    out = {
        f"{prefix}value": metric.value(rows, context).cast("float64"),
        f"{prefix}rows": rows.count(where=metric.rows(rows, context)).cast("int64"),
    }
    if callable(metric.estimated):
        out[f"{prefix}estimated"] = metric.estimated(rows, context)
    return out


def values(
    snapshot: Snapshot,
    context: Context,
    ids: Iterable[str] | None = None,
    *,
    account_filter: Collection[str] | None = None,
    summed: Callable[[str], Mapping[str, dict[str, object]]] | None = None,
) -> pl.DataFrame:
    """Every metric (or those of ``ids``) over all rows, attributed or not: one row a metric, columns as the table metric_values.

    Runs one aggregate query for each table that the metrics need. ``summed`` gives the records by metric of a view that are known without
    one (see ``_by_account``). Raises UnknownNameError for an unknown id.
    """
    chosen = metrics() if ids is None else {name: pick(metrics(), name, "metric") for name in ids}
    by_table: dict[str, list[Metric]] = defaultdict(list)
    for metric in chosen.values():
        by_table[metric.table].append(metric)
    here = set(snapshot.tables())
    found: dict[str, dict[str, object]] = {}
    for table, group in by_table.items():
        if not here.issuperset(VIEWS[table].tables):
            continue
        found |= summed(table) if summed else {}
        asked = [metric for metric in group if metric.id not in found]
        if not asked:
            continue
        question = ("values", table, *(metric.id for metric in asked))
        build = partial(_totals, snapshot, context, VIEWS[table], asked)
        record = run(snapshot, context, question, account_filter, build).row(0, named=True)
        for place, metric in enumerate(asked):
            found[metric.id] = {name: record.get(f"m{place}_{name}") for name in RESULT}
    currency = context.settings.prices.currency
    lines = [_line(metric, found.get(metric.id, {}), currency, everything=account_filter is None) for metric in chosen.values()]
    return pl.DataFrame(lines, schema=SCHEMA, orient="row")


def _totals(snapshot: Snapshot, context: Context, view: View, group: Sequence[Metric], account_filter: Collection[str] | None) -> ir.Table:
    rows = view_of(snapshot, context, view, account_filter)
    found: dict[str, ir.Scalar] = {}
    for place, metric in enumerate(group):
        found |= measures(metric, rows, context, f"m{place}_")
    return rows.aggregate(**found)


def _line(metric: Metric, record: dict[str, object], currency: str, *, everything: bool) -> tuple[object, ...]:
    value = record.get("value")
    if value is None and metric.empty_is_zero and record and everything:
        value = 0.0
    estimated = bool(record.get("estimated")) if callable(metric.estimated) else metric.estimated
    return metric.id, value, estimated and value is not None, currency if metric.unit is Unit.MONEY else None, record.get("rows")


class Columns:
    """Names that ``by``, ``where`` and drill-downs may use, found on the metric's table or on its account.

    ``account_name`` is the name of the account after unification; any other name is looked for in the metric's own table first;
    ``account.region`` always means the account's.
    """

    def __init__(self, snapshot: Snapshot, rows: ir.Table, view: View, names: Iterable[str]) -> None:
        self._own = rows
        self._accounts: set[str] = set()
        if "account_id" in rows.columns and view.id != "accounts":
            self._accounts = set(snapshot.table("accounts").columns)
        wanted = sorted({place for name in names if (place := self._on_account(name))})
        self.table = self._joined(snapshot, wanted)

    def _on_account(self, name: str) -> str | None:
        """Column of accounts that ``name`` means, or None where it means the table's own."""
        bare = name.removeprefix(ACCOUNT)
        if bare in self._accounts and bare != "account_id" and (name != bare or bare == "account_name" or bare not in self._own.columns):
            return bare
        if bare in self._own.columns and (bare in {name, "account_id"} or not self._accounts):
            return None
        valid = sorted({*self._own.columns, *self._accounts, *(f"{ACCOUNT}{column}" for column in self._accounts)})
        unknown = UnknownNameError("column", name, valid)
        if "account_id" not in self._own.columns and (name.startswith(ACCOUNT) or bare in {"account_id", "account_name"}):
            unknown.hint = f"The rows of this metric belong to no account. Its columns: {', '.join(valid)}."
        raise unknown

    def _joined(self, snapshot: Snapshot, wanted: list[str]) -> ir.Table:
        if not wanted:
            return self._own
        accounts = one_per_account(snapshot)
        accounts = accounts.select(joined_account_id="account_id", **{f"{ACCOUNT}{name}": name for name in wanted})
        return self._own.left_join(accounts, self._own.account_id == accounts.joined_account_id)

    def __getitem__(self, name: str) -> ir.Value:
        place = self._on_account(name)
        return self.table[f"{ACCOUNT}{place}" if place else name.removeprefix(ACCOUNT)]

    def place(self, name: str, accounts: ir.Table) -> tuple[ir.Table, str]:
        """Where the values of ``name`` are at home: an account is known by ``accounts``, also one without a row of the metric's table."""
        bare = name.removeprefix(ACCOUNT)
        of_account = bool(self._accounts) and (self._on_account(name) is not None or bare == "account_id")
        return (accounts if of_account else self._own), bare


@dataclass(frozen=True)
class Asked:
    """One question: a metric on a snapshot, narrowed to conditions and to the accounts that may be seen."""

    snapshot: Snapshot
    context: Context
    metric: Metric
    where: Sequence[str]
    account_filter: Collection[str] | None

    @property
    def view(self) -> View:
        return VIEWS[self.metric.table]

    def selected(self, names: Sequence[str]) -> tuple[ir.Table, dict[str, str]]:
        """The metric's table narrowed to ``where``, and the column that each of ``names`` ended up as."""
        conditions = [_filters.parse(item) for item in self.where]
        rows = view_of(self.snapshot, self.context, self.view, self.account_filter)
        columns = Columns(self.snapshot, rows, self.view, [*names, *(condition.column for condition in conditions)])
        tests = _filters.predicates(conditions, columns.__getitem__)
        places = {name: columns[name].get_name() for name in names}
        return (columns.table.filter(*tests) if tests else columns.table), places

    def checked(self) -> Asked:
        """Itself. Raises UnknownNameError for a value that no visible row has in the column that is to equal it."""
        conditions = [_filters.parse(item) for item in self.where]
        if any(condition.operator == "=" for condition in conditions):
            kept = partial(kept_expression, self.snapshot, self.context, account_filter=self.account_filter)
            rows = kept(("view", self.view.id), lambda seen: view_of(self.snapshot, self.context, self.view, seen))
            accounts = kept("accounts", lambda seen: permitted(self.snapshot.table("accounts"), VIEWS["accounts"], seen))
            columns = Columns(self.snapshot, rows, self.view, [condition.column for condition in conditions])
            check_values(self.snapshot, conditions, lambda name: columns.place(name, accounts), handed_over(self.account_filter))
        return self

    def grouped(self, by: Sequence[str]) -> ir.Table:
        """One row a group."""
        clash = [name for name in by if name in RESULT or by.count(name) > 1]
        if clash:
            hint = "Name every column once; value, estimated and rows are results."
            raise UsageError(f"{self.metric.id} cannot be grouped by {clash[0]!r}.", hint=hint)
        rows, places = self.selected(by)
        found = measures(self.metric, rows, self.context)
        if not by:
            return rows.aggregate(**found)
        return rows.group_by(**{name: rows[place] for name, place in places.items()}).aggregate(**found)

    def listed(self, also: Sequence[str] = ()) -> ir.Table:
        """The rows behind the value, in a stable order."""
        front = () if self.view.id in UNOWNED else ("account_id", "account_name")
        names = list(dict.fromkeys([*front, *self.metric.columns, *also]))
        table, places = self.selected(names)
        table = table.filter(self.metric.rows(table, self.context))
        order = {f"order_{name}": table[name] for name in self.view.order}
        listed = table.select(**{name: table[place] for name, place in places.items()}, **order)
        return listed.order_by([*order, *names]).select(*names)  # the names too: rows that tie must not change places between two pages


def query(
    snapshot: Snapshot,
    context: Context,
    metric_id: str,
    *,
    by: Sequence[str] = (),
    where: Sequence[str] = (),
    account_filter: Collection[str] | None = None,
) -> pl.DataFrame:
    """A metric, grouped and filtered: the columns of ``by``, then value, estimated and rows; the largest value first.

    ``by`` and the conditions of ``where`` ("practice=Hybrid Cloud", "days_to_end_of_life<90") name columns of the metric's table,
    its derived dimensions, or columns of the account. ``account_filter`` holds the accounts that may be seen; None is all.

    Raises UnknownNameError for an unknown metric or column and for ``column=value`` with a text that no row has, UsageError for a
    condition that cannot be read.
    """
    metric = pick(metrics(), metric_id, "metric")
    ask = Asked(snapshot, context, metric, where, account_filter).checked()
    question = ("query", metric_id, tuple(by), tuple(where))
    frame = run(snapshot, context, question, account_filter, lambda seen: replace(ask, account_filter=seen).grouped(by))
    return finished(frame, metric, by, everything=account_filter is None)


def finished(frame: pl.DataFrame, metric: Metric, by: Sequence[str], *, everything: bool) -> pl.DataFrame:
    """What ``query`` answers, of measured groups; ``everything`` says that all rows were asked."""
    if metric.empty_is_zero and not by and everything:
        frame = frame.with_columns(pl.col("value").fill_null(0.0))
    flag = pl.col("estimated").fill_null(value=False) if callable(metric.estimated) else pl.lit(metric.estimated)
    frame = frame.with_columns((flag & pl.col("value").is_not_null()).alias("estimated"), pl.col("value").cast(pl.Float64))
    order = ["value", *by]
    return frame.select(*by, *RESULT).sort(order, descending=[True, *(False for _ in by)], nulls_last=True)


def rows(
    snapshot: Snapshot,
    context: Context,
    metric_id: str,
    *,
    where: Sequence[str] = (),
    limit: int | None = 100,
    offset: int = 0,
    also: Sequence[str] = (),
    account_filter: Collection[str] | None = None,
) -> pl.DataFrame:
    """The rows behind a metric's value: account_id and account_name where it has them, then the metric's drill-down columns, then ``also``.

    ``limit`` None gives all of them, whatever the ``offset``. Raises as ``query`` does.
    """
    ask = Asked(snapshot, context, pick(metrics(), metric_id, "metric"), where, account_filter).checked()

    def build(seen: Collection[str] | None) -> ir.Table:
        listed = replace(ask, account_filter=seen).listed(also)
        return listed if limit is None else listed.limit(limit, offset=offset)

    return run(snapshot, context, ("rows", metric_id, tuple(where), limit, offset, tuple(also)), account_filter, build)


def sql(
    snapshot: Snapshot,
    context: Context,
    metric_id: str,
    *,
    by: Sequence[str] = (),
    where: Sequence[str] = (),
    account_filter: Collection[str] | None = None,
) -> str:
    """The SQL that ``query`` runs, for "how is this computed"."""
    return snapshot.sql(Asked(snapshot, context, pick(metrics(), metric_id, "metric"), where, account_filter).grouped(by))
