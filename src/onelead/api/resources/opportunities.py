"""Sales opportunities."""

from __future__ import annotations

from onelead.api._tables import Rows

RESOURCE = Rows(
    "opportunities", "opportunities", "opportunity", "Sales opportunities that were known on the as-of date.", key="opportunity_id"
).resource()
