"""Stage conversion."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import share_metric

FALSE = False

METRIC = share_metric(
    id="stage_conversion",
    label="Stage conversion",
    unit=Unit.RATIO,
    direction=Direction.UP,
    area="Opportunities",
    definition="Share of the stays in a stage that ended with the next stage or a win, not with a loss or a step back, by the CRM's history; to be grouped by stage.",
    table="stage_stays",
    part=lambda table, _: table.went_on.fill_null(FALSE),
    whole=lambda table, _: table.left_date.notnull(),
    lists_whole=True,
    columns=("opportunity_id", "opportunity_name", "owner_name", "stage", "entered_date", "left_date", "days_in_stage", "outcome"),
    source="Stage conversion: deals that went on ÷ deals that left the stage",
)
