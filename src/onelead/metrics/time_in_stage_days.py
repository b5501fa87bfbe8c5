"""Time in stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import Metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


def _rows(table: ir.Table, _: Context) -> ir.BooleanValue:
    return table.left_date.notnull()


def _value(table: ir.Table, context: Context) -> ir.Scalar:
    return table.days_in_stage.mean(where=_rows(table, context))


METRIC = Metric(
    id="time_in_stage_days",
    label="Time in stage",
    unit=Unit.DAYS,
    direction=Direction.DOWN,
    area="Opportunities",
    definition="Mean days that an opportunity stayed in a stage before it left it or was closed, by the CRM's history; to be grouped by stage.",
    table="stage_stays",
    value=_value,
    rows=_rows,
    columns=("opportunity_id", "opportunity_name", "owner_name", "stage", "entered_date", "left_date", "days_in_stage", "outcome"),
    source="Time in stage: days from entering a stage to leaving it",
)
