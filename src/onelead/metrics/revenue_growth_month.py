"""Revenue growth, month."""

from __future__ import annotations

from onelead.metrics._money import growth_metric

METRIC = growth_metric(
    id="revenue_growth_month",
    label="Revenue growth, month",
    months=1,
    definition="Revenue of the month up to the as-of date against the month before, less one; unknown unless both have transactions and the former brought more than nothing.",
)
