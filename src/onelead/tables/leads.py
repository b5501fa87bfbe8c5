"""Prospects before they are an opportunity, one row a lead. One without a customer id belongs to no account yet."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class LeadContract(dy.Schema):
    """What a row of leads must satisfy."""

    lead_id = dy.String(nullable=False, description="Id of the lead.")
    customer_id = dy.String(nullable=True, description="Company that it belongs to.")
    account_name = dy.String(
        nullable=True, description="Name of the company as the source writes it; it makes no account, for a lead is no customer."
    )
    contact_id = dy.String(nullable=True, description="Contact that it became, or came from.")
    contact_name = dy.String(nullable=True, description="Name of the person.", metadata={"personal": True})
    email = dy.String(nullable=True, description="E-mail address.", metadata={"personal": True})
    lead_source = dy.String(nullable=True, description="Where it came from.", metadata={"category": True})
    campaign = dy.String(nullable=True, description="Campaign that brought it.")
    status = dy.String(nullable=True, description="Status.", metadata={"category": True})
    score = dy.Float64(nullable=True, description="Score that the source gives it.")
    industry = dy.String(nullable=True, description="Industry.", metadata={"category": True})
    region = dy.String(nullable=True, description="Sales region.", metadata={"category": True})
    country = dy.String(nullable=True, description="Country.")
    owner_id = dy.String(nullable=True, description="Person who works it.", metadata={"personal": True})
    owner_name = dy.String(nullable=True, description="Name of that person.", metadata={"personal": True})
    created_date = dy.Date(nullable=True, description="Day on which it came in.")
    qualified_date = dy.Date(nullable=True, description="Day on which it was accepted by sales.")
    converted_date = dy.Date(nullable=True, description="Day on which it became an opportunity.")
    opportunity_id = dy.String(nullable=True, description="Opportunity that it became.")
    loss_reason = dy.String(nullable=True, description="Why it was given up.", metadata={"category": True})


TABLE = Table(
    id="leads",
    label="Leads",
    doc="Prospects before they are an opportunity, one row a lead. One without a customer id belongs to no account yet.",
    contract=LeadContract,
    key=("lead_id",),
)
