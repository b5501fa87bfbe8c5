"""Quota attainment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import Metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


def _rows(table: ir.Table, _: Context) -> ir.BooleanValue:
    return table["value"].notnull() & (table.kind != "Open")


def _value(table: ir.Table, _: Context) -> ir.Scalar:
    quota, won = table["value"].sum(where=table.kind == "Quota"), table["value"].sum(where=table.kind == "Won").fill_null(0.0)
    return won / quota.nullif(0.0)


METRIC = Metric(
    id="quota_attainment",
    label="Quota attainment",
    unit=Unit.RATIO,
    direction=Direction.UP,
    area="Quotas",
    definition="Amounts won from the first day of the fiscal quarter to the as-of date, divided by the quotas of the whole quarter; of a quota for another period the share of its days that lie in the quarter. Quotas for bookings or of no stated measure count; those of a team only where none of its people bears one.",
    table="quota_progress",
    value=_value,
    rows=_rows,
    columns=("kind", "team", "owner_name", "opportunity_id", "opportunity_name", "stage", "close_date", "value"),
    source="Quota attainment: closed-won bookings ÷ quota of the period",
)
