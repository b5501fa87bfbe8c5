"""Whether the values that conditions ask for occur at all: a misspelt one is an error, not a quiet nothing."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import ibis

from onelead.core.errors import UnknownNameError
from onelead.metrics._views import FACTS, FINANCIAL_HEALTH
from onelead.tables.account_links import KINDS, METHODS, STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import ibis.expr.types as ir
    import polars as pl

    from onelead.core.context import Snapshot
    from onelead.metrics._filters import Condition

_MOST = 5_000
"""So many values of a column are looked through for the nearest."""
_WORDS: dict[str, tuple[str, ...]] = {
    "lifecycle_state": ("Past end of life", "Expiring", "Current"),
    "risk_category": ("Critical", "High", "Low"),
    "stage": ("Success", "Failure", "Open", "Excluded"),
    "financial_health": tuple(FINANCIAL_HEALTH.values()),
    "level": ("account", "named"),
    "kind": KINDS,
    "method": METHODS,
    "status": STATUSES,
    "table": (*FACTS, "services"),
}
"""Columns of a fixed list of words: each may be asked for, whether a row has it today or not."""


def check_values(
    snapshot: Snapshot,
    conditions: Iterable[Condition],
    place_of: Callable[[str], tuple[ir.Table, str]],
    given: Mapping[str, pl.DataFrame] | None = None,
) -> None:
    """Raise UnknownNameError for the first ``=`` on a text column whose value no row has; a table without rows is not asked.

    ``place_of`` gives the rows that may be seen, before any condition, and the column that a name means in them. One query for each
    table that is asked, and one more for the values of the column if one is missing. ``given`` are rows that the tables are joined with.
    """
    asked: dict[ir.Table, list[tuple[Condition, str]]] = defaultdict(list)
    for condition in conditions:
        if condition.operator == "=" and condition.text:
            rows, column = place_of(condition.column)
            if rows[column].type().is_string() and condition.text not in _WORDS.get(column, ()):
                asked[rows].append((condition, column))
    for rows, wanted in asked.items():
        hits = {f"v{number}": rows.count(where=rows[column] == condition.text) for number, (condition, column) in enumerate(wanted)}
        total, *counts = snapshot.execute(rows.aggregate(total=rows.count(), **hits), given).row(0)
        for (condition, column), count in zip(wanted, counts, strict=True):
            if total and not count:
                raise UnknownNameError(f"value of {condition.column}", condition.text, _known(snapshot, rows[column], column, given))


def _known(snapshot: Snapshot, column: ir.Column, name: str, given: Mapping[str, pl.DataFrame] | None) -> list[str]:
    values = column.as_table().rename(value=column.get_name()).distinct()
    found = snapshot.execute(values.filter(values["value"].notnull()).order_by(ibis.asc("value")).limit(_MOST), given)
    return sorted({*found["value"].to_list(), *_WORDS.get(name, ())})
