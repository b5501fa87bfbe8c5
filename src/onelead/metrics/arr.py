"""Annual recurring revenue."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._deals import stated
from onelead.metrics._metric import total_metric
from onelead.metrics._money import CONTRACT_COLUMNS

METRIC = total_metric(
    id="arr",
    label="Annual recurring revenue",
    unit=Unit.MONEY,
    direction=Direction.UP,
    area="Recurring revenue",
    definition="Annual values of the contracts that run on the as-of date (begun, last day not passed, not cancelled), in the workspace's currency at the rate of their first day; those without a rate are counted by unconverted_contracts.",
    table="contracts",
    amount="recurring",
    hit=lambda table, _: table.is_running,
    columns=CONTRACT_COLUMNS,
    source="ARR, SaaS Metrics Standards Board: annual value of the recurring contracts in force",
    estimated=stated,
)
