"""Aggregates taken apart: what one row an account needs to hold, and how the rows of some accounts make the value again.

A sum over accounts is the sum of their sums, a share the quotient of two sums: so a metric of some accounts costs as much as these have
rows here, and no query. What cannot be taken apart so (distinct values, medians) says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis.expr.operations as ops
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import ibis.expr.types as ir

_BETWEEN: dict[type[ops.Node], Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    ops.Add: lambda left, right: left + right,
    ops.Subtract: lambda left, right: left - right,
    ops.Multiply: lambda left, right: left * right,
    # a division by zero is unknown, as in every query
    ops.Divide: lambda left, right: left / pl.when(right != 0).then(right),
    ops.Greater: lambda left, right: left > right,
    ops.GreaterEqual: lambda left, right: left >= right,
    ops.Less: lambda left, right: left < right,
    ops.LessEqual: lambda left, right: left <= right,
    ops.Equals: lambda left, right: left == right,
    ops.And: lambda left, right: left & right,
}
_WITHIN = (ops.Reduction, ops.Analytic, ops.WindowFunction, ops.Subquery)
"""What must not stand within an aggregate: it would be of one account instead of all."""


class NotSummedError(Exception):
    """The aggregate of some accounts does not follow from those of each."""


class Summed:
    """``pieces``: aggregates to ask for each account (name → aggregate); ``whole``: name → what makes the value of their columns.

    Raises NotSummedError where one of ``measures`` cannot be taken apart.
    """

    def __init__(self, measures: Mapping[str, ir.Scalar]) -> None:
        self.pieces: dict[str, ir.Scalar] = {}
        self._names: dict[ops.Node, str] = {}
        self.whole: dict[str, pl.Expr] = {name: self._read(measure.op()).alias(name) for name, measure in measures.items()}

    def _read(self, node: ops.Node) -> pl.Expr:
        if isinstance(node, ops.Reduction):
            return self._aggregate(node)
        if type(node) in _BETWEEN:
            return _BETWEEN[type(node)](self._read(node.left), self._read(node.right))
        return self._one(node)

    def _one(self, node: ops.Node) -> pl.Expr:
        match node:
            case ops.Alias():
                found = self._read(node.arg)
            case ops.Literal(value=None | bool() | int() | float()):
                found = pl.lit(node.value)
            case ops.Cast() if node.to.is_floating() or node.to.is_integer():
                found = self._read(node.arg).cast(pl.Float64 if node.to.is_floating() else pl.Int64)
            case ops.IfElse():
                found = pl.when(self._read(node.bool_expr)).then(self._read(node.true_expr)).otherwise(self._read(node.false_null_expr))
            case ops.NullIf():
                value = self._read(node.arg)
                found = pl.when(value.ne_missing(self._read(node.null_if_expr))).then(value)
            case ops.Coalesce():
                found = pl.coalesce(*(self._read(part) for part in node.arg))
            case _:
                raise NotSummedError(type(node).__name__)
        return found

    def _aggregate(self, node: ops.Reduction) -> pl.Expr:
        match node:
            case ops.CountStar() | ops.Count():
                found = self._piece(node).sum()
            case ops.Sum():
                column = self._piece(node)
                found = pl.when(column.count() > 0).then(column.sum())
            case ops.Mean():
                total, count = self._piece(ops.Sum(node.arg, where=node.where)), self._piece(ops.Count(node.arg, where=node.where)).sum()
                found = pl.when(count > 0).then(total.sum() / count)
            case ops.Min():
                found = self._piece(node).min()
            case ops.Max() | ops.Any():
                found = self._piece(node).max()
            case _:
                raise NotSummedError(type(node).__name__)
        return found

    def _piece(self, node: ops.Reduction) -> pl.Expr:
        if any(_holds(found) for found in node.__args__ if isinstance(found, ops.Value)):
            raise NotSummedError(type(node).__name__)
        name = self._names.setdefault(node, f"piece_{len(self._names)}")
        self.pieces[name] = node.to_expr()
        return pl.col(name)


def _holds(node: ops.Node) -> bool:
    """Whether an aggregate or a comparison with other rows stands within a value of a row."""
    return isinstance(node, _WITHIN) or any(_holds(found) for found in node.__children__ if isinstance(found, ops.Value))
