"""What a person, or a team, is to bring in during a period. One row each."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class QuotaContract(dy.Schema):
    """What a row of quotas must satisfy."""

    person_id = dy.String(nullable=True, description="Person who bears it; none: the team does.", metadata={"personal": True})
    team = dy.String(nullable=True, description="Team that bears it, or that the person is in.", metadata={"category": True})
    period_start = dy.Date(nullable=False, description="First day of the period.")
    period_end = dy.Date(nullable=False, description="Last day of the period.")
    amount = dy.Float64(nullable=False, min=0, description="What is to be brought in.", metadata={"unit": "money"})
    currency = dy.String(nullable=True, description="ISO 4217 code of the amount; none: the workspace's currency.")
    measure = dy.String(nullable=True, description="What counts towards it: bookings, revenue …", metadata={"category": True})


TABLE = Table(
    id="quotas",
    label="Quotas",
    doc="What a person, or a team, is to bring in during a period. One row each.",
    contract=QuotaContract,
    fact=False,
)
