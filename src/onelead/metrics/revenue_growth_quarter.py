"""Revenue growth, 3 months."""

from __future__ import annotations

from onelead.metrics._money import growth_metric

METRIC = growth_metric(
    id="revenue_growth_quarter",
    label="Revenue growth, 3 months",
    months=3,
    definition="Revenue of the 3 months up to the as-of date against the 3 months before, less one; unknown unless both have transactions and the former brought more than nothing.",
)
