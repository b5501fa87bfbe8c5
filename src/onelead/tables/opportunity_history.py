"""How each opportunity stood from a moment on: what a CRM records at every change."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class OpportunityHistoryContract(dy.Schema):
    """What a row of the opportunity history must satisfy. A cell without a value says that it is as before."""

    opportunity_id = dy.String(nullable=False, description="Opportunity id of the CRM.")
    changed_at = dy.Datetime(nullable=False, time_unit="us", description="Moment from which the deal stood so.")
    customer_id = dy.String(nullable=True, description="Company that it belongs to; else that of the opportunity.")
    stage = dy.String(nullable=True, description="Sales stage.")
    amount = dy.Float64(nullable=True, min=0, description="Amount of the deal.", metadata={"unit": "money"})
    currency = dy.String(nullable=True, description="ISO 4217 code of the amount.")
    close_date = dy.Date(nullable=True, description="Expected or actual close date.")
    owner_id = dy.String(nullable=True, description="Person who owned it.", metadata={"personal": True})
    owner_name = dy.String(nullable=True, description="Name of that person.", metadata={"personal": True})
    forecast_category = dy.String(nullable=True, description="Forecast category.", metadata={"category": True})
    probability = dy.Float64(nullable=True, min=0, max=1, description="Chance that the CRM stated, 0 to 1.", metadata={"unit": "share"})
    next_step = dy.String(nullable=True, description="Next step.")
    is_won = dy.Bool(nullable=True, description="True won, false lost, null open or unknown.")


TABLE = Table(
    id="opportunity_history",
    label="Opportunity history",
    doc="How each opportunity stood from a moment on: one row a change.",
    contract=OpportunityHistoryContract,
)
