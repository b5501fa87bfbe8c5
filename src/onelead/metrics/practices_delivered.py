"""Practices delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import Metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


def _rows(table: ir.Table, _: Context) -> ir.BooleanValue:
    return table.is_success & table.practice.notnull()


def _value(table: ir.Table, _: Context) -> ir.Scalar:
    known = table.count(where=table.practice.notnull() & table.stage_status.notnull())
    return ibis.ifelse(known > 0, table.practice.nunique(where=_rows(table, _)), ibis.null("int64"))


METRIC = Metric(
    id="practices_delivered",
    label="Practices delivered",
    unit=Unit.COUNT,
    direction=Direction.UP,
    area="Service",
    definition="Different practices among the successful projects.",
    table="projects",
    value=_value,
    rows=_rows,
    columns=("project_id", "project_description", "practice", "stage", "financial_health", "start_date", "end_date", "size_bucket"),
    source="Product definition, Service",
)
