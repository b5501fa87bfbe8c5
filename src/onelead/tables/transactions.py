"""Sales that were booked, one row a line."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class TransactionContract(dy.Schema):
    """What a row of transactions must satisfy."""

    transaction_id = dy.String(nullable=False, description="Id of the line.")
    customer_id = dy.String(nullable=True, description="Company that it belongs to.")
    account_name = dy.String(nullable=True, description="Name of the company as the source writes it.")
    transaction_date = dy.Date(nullable=True, description="Day of the sale.")
    product_id = dy.String(nullable=True, description="Product.")
    transaction_type = dy.String(nullable=True, description="Kind: order, renewal, usage, refund …", metadata={"category": True})
    quantity = dy.Float64(nullable=True, description="Units.", metadata={"unit": "units"})
    amount = dy.Float64(nullable=True, description="Amount after discount; a refund is negative.", metadata={"unit": "money"})
    discount = dy.Float64(
        nullable=True, min=0, max=1, description="Share of the list price that was granted, 0 to 1.", metadata={"unit": "share"}
    )
    currency = dy.String(nullable=True, description="ISO 4217 code of the amount; none: the workspace's currency.")
    contract_id = dy.String(nullable=True, description="Contract that it falls under.")
    opportunity_id = dy.String(nullable=True, description="Opportunity that it came from.")
    invoice_id = dy.String(nullable=True, description="Invoice that it is on.")
    owner_id = dy.String(nullable=True, description="Person who sold it.", metadata={"personal": True})
    region = dy.String(nullable=True, description="Sales region.", metadata={"category": True})


TABLE = Table(
    id="transactions",
    label="Transactions",
    doc="Sales that were booked, one row a line.",
    contract=TransactionContract,
    key=("transaction_id",),
)
