"""Conditions as users write them: ``column=value``, ``!=``, ``>=``, ``<=``, ``>``, ``<``."""

from __future__ import annotations

import operator
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import ibis

from onelead.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import ibis.expr.types as ir

_PATTERN = re.compile(r"^\s*([A-Za-z_][\w.]*)\s*(!=|>=|<=|=|>|<)\s*(.*?)\s*$", re.DOTALL)
_COMPARE = {"=": operator.eq, "!=": operator.ne, ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

LARGEST = 2**63 - 1
"""Nothing that an engine counts is larger, so that a larger number compares as this one does."""


@dataclass(frozen=True)
class Condition:
    """One parsed condition; an empty ``text`` means unknown (null)."""

    column: str
    operator: str
    text: str


def parse(item: str) -> Condition:
    """``item`` as a condition. Raises UsageError where it has no operator."""
    found = None if "\x00" in item else _PATTERN.match(item)  # no engine keeps that character, and SQL ends at it
    if not found:
        raise UsageError(f"{item!r} is no condition.", hint="Write column=value, or use !=, >=, <=, > or <; an empty value means unknown.")
    return Condition(*found.groups())


def _typed(column: ir.Value, condition: Condition) -> bool | float | date | str:
    dtype, text = column.type(), condition.text
    try:
        if dtype.is_boolean():
            return _TRUTH[text.casefold()]
        if dtype.is_integer():
            return max(-LARGEST, min(LARGEST, int(text)))
        if dtype.is_numeric():
            return float(text)
        if dtype.is_date():
            return date.fromisoformat(text)
    except (ValueError, KeyError):
        kind = "a date like 2024-09-04" if dtype.is_date() else "true or false" if dtype.is_boolean() else "a number"
        raise UsageError(f"{condition.column} is compared with {text!r}.", hint=f"It needs {kind}.") from None
    return text


def _single(column: ir.Value, condition: Condition) -> ir.BooleanValue:
    if condition.text == "":
        if condition.operator in {"=", "!="}:
            return column.isnull() if condition.operator == "=" else column.notnull()
        raise UsageError(f"{condition.column} {condition.operator} needs a value.", hint="Only = and != know the empty value (unknown).")
    value = ibis.literal(_typed(column, condition))
    test: ir.BooleanValue = _COMPARE[condition.operator](column, value)
    # An unknown value is not the one that was excluded.
    return test | column.isnull() if condition.operator == "!=" else test


def predicates(conditions: Iterable[Condition], column_of: Callable[[str], ir.Value]) -> list[ir.BooleanValue]:
    """Ibis predicates, to be joined by "and"; several ``=`` on one column mean any of them."""
    equal: dict[str, list[ir.BooleanValue]] = defaultdict(list)
    out = []
    for condition in conditions:
        test = _single(column_of(condition.column), condition)
        if condition.operator == "=":
            equal[condition.column].append(test)
        else:
            out.append(test)
    return [*(ibis.or_(*tests) for tests in equal.values()), *out]
