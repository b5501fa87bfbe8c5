"""Sales opportunities, one row an opportunity id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dataframely as dy
import ibis

from onelead.tables._base import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context


class OpportunityContract(dy.Schema):
    """What a row of the opportunity list must satisfy."""

    opportunity_id = dy.String(nullable=False, description="Opportunity id of the CRM.")
    opportunity_name = dy.String(nullable=True, description="Name of the opportunity.")
    description = dy.String(nullable=True, description="Free text.")
    territory_id = dy.String(nullable=True, description="Sales territory (ST ID) of the account, five digits.")
    customer_id = dy.String(nullable=True, description="Customer id, where the source has one below the territory.")
    account_name = dy.String(nullable=True, description="Name of the account as the source writes it.")
    owner_name = dy.String(nullable=True, description="Owner of the opportunity.", metadata={"personal": True})
    product_line = dy.String(nullable=True, description="Product line.", metadata={"category": True})
    stage = dy.String(nullable=True, description="Sales stage, where the source has one.")
    amount = dy.Float64(nullable=True, min=0, description="Amount of the deal.", metadata={"unit": "money"})
    currency = dy.String(nullable=True, description="ISO 4217 code of the amount.")
    created_date = dy.Date(nullable=True, description="Day on which the opportunity was created.")
    close_date = dy.Date(nullable=True, description="Expected or actual close date.")
    is_won = dy.Bool(nullable=True, description="True won, false lost, null open or unknown.")


TABLE = Table(
    id="opportunities",
    label="Opportunities",
    doc="Sales opportunities, one row an opportunity id.",
    contract=OpportunityContract,
    key=("opportunity_id",),
    history=("opportunity_name", "territory_id", "account_name", "owner_name", "product_line", "stage", "amount", "close_date", "is_won"),
)


def counted(opportunities: ir.Table) -> ir.BooleanValue:
    """Rows that metrics count: the first of each opportunity id."""
    return ~opportunities.is_repeat


def is_open(opportunities: ir.Table) -> ir.BooleanValue:
    """Neither won nor lost: a plain export lists open opportunities and says no more."""
    return opportunities.is_won.isnull()


def is_known(opportunities: ir.Table, context: Context) -> ir.BooleanValue:
    """Created by the as-of date; without a date always."""
    return (opportunities.created_date <= ibis.literal(context.as_of)).fill_null(True)  # noqa: FBT003


def deal_value(opportunities: ir.Table, context: Context) -> ir.FloatingValue:
    """Amount in the workspace's currency (a row without a currency is taken to be in it), else null: nothing is converted."""
    here = opportunities.currency.isnull() | (opportunities.currency.upper() == context.settings.prices.currency.upper())
    return ibis.ifelse(here, opportunities.amount, ibis.null("float64"))
