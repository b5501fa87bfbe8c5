"""Days since the last project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import Metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


def _rows(table: ir.Table, _: Context) -> ir.BooleanValue:
    return table.days_since_start >= 0


def _value(table: ir.Table, _: Context) -> ir.Scalar:
    return table.days_since_start.min(where=_rows(table, _))


METRIC = Metric(
    id="days_since_last_project",
    label="Days since the last project",
    unit=Unit.DAYS,
    direction=Direction.DOWN,
    area="Projects",
    definition="Days from the latest project start that is not after the as-of date to the as-of date.",
    table="projects",
    value=_value,
    rows=_rows,
    columns=("project_id", "project_description", "practice", "stage", "financial_health", "start_date", "end_date", "size_bucket"),
    source="Product definition, Projects",
)
