"""Freshness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import Metric
from onelead.tables import assets

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


def _rows(table: ir.Table, _: Context) -> ir.BooleanValue:
    return table.last_refresh_date.notnull() | table.import_date.notnull()


def _value(table: ir.Table, context: Context) -> ir.Scalar:
    ages = [-assets.days_until(day, context) for day in (table.last_refresh_date, table.import_date)]
    return ibis.least(*(age.min(where=age >= 0) for age in ages))


METRIC = Metric(
    id="freshness_days",
    label="Freshness",
    unit=Unit.DAYS,
    direction=Direction.DOWN,
    area="Data",
    definition="Days from the newest export date in the data (last refresh or import) that is not after the as-of date to the as-of date.",
    table="projects",
    value=_value,
    rows=_rows,
    columns=("project_id", "import_date", "last_refresh_date"),
    source="Product definition, Data",
)
