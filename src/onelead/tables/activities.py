"""Calls, meetings and messages with customers, one row each."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class ActivityContract(dy.Schema):
    """What a row of activities must satisfy."""

    activity_id = dy.String(nullable=False, description="Id of the activity.")
    customer_id = dy.String(nullable=True, description="Company that it belongs to.")
    account_name = dy.String(nullable=True, description="Name of the company as the source writes it.")
    opportunity_id = dy.String(nullable=True, description="Opportunity that it is about.")
    contact_id = dy.String(nullable=True, description="Contact that took part.")
    lead_id = dy.String(nullable=True, description="Lead that it is about.")
    activity_date = dy.Date(nullable=True, description="Day on which it took place.")
    activity_type = dy.String(nullable=True, description="Kind: call, meeting, e-mail …", metadata={"category": True})
    subject = dy.String(nullable=True, description="Subject line.")
    outcome = dy.String(nullable=True, description="What came of it, as the source words it.", metadata={"category": True})
    sentiment = dy.Float64(
        nullable=True, min=-1, max=1, description="Mood of the customer, -1 (bad) to 1 (good), where the source gives it."
    )
    duration_minutes = dy.Float64(nullable=True, min=0, description="How long it took.", metadata={"unit": "minutes"})
    owner_id = dy.String(nullable=True, description="Person who did it.", metadata={"personal": True})
    owner_name = dy.String(nullable=True, description="Name of that person.", metadata={"personal": True})
    next_step = dy.String(nullable=True, description="What was agreed to come next.")


TABLE = Table(
    id="activities",
    label="Activities",
    doc="Calls, meetings and messages with customers, one row each.",
    contract=ActivityContract,
    key=("activity_id",),
)
