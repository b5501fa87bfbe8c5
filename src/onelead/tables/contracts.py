"""Contracts and subscriptions, one row a term: a renewal is a contract of its own that names the one before."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class ContractContract(dy.Schema):
    """What a row of contracts must satisfy."""

    contract_id = dy.String(nullable=False, description="Id of the contract.")
    customer_id = dy.String(nullable=True, description="Company that it belongs to.")
    account_name = dy.String(nullable=True, description="Name of the company as the source writes it.")
    product_id = dy.String(nullable=True, description="Product that it is about.")
    contract_type = dy.String(nullable=True, description="Kind: subscription, support …", metadata={"category": True})
    status = dy.String(nullable=True, description="Status as the source words it.", metadata={"category": True})
    start_date = dy.Date(nullable=True, description="First day.")
    end_date = dy.Date(nullable=True, description="Last day of the agreed term.", metadata={"forward": True})
    cancelled_date = dy.Date(nullable=True, description="Day on which it was cancelled, where it was.")
    amount = dy.Float64(nullable=True, min=0, description="Value of the whole term.", metadata={"unit": "money"})
    annual_value = dy.Float64(nullable=True, min=0, description="What recurs in a year.", metadata={"unit": "money"})
    currency = dy.String(nullable=True, description="ISO 4217 code of the amounts; none: the workspace's currency.")
    term_months = dy.Int64(nullable=True, min=0, description="Agreed term.", metadata={"unit": "months"})
    auto_renew = dy.Bool(nullable=True, description="Whether it goes on unless somebody cancels it.")
    renewal_of = dy.String(nullable=True, description="Contract that it renews.")
    opportunity_id = dy.String(nullable=True, description="Opportunity that brought it.")
    owner_id = dy.String(nullable=True, description="Person who looks after it.", metadata={"personal": True})


TABLE = Table(
    id="contracts",
    label="Contracts",
    doc="Contracts and subscriptions, one row a term: a renewal is a contract of its own that names the one before.",
    contract=ContractContract,
    key=("contract_id",),
)
