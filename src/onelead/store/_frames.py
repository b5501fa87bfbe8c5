"""Records as Polars frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import sqlalchemy as sa

Columns = dict[str, pl.DataType | type[pl.DataType]]
MOMENT = pl.Datetime("us", "UTC")


def frame(rows: Iterable[sa.RowMapping], columns: Columns, renamed: Mapping[str, str]) -> pl.DataFrame:
    """The rows in exactly these columns. ``renamed`` gives the name in the records where it is another."""
    names = [renamed.get(name, name) for name in columns]
    return pl.DataFrame([tuple(row[name] for name in names) for row in rows], schema=columns, orient="row")


def new_id(connection: sa.Connection, insert: Any) -> int:  # noqa: ANN401 - an INSERT … RETURNING
    """Carry out an insert that returns the id of its row."""
    return int(connection.execute(insert).scalar_one())
