"""Use cases: rows of any table a page at a time, and the same conditions and orders on a frame that a use case gave."""

from __future__ import annotations

import operator
from datetime import date
from typing import TYPE_CHECKING, Any, TypedDict

import polars as pl

from onelead import metrics as kpis
from onelead.core.errors import UnknownNameError, UsageError
from onelead.metrics import Column, columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

PLAIN = ("source_file", "source_sheet", "source_row", "extra", "is_repeat")
"""Columns that rows come without unless they are asked for."""
LARGEST = 2**63 - 1
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": lambda column, value: (column != value) | column.is_null(),  # an unknown value is not the one that was excluded
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

__all__ = ["Column", "Paged", "columns_of", "default_columns", "framed_page", "table_page", "table_total"]


class Paged(TypedDict):
    """Some rows, and how many there are in all."""

    items: pl.DataFrame
    total: int


def table_page(
    view: View,
    _: Parts,
    table: str,
    where: Sequence[str] = (),
    sort: Sequence[str] = (),
    fields: Sequence[str] = (),
    offset: int = 0,
    limit: int | None = 100,
) -> pl.DataFrame:
    """Rows of a table of the snapshot that satisfy ``where``, in the order of ``sort``; ``limit`` None gives all. See ``metrics.Browse``."""
    browse = kpis.Browse(view.snapshot, view.context, table, where, view.account_filter)
    wanted = fields or [name for name in browse.columns() if name not in PLAIN]
    return browse.rows(list(wanted), sort, offset=offset, limit=limit)


def table_total(view: View, _: Parts, table: str, where: Sequence[str] = ()) -> int:
    """How many rows of a table satisfy ``where``."""
    return kpis.Browse(view.snapshot, view.context, table, where, view.account_filter).count()


def default_columns(table: str) -> list[Column]:
    """The columns that rows of ``table`` come with."""
    return [column for column in columns_of(table) if column.name not in PLAIN]


def framed_page(
    frame: pl.DataFrame,
    where: Sequence[str] = (),
    sort: Sequence[str] = (),
    fields: Sequence[str] = (),
    offset: int = 0,
    limit: int | None = 100,
) -> Paged:
    """The same for a frame: conditions as those of metrics, a stable order, some columns. Raises as ``table_page`` does."""
    for name in fields:
        _known(frame, name)
    rows = frame.filter(_tests(frame, where)) if where else frame
    if sort:
        names = [_known(frame, entry.removeprefix("-")) for entry in sort]
        if len(set(names)) < len(names):
            raise UsageError("A column is sorted by twice.", hint="Name each column once.")
        rows = rows.sort(names, descending=[entry.startswith("-") for entry in sort], nulls_last=True, maintain_order=True)
    shown = rows.slice(offset, limit)
    return {"items": shown.select(list(dict.fromkeys(fields))) if fields else shown, "total": rows.height}


def _known(frame: pl.DataFrame, name: str) -> str:
    if name not in frame.columns:
        raise UnknownNameError("column", name, frame.columns)
    return name


def _tests(frame: pl.DataFrame, where: Sequence[str]) -> list[pl.Expr]:
    """Expressions to be joined by "and"; several ``=`` on one column mean any of them."""
    equal: dict[str, list[pl.Expr]] = {}
    out: list[pl.Expr] = []
    for item in where:
        condition = kpis.parse(item)
        column = frame[_known(frame, condition.column)]
        test = _single(column, condition)
        if condition.operator == "=":
            equal.setdefault(condition.column, []).append(test)
        else:
            out.append(test)
    return [*(pl.any_horizontal(tests) for tests in equal.values()), *out]


def _single(column: pl.Series, condition: kpis.Condition) -> pl.Expr:
    named = pl.col(condition.column)
    if column.dtype.is_nested():
        raise UsageError(f"{condition.column} holds several values; rows cannot be picked by it.", hint="Pick by another column.")
    if condition.text == "":
        if condition.operator not in {"=", "!="}:
            raise UsageError(
                f"{condition.column} {condition.operator} needs a value.", hint="Only = and != know the empty value (unknown)."
            )
        return named.is_null() if condition.operator == "=" else named.is_not_null()
    value = _typed(column.dtype, condition)
    if condition.operator == "=" and column.dtype == pl.String and len(column) and not (column == value).any():
        raise UnknownNameError(f"value of {condition.column}", condition.text, column.drop_nulls().unique().sort().head(5_000).to_list())
    test: pl.Expr = _COMPARE[condition.operator](named, value)
    return test.fill_null(value=False)


def _typed(dtype: pl.DataType, condition: kpis.Condition) -> object:
    text, kind = condition.text, "a number"
    try:
        if dtype == pl.Boolean:
            kind = "true or false"
            return _TRUTH[text.casefold()]
        if dtype.is_integer():
            return max(-LARGEST, min(LARGEST, int(text)))
        if dtype.is_numeric():
            return float(text)
        if dtype.is_temporal():
            kind = "a date like 2024-09-04"
            return date.fromisoformat(text)
    except (ValueError, KeyError):
        raise UsageError(f"{condition.column} is compared with {text!r}.", hint=f"It needs {kind}.") from None
    return text
