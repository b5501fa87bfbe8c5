"""Unattributed rows."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="unattributed_rows",
    label="Unattributed rows",
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    area="Data",
    definition="Rows of assets, opportunities, projects and service credits that reached no account, repeats left out.",
    table="facts",
    hit=lambda t, _: ~t.is_attributed,
    columns=("table", "source_file", "source_sheet", "source_row"),
    source="Product definition, Data",
)
