"""Opportunities in another currency."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._deals import DEAL_COLUMNS
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="foreign_currency_opportunities",
    label="Opportunities in another currency",
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    area="Opportunities",
    definition="Open opportunities whose amount is in a currency for which no exchange rate is known, so that pipeline values leave them out; unknown where no open one states an amount.",
    table="opportunities",
    hit=lambda t, _: t.is_open & t.amount.notnull() & t.deal_value.isnull(),
    known=lambda t, _: t.is_open & t.amount.notnull(),
    columns=DEAL_COLUMNS,
    source="Product definition, Pipeline",
)
