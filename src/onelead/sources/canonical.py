"""Canonical tables: one Parquet or CSV file a table, columns as in the table reference. What programs and large runs hand over."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from onelead.sources._headers import Spec
from onelead.sources._source import Source
from onelead.tables import delivered_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.tables import Table

_LEAST_COLUMNS = 3


@cache
def _specs() -> Sequence[Spec]:
    return tuple(_spec(table) for table in delivered_tables().values())


def _spec(table: Table) -> Spec:
    """The table's own column names; its key, and what may not be missing, must be there."""
    columns = table.contract.columns()
    needed = dict.fromkeys([*table.key, *(name for name, column in columns.items() if not column.nullable)])
    return Spec(table.id, {name: (name,) for name in columns}, tuple(needed), min(_LEAST_COLUMNS, len(columns) - 1), literal=True)


SOURCE = Source(
    id="canonical",
    label="Canonical tables",
    doc="One Parquet or CSV file a table, with the column names of the table reference, recognised by these names. Further columns are kept.",
    specs=_specs,
    layout=lambda _: "canonical",
)
