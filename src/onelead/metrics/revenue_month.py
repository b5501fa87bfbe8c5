"""Revenue, month."""

from __future__ import annotations

from onelead.metrics._money import revenue_metric
from onelead.metrics._periods import Period

METRIC = revenue_metric(
    id="revenue_month",
    label="Revenue, month",
    definition="Amounts of the transactions from the first day of the month to the as-of date in the workspace's currency, refunds taken off.",
    period=lambda context: Period(context.as_of.replace(day=1), context.as_of),
    source="Enterprise requirements, core features: revenue",
)
