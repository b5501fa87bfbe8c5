"""Accounts after unification: territories, project customers and names, with levels."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class AccountContract(dy.Schema):
    """One customer at one level."""

    account_id = dy.String(nullable=False, primary_key=True, description="Id of the account: minted once, never changed.")
    account_name = dy.String(nullable=False, description="Name to show.")
    level = dy.String(
        nullable=False,
        check=lambda col: col.is_in(["account", "named"]),
        description="account: the top level that the source gives; named: a named account below it.",
    )
    parent_id = dy.String(nullable=True, description="The account above a named account.")
    territory_id = dy.String(nullable=True, description="Its sales territory, where it is one.")
    source_ids = dy.String(nullable=True, description="All source ids that mean this account, comma-separated.")
    raw_ids = dy.Int64(nullable=False, min=0, description="How many raw customer ids were unified into it.")
    industry = dy.String(nullable=True, description="Industry, where a source gives it.")
    country = dy.String(nullable=True, description="Country of most of its rows.")
    region = dy.String(nullable=True, description="Region of most of its rows.")
    customer_id = dy.String(nullable=True, description="Its company, where it is one: of several the one that stands for it.")
    size_class = dy.String(nullable=True, description="Class of size of the company, as the source words it.")
    employees = dy.Int64(nullable=True, min=0, description="Number of employees of the company.")
    annual_revenue = dy.Float64(nullable=True, min=0, description="Yearly revenue of the company itself.", metadata={"unit": "money"})
    currency = dy.String(nullable=True, description="ISO 4217 code of that revenue.")
    segment = dy.String(nullable=True, description="Segment that the vendor puts it in.")
    owner_id = dy.String(nullable=True, description="Person who looks after it.", metadata={"personal": True})
    owner_name = dy.String(nullable=True, description="Name of that person.", metadata={"personal": True})
    created_date = dy.Date(nullable=True, description="Day since which it is a customer, or known.")
    churned_date = dy.Date(nullable=True, description="Day on which it ceased to be a customer.")
    is_churned = dy.Bool(nullable=True, description="Whether it ceased to be a customer.")


TABLE = Table(
    id="accounts",
    label="Accounts",
    doc="Customers after unification, with levels.",
    contract=AccountContract,
    key=("account_id",),
    fact=False,
)
