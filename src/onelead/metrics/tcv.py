"""Total contract value."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._deals import stated
from onelead.metrics._metric import total_metric
from onelead.metrics._money import CONTRACT_COLUMNS

METRIC = total_metric(
    id="tcv",
    label="Total contract value",
    unit=Unit.MONEY,
    direction=Direction.UP,
    area="Recurring revenue",
    definition="Values of the whole terms of the contracts that run on the as-of date, in the workspace's currency at the rate of their first day.",
    table="contracts",
    amount="contract_value",
    hit=lambda table, _: table.is_running,
    columns=CONTRACT_COLUMNS,
    source="TCV: everything that a contract brings over its agreed term",
    estimated=stated,
)
