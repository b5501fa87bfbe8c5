"""The installed base."""

from __future__ import annotations

from onelead.api._tables import Estimate, Rows

RESOURCE = Rows(
    "assets",
    "assets",
    "asset",
    "Installed products, one row a serial number, with days to the end of their life and what they are worth.",
    key="asset_id",
    estimate=Estimate("unit_value", "is_estimated"),
).resource()
