"""Quarantined rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import Metric, every_row

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


def _value(table: ir.Table, _: Context) -> ir.Scalar:
    parts = [table[name].cast("string") for name in ("table", "source_file", "source_sheet", "source_row")]
    key = ibis.literal("|").join([part.fill_null("") for part in parts])
    return ibis.ifelse(table.count() > 0, key.nunique(), ibis.null("int64"))


METRIC = Metric(
    id="quarantined_rows",
    label="Quarantined rows",
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    area="Data",
    definition="Source rows that broke the contract of their table, each counted once however many rules it broke.",
    table="quarantine",
    value=_value,
    rows=every_row,
    columns=("table", "source_file", "source_sheet", "source_row", "column", "value", "reason"),
    source="Product definition, Data",
    empty_is_zero=True,
)
