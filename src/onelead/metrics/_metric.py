"""What a metric is, and the three shapes that most of them have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NotRequired, TypedDict, Unpack

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context
    from onelead.core.units import Direction, Unit

Scalar = Callable[["ir.Table", "Context"], "ir.Scalar"]
Condition = Callable[["ir.Table", "Context"], "ir.BooleanValue"]


@dataclass(frozen=True)
class Metric:
    """One number with its definition, and the rows behind it.

    ``table`` names a view of _views.py: a canonical table without repeats plus derived dimensions. ``value`` aggregates the
    whole of it (conditions go inside the aggregate, so that a group without hits gives 0 and an empty table null); ``rows`` marks
    the rows that the value counts. Ratios are 0 to 1, money is in the workspace's currency, durations are days.
    """

    id: str
    label: str
    unit: Unit
    direction: Direction
    area: str
    definition: str
    table: str
    value: Scalar
    rows: Condition
    columns: tuple[str, ...]
    source: str
    estimated: bool | Scalar = False
    counts_rows: bool = False
    """Whether the value is the number of rows behind it."""
    empty_is_zero: bool = False
    """Whether an empty table is knowledge (nothing was quarantined) and not a gap."""


class Fields(TypedDict):
    """What every shape of metric is told beside its formula."""

    id: str
    label: str
    unit: Unit
    direction: Direction
    area: str
    definition: str
    table: str
    columns: tuple[str, ...]
    source: str
    estimated: NotRequired[bool | Scalar]
    empty_is_zero: NotRequired[bool]


def every_row(table: ir.Table, context: Context) -> ir.BooleanValue:  # noqa: ARG001 - has the shape of a condition
    """All rows."""
    return ibis.literal(value=True)


def count_metric(*, hit: Condition = every_row, known: Condition = every_row, **fields: Unpack[Fields]) -> Metric:
    """A metric that counts the rows of ``hit``; null where no row satisfies ``known``."""

    def value(table: ir.Table, context: Context) -> ir.Scalar:
        return ibis.ifelse(table.count(where=known(table, context)) > 0, table.count(where=hit(table, context)), ibis.null("int64"))

    return Metric(value=value, rows=hit, counts_rows=True, **fields)


def sum_metric(*, amount: str, hit: Condition | None = None, **fields: Unpack[Fields]) -> Metric:
    """A metric that sums the column ``amount``; null where no row knows it. ``hit`` narrows the rows shown to those that add something."""

    def rows(table: ir.Table, context: Context) -> ir.BooleanValue:
        known = table[amount].notnull()
        return hit(table, context) & known if hit else known

    def value(table: ir.Table, context: Context) -> ir.Scalar:  # noqa: ARG001 - has the shape of a value
        return table[amount].sum()

    return Metric(value=value, rows=rows, **fields)


def total_metric(*, amount: str, hit: Condition, among: Condition = every_row, **fields: Unpack[Fields]) -> Metric:
    """A metric that sums ``amount`` over ``hit``: nothing where amounts of ``among`` are known and none is hit, null where none is known."""

    def rows(table: ir.Table, context: Context) -> ir.BooleanValue:
        return hit(table, context) & table[amount].notnull()

    def value(table: ir.Table, context: Context) -> ir.Scalar:
        known = table.count(where=among(table, context) & table[amount].notnull())
        return ibis.ifelse(known > 0, table[amount].sum(where=rows(table, context)).fill_null(0.0), ibis.null("float64"))

    return Metric(value=value, rows=rows, **fields)


def share_metric(*, part: Condition, whole: Condition = every_row, lists_whole: bool = False, **fields: Unpack[Fields]) -> Metric:
    """A metric that divides the count of ``part`` by the count of ``whole``; null where there is no whole.

    Its rows are those of ``part``; those of ``whole`` with ``lists_whole``, where both sides of the division are worth a look.
    """

    def rows(table: ir.Table, context: Context) -> ir.BooleanValue:
        return whole(table, context) & part(table, context)

    def value(table: ir.Table, context: Context) -> ir.Scalar:
        hits = table.count(where=rows(table, context)).cast("float64")
        return hits / table.count(where=whole(table, context)).nullif(0).cast("float64")

    return Metric(value=value, rows=whole if lists_whole else rows, **fields)


def ratio_metric(*, part: str, whole: str, **fields: Unpack[Fields]) -> Metric:
    """A metric that divides two sums, over the rows that know both columns; null where the whole is nothing."""

    def rows(table: ir.Table, context: Context) -> ir.BooleanValue:  # noqa: ARG001 - has the shape of a condition
        return table[part].notnull() & table[whole].notnull()

    def value(table: ir.Table, context: Context) -> ir.Scalar:
        known = rows(table, context)
        return table[part].sum(where=known) / table[whole].sum(where=known).nullif(0)

    return Metric(value=value, rows=rows, **fields)
