"""Health by account and scorecard."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table

BANDS = ("Healthy", "At risk", "Critical")
"""Best first. Where they begin is said by each scorecard."""


class HealthContract(dy.Schema):
    """One account's health by one scorecard. Score and band are null where too few measures have data."""

    account_id = dy.String(nullable=False, primary_key=True, description="The account.")
    scorecard = dy.String(nullable=False, primary_key=True, description="Id of the scorecard.")
    score = dy.Float64(nullable=True, min=0, max=100, description="Health, 0 to 100; null where too few measures have data.")
    band = dy.String(
        nullable=True, check=lambda col: col.is_in(list(BANDS)), description="Healthy, At risk or Critical, by the scorecard's limits."
    )
    measures_used = dy.Int64(nullable=False, min=0, description="How many measures have data.")
    weight_used = dy.Float64(nullable=False, min=0, max=1, description="Share of the scorecard's total weight that has data.")
    parts = dy.String(
        nullable=False,
        description="JSON: category → points (0 to 100), weight (in the scorecard), weight_used (after re-weighing: the score is the sum of "
        "points × weight_used / 100), value (of its measure; null where it has several), reason.",
    )
    reason = dy.String(nullable=False, description="One sentence: what lowers the score most.")


TABLE = Table(
    id="health",
    label="Health",
    doc="Health by account and scorecard.",
    contract=HealthContract,
    key=("account_id", "scorecard"),
    fact=False,
    layer="results",
)
