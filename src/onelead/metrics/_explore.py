"""Any table or metric, narrowed, grouped and aggregated in SQL: what people ask who look for themselves.

Dates may be grouped by their year, quarter or month ("close_date@month"); columns that OneLead has no name for are "extra.<name>".
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import ibis

from onelead.core.errors import UnknownNameError, UsageError
from onelead.core.registry import pick
from onelead.metrics._browse import Browse
from onelead.metrics._filters import parse
from onelead.metrics._query import ACCOUNT, UNOWNED, metrics, permitted
from onelead.metrics._views import VIEWS, column_docs, one_per_account

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import ibis.expr.types as ir
    import polars as pl

    from onelead.core.context import Context, Snapshot
    from onelead.metrics._metric import Metric
    from onelead.metrics._view import View

AGGREGATES = ("count", "distinct", "sum", "mean", "median", "min", "max")
GRAINS = ("year", "quarter", "month")
EXTRA = "extra."
EXTRA_ROWS = 2_000
"""So many rows are looked through for the names of extra columns."""
ESTIMATES = {"unit_value": "is_estimated", "project_value": "is_estimated", "unused_credit_value": None}
"""Columns that rest on prices of the settings, and the flag that says for which rows (None: for all)."""
HIDDEN = ("extra", "is_repeat")
_PLAIN_KEY = re.compile(r"^[\w &/()-]+$")


@dataclass(frozen=True)
class Explore(Browse):
    """Rows of a table, or those that a metric is made of, to be grouped and aggregated.

    Raises UnknownNameError for a metric, table or column that does not exist, and for a value that no row has; UsageError for an
    aggregate that the column does not have.
    """

    metric: str | None = None
    names: tuple[str, ...] = ()
    """Columns that a question names beside those of its conditions: extra ones among them are taken apart."""

    behind: bool = False
    """Whether only the rows behind the metric's value are meant, not all that it is computed over."""

    def _metric(self) -> Metric | None:
        return None if self.metric is None else pick(metrics(), self.metric, "metric")

    def _plain_view(self, *, check: bool = True) -> View:
        metric = self._metric()
        return super()._view(check=check) if metric is None else VIEWS[metric.table]

    def _view(self, *, check: bool = True) -> View:
        view = self._plain_view(check=check)
        wanted = {name for name in self._named() if name.startswith(EXTRA)}
        if not wanted:
            return view
        keys = self.extras()
        for name in wanted - set(keys):
            raise UnknownNameError("column", name, [*keys, *view.build(self.snapshot, self.context).columns])
        return replace(view, build=_with_extras(view.build, {name: keys[name] for name in wanted}))

    def _selected(self, names: Sequence[str]) -> tuple[ir.Table, dict[str, str]]:
        table, places = super()._selected(names)
        metric = self._metric()
        return (table.filter(metric.rows(table, self.context)) if metric is not None and self.behind else table), places

    def selected(self) -> tuple[ir.Table, dict[str, str]]:
        """The narrowed rows, and the column that each of ``names`` ended up as."""
        return self._selected(self.names)

    def _rows(self, names: Sequence[str]) -> tuple[ir.Table, dict[str, str]]:
        return replace(self, names=tuple(dict.fromkeys(names))).selected()

    def _named(self) -> set[str]:
        return {*self.names, *(parse(item).column for item in self.where)}

    def extras(self) -> dict[str, str]:
        """Names of the extra columns that came with the rows → what the source calls them, as far as the first 2,000 rows show."""
        view = self._plain_view()
        rows = permitted(view.build(self.snapshot, self.context), view, self.account_filter)
        if "extra" not in rows.columns:
            return {}
        found = self.snapshot.execute(rows.filter(rows.extra.notnull()).select("extra").limit(EXTRA_ROWS))["extra"].unique()
        keys = sorted({str(key) for text in found for key in json.loads(text)})
        return {f"{EXTRA}{re.sub(r'[^0-9a-z]+', '_', key.lower()).strip('_')}": key for key in keys if _PLAIN_KEY.match(key)}

    def schema(self) -> dict[str, tuple[str, str]]:
        """Columns by name with kind (text, number, date, flag) and meaning: the rows' own, their account's, extra ones."""
        view = self._plain_view()
        docs = column_docs(view)
        own = view.build(self.snapshot, self.context).schema()
        out = {name: (_kind(dtype), docs.get(name, "")) for name, dtype in own.items() if name not in HIDDEN}
        if "account_id" in own and view.id not in {*UNOWNED, "accounts"}:
            accounts = column_docs(VIEWS["accounts"])
            types = one_per_account(self.snapshot).schema()
            out["account_name"] = ("text", "Name of the account after unification.")
            out |= {
                f"{ACCOUNT}{name}": (_kind(types[name]), f"{doc} (of the account)")
                for name, doc in accounts.items()
                if name in types and name not in {"account_id", "account_name", "parent_id", "level"}
            }
        return out | {name: ("text", f"{key}, as the source has it.") for name, key in self.extras().items()}

    def listed(self) -> tuple[str, ...]:
        """The columns that rows are listed with: those that the metric names, else all but the account's."""
        metric = self._metric()
        schema = self.schema()
        if metric is None:
            return tuple(name for name in schema if not name.startswith(ACCOUNT))
        return tuple(dict.fromkeys(name for name in ("account_id", "account_name", *metric.columns) if name in schema))

    def grouped(self, by: Sequence[str], how: str = "count", column: str | None = None) -> ir.Table:
        """One row a group: the columns of ``by``, value, rows, estimated."""
        if len(set(by)) < len(by):
            raise UsageError("A column is grouped by twice.", hint="Name each column once.")
        bare = [name.partition("@")[0] for name in by]
        table, places = self._rows([*bare, *([column] if column else [])])
        keys = {name: _key(table[places[plain]], name) for name, plain in zip(by, bare, strict=True)}
        metric = self._metric()
        measures: dict[str, ir.Scalar]
        if metric is not None:
            measures = {"value": metric.value(table, self.context).cast("float64")}
            measures["rows"] = table.count(where=metric.rows(table, self.context)).cast("int64")
            if callable(metric.estimated):
                measures["estimated"] = metric.estimated(table, self.context)
        else:
            measures = {"value": _measure(table, how, column, places), "rows": table.count().cast("int64")}
            if column in ESTIMATES and how not in {"count", "distinct"}:
                flag = ESTIMATES[column]
                known = table[places[column]].notnull()
                measures["estimated"] = ((table[flag] & known) if flag else known).any()
        return (table.group_by(**keys) if keys else table).aggregate(**measures)

    def always_estimated(self) -> bool:
        """Whether every value of the metric is an estimate."""
        metric = self._metric()
        return metric is not None and metric.estimated is True

    def numbers(self, names: Sequence[str]) -> ir.Table:
        """The columns ``names`` of the rows that know all of them, numbered in a stable order as "place" from 0."""
        table, places = self._rows(names)
        rows = table.select(**{name: table[places[name]] for name in names})
        rows = rows.filter(*(rows[name].notnull() for name in names))
        return rows.mutate(place=ibis.row_number().over(order_by=[rows[name] for name in names]))

    def spread(self, column: str, by: str | None) -> ir.Table:
        """Five numbers of a column (low, q1, middle, q3, high) and rows, by another column if one is named."""
        names = (column, *([by] if by else []))
        table, places = self._rows(names)
        number = table[places[column]].cast("float64")
        five = {
            "low": number.min(),
            "q1": number.quantile(0.25),
            "middle": number.quantile(0.5),
            "q3": number.quantile(0.75),
            "high": number.max(),
            "rows": number.count(),
        }
        return (table.group_by(**{by: table[places[by]]}) if by else table).aggregate(**five)

    def bins(self, column: str, low: float, width: float) -> ir.Table:
        """Rows by bin of a number: ``bin`` (from 0) and ``rows``; unknown values in no bin are left out."""
        table, places = self._rows((column,))
        number = table[places[column]].cast("float64")
        numbered = table.mutate(bin=((number - low) / width).floor().cast("int64")).filter(number.notnull())
        return numbered.group_by("bin").aggregate(rows=numbered.count()).order_by("bin")

    def values(self, column: str, text: str = "", limit: int = 50) -> pl.DataFrame:
        """Values of a column that contain ``text``, with their rows, the most frequent first."""
        table, places = replace(self, names=(column,), where=()).selected()
        rows = table.select(value=table[places[column]].cast("string"))
        rows = rows.filter(rows["value"].notnull())
        if text:
            rows = rows.filter(rows["value"].lower().contains(text.lower()))
        counted = rows.group_by("value").aggregate(rows=rows.count())
        return self.snapshot.execute(counted.order_by([ibis.desc("rows"), ibis.asc("value")]).limit(limit))

    def filled(self, names: Sequence[str]) -> list[str]:
        """Those of ``names`` in which at least one row has a value; one query."""
        table, places = self._rows(names)
        counts = self.snapshot.execute(table.aggregate(**{f"c{at}": table[places[name]].count() for at, name in enumerate(names)}))
        return [name for at, name in enumerate(names) if counts[f"c{at}"].item()]


