"""Companies with their firmographics, one row a customer id: what account data of a CRM are."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class CompanyContract(dy.Schema):
    """What a row of companies must satisfy."""

    customer_id = dy.String(nullable=False, description="Id of the company.")
    account_name = dy.String(nullable=True, description="Name of the company.")
    parent_customer_id = dy.String(nullable=True, description="Company above it, where it belongs to a group.")
    territory_id = dy.String(nullable=True, description="Sales territory (ST ID) that it lies in, where the source gives one.")
    industry = dy.String(nullable=True, description="Industry.", metadata={"category": True})
    size_class = dy.String(nullable=True, description="Class of size, as the source words it.", metadata={"category": True})
    employees = dy.Int64(nullable=True, min=0, description="Number of employees.")
    annual_revenue = dy.Float64(nullable=True, min=0, description="Yearly revenue of the company itself.", metadata={"unit": "money"})
    currency = dy.String(nullable=True, description="ISO 4217 code of its revenue; none: the workspace's currency.")
    segment = dy.String(nullable=True, description="Segment that the vendor puts it in.", metadata={"category": True})
    region = dy.String(nullable=True, description="Sales region.", metadata={"category": True})
    country = dy.String(nullable=True, description="Country.")
    city = dy.String(nullable=True, description="City.")
    owner_id = dy.String(nullable=True, description="Person who looks after it.", metadata={"personal": True})
    owner_name = dy.String(nullable=True, description="Name of that person.", metadata={"personal": True})
    created_date = dy.Date(nullable=True, description="Day since which it is a customer, or known.")
    churned_date = dy.Date(nullable=True, description="Day on which it ceased to be a customer.")
    is_churned = dy.Bool(nullable=True, description="Whether it ceased to be a customer, where the source gives a flag only.")
    last_refresh_date = dy.Date(nullable=True, description="Day on which the export was last refreshed.")


TABLE = Table(
    id="companies",
    label="Companies",
    doc="Companies with their firmographics, one row a customer id: what account data of a CRM are.",
    contract=CompanyContract,
    key=("customer_id",),
)
