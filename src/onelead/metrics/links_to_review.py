"""Identity links to review."""

from __future__ import annotations

from onelead.core.units import Direction, Unit
from onelead.metrics._metric import count_metric

METRIC = count_metric(
    id="links_to_review",
    label="Identity links to review",
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    area="Data",
    definition="Proposed identity links that wait for a person to decide.",
    table="account_links",
    hit=lambda t, _: t.status == "review",
    columns=("kind", "value", "account_id", "candidate_id", "confidence", "evidence"),
    source="Product definition, Data",
)
