"""Win rate."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import share_metric

FALSE = False

METRIC = share_metric(
    id="win_rate",
    label="Win rate",
    unit=Unit.RATIO,
    direction=Direction.UP,
    area="Opportunities",
    definition="Won opportunities divided by won and lost ones, each counted once; unknown while none is closed.",
    table="opportunities",
    part=lambda t, _: t.is_won.fill_null(FALSE),
    whole=lambda t, _: t.is_won.notnull(),
    lists_whole=True,
    columns=(
        "opportunity_id",
        "opportunity_name",
        "owner_name",
        "product_line",
        "stage",
        "is_won",
        "amount",
        "currency",
        "created_date",
        "close_date",
    ),
    source="Product definition, Pipeline: win_rate",
)
