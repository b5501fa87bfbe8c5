"""Pipeline coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import Metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


def _rows(table: ir.Table, _: Context) -> ir.BooleanValue:
    return table["value"].notnull()


def _value(table: ir.Table, _: Context) -> ir.Scalar:
    quota, won = table["value"].sum(where=table.kind == "Quota"), table["value"].sum(where=table.kind == "Won").fill_null(0.0)
    left = quota - won
    pipeline = table["value"].sum(where=table.kind == "Open").fill_null(0.0)
    return (left > 0).ifelse(pipeline / left, None)


METRIC = Metric(
    id="pipeline_coverage",
    label="Pipeline coverage",
    unit=Unit.RATIO,
    direction=Direction.UP,
    area="Quotas",
    definition="Amounts of the open opportunities that are to close in the fiscal quarter, divided by what is left of its quotas; unknown without a quota and once it is reached.",
    table="quota_progress",
    value=_value,
    rows=_rows,
    columns=("kind", "team", "owner_name", "opportunity_id", "opportunity_name", "stage", "close_date", "value"),
    source="Pipeline coverage: open pipeline of the period ÷ quota still to be closed",
)
