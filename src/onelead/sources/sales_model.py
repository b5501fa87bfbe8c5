"""The sales model as CRMs and finance systems export it: one sheet or file a table, under the names that such systems use."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from onelead.sources._headers import Spec
from onelead.sources._sales_headers import HEADERS
from onelead.sources._source import Source
from onelead.sources._values import as_numbers
from onelead.tables import canonical_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.tables import Table

_LEAST_COLUMNS = 3
_PERCENT = ("probability", "discount")


@cache
def _specs() -> Sequence[Spec]:
    return tuple(_spec(canonical_tables()[name], headers) for name, headers in HEADERS.items())


def _spec(table: Table, headers: dict[str, tuple[str, ...]]) -> Spec:
    """Every column under its own name and those of other systems; its key, and what may not be missing, must be there."""
    columns = table.contract.columns()
    needed = dict.fromkeys(
        [*(name for name in table.key if not columns[name].nullable), *(name for name, column in columns.items() if not column.nullable)]
    )
    known = {name: (name.replace("_", " ").title(), *headers.get(name, ())) for name in columns}
    return Spec(table.id, known, tuple(needed), min(_LEAST_COLUMNS, len(columns) - 1))


def _prepare(table: str, frame: pl.DataFrame) -> pl.DataFrame:  # noqa: ARG001 - every table has such columns under the same names
    """CRMs state chances and discounts in percent, 0 to 100, or as shares: the largest value of a column tells."""
    for name in _PERCENT:
        if name not in frame.columns:
            continue
        values = as_numbers(frame[name].cast(pl.String).str.strip_chars())
        if (values > 1).any() and not (values > 100).any():  # noqa: PLR2004 - percent
            signed = frame[name].cast(pl.String).str.contains("%").fill_null(value=False)
            shares = pl.select(pl.when(signed).then(values).otherwise(values / 100)).to_series()
            frame = frame.with_columns(
                pl.when(pl.lit(shares).is_not_null())
                .then(pl.lit(shares).cast(pl.String))
                .otherwise(pl.col(name).cast(pl.String))
                .alias(name)
            )
    return frame


SOURCE = Source(
    id="sales_model",
    label="Sales model",
    doc="Companies, contacts, leads, deals with their history, products, transactions, contracts, invoices, payments, activities, people, "
    "quotas and exchange rates, one sheet or file each, under the names that CRMs and finance systems give the columns. A sheet named like its "
    "table is taken for it where columns fit two; further columns are kept.",
    specs=_specs,
    layout=lambda _: "sales_model",
    prepare=_prepare,
)
