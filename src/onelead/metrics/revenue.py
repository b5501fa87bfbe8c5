"""Revenue of the last twelve months."""

from __future__ import annotations

from onelead.metrics._money import revenue_metric
from onelead.metrics._periods import trailing

METRIC = revenue_metric(
    id="revenue",
    label="Revenue, 12 months",
    definition="Amounts of the transactions of the 12 months up to the as-of date, refunds taken off, in the workspace's currency: each at the newest exchange rate of its day or before; what has no rate is left out and counted by unconverted_transactions.",
    period=lambda context: trailing(context, 12),
    source="Enterprise requirements, core features: revenue",
)
