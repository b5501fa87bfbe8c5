"""Refresh candidates."""

from __future__ import annotations

import ibis

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric
from onelead.tables import assets

METRIC = count_metric(
    id="refresh_candidates",
    label="Refresh candidates",
    unit=Unit.COUNT,
    direction=Direction.NEUTRAL,
    area="Portfolio",
    definition="Assets past end of life or within 365 days of it (a setting) for which the refresh table (a setting) names a successor; unknown while that table is empty.",
    table="assets",
    hit=lambda t, c: t.has_successor & (t.is_expired | assets.expires_within(t, c, c.settings.metrics.expiring_long_days)),
    known=lambda t, c: t.end_of_life_date.notnull() & ibis.literal(bool(c.settings.metrics.successors)),
    columns=("asset_id", "product_name", "product_category", "end_of_life_date", "days_to_end_of_life", "support_status", "unit_value"),
    source="Product definition, Portfolio",
)
