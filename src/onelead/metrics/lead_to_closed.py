"""Lead to closed."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import share_metric
from onelead.metrics._periods import trailing

METRIC = share_metric(
    id="lead_to_closed",
    label="Lead to won",
    unit=Unit.RATIO,
    direction=Direction.UP,
    area="Leads",
    definition="Share of the leads created in the 12 months up to the as-of date from which an opportunity was won by then; the young ones among them may still be.",
    table="leads",
    part=lambda table, _: table.became_won,
    whole=lambda table, context: trailing(context, 12).has(table.created_date),
    lists_whole=True,
    columns=(
        "lead_id",
        "lead_source",
        "campaign",
        "status",
        "owner_name",
        "created_date",
        "qualified_date",
        "converted_date",
        "opportunity_id",
        "became_won",
    ),
    source="Lead-to-close conversion: leads that became a won deal ÷ leads of the period",
)
