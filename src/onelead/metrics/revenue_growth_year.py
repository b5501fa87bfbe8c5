"""Revenue growth, 12 months."""

from __future__ import annotations

from onelead.metrics._money import growth_metric

METRIC = growth_metric(
    id="revenue_growth_year",
    label="Revenue growth, 12 months",
    months=12,
    definition="Revenue of the 12 months up to the as-of date against the 12 months before, less one; unknown unless both have transactions and the former brought more than nothing.",
)