def _with_extras(build: Callable[[Snapshot, Context], ir.Table], keys: Mapping[str, str]) -> Callable[[Snapshot, Context], ir.Table]:
    def built(snapshot: Snapshot, context: Context) -> ir.Table:
        rows = build(snapshot, context)
        return rows.mutate(**{name: rows.extra.cast("json")[key].str for name, key in keys.items()})

    return built


def _key(column: ir.Value, name: str) -> ir.Value:
    bare, at, grain = name.partition("@")
    if not at:
        return column
    if grain not in GRAINS:
        raise UnknownNameError("part of a date", grain, GRAINS)
    if _kind(column.type()) != "date":
        raise UsageError(f"{bare} is no date.", hint=f"Only dates have a {grain}.")
    return column.year() if grain == "year" else column.cast("timestamp").truncate("Q" if grain == "quarter" else "M").date()


def _measure(table: ir.Table, how: str, column: str | None, places: Mapping[str, str]) -> ir.Scalar:
    if how not in AGGREGATES:
        raise UnknownNameError("aggregate", how, AGGREGATES)
    if how == "count" and column is None:
        return table.count().cast("float64")
    if column is None:
        raise UsageError(f"{how} needs a column.", hint="Name the column to compute it of.")
    values = table[places[column]]
    if how == "count":
        return values.count().cast("float64")
    if how == "distinct":
        return values.nunique().cast("float64")
    if _kind(values.type()) not in {"number", "flag"}:
        raise UsageError(f"{column} holds no numbers, so it has no {how}.", hint="Choose a number, or count its values.")
    return getattr(values.cast("float64") if _kind(values.type()) == "number" else values.cast("int64").cast("float64"), how)()


def _kind(dtype: ibis.DataType) -> str:
    if dtype.is_boolean():
        return "flag"
    if dtype.is_numeric():
        return "number"
    return "date" if dtype.is_temporal() else "text"
