"""Invoices, one row each."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class InvoiceContract(dy.Schema):
    """What a row of invoices must satisfy."""

    invoice_id = dy.String(nullable=False, description="Id of the invoice.")
    customer_id = dy.String(nullable=True, description="Company that it belongs to.")
    account_name = dy.String(nullable=True, description="Name of the company as the source writes it.")
    contract_id = dy.String(nullable=True, description="Contract that it bills.")
    opportunity_id = dy.String(nullable=True, description="Opportunity that it bills.")
    invoice_date = dy.Date(nullable=True, description="Day of the invoice.")
    due_date = dy.Date(nullable=True, description="Day by which it is to be paid.")
    paid_date = dy.Date(nullable=True, description="Day on which it was paid in full.")
    amount = dy.Float64(nullable=True, description="Amount of the invoice; a credit note is negative.", metadata={"unit": "money"})
    amount_paid = dy.Float64(nullable=True, description="What was paid of it so far.", metadata={"unit": "money"})
    currency = dy.String(nullable=True, description="ISO 4217 code of the amounts; none: the workspace's currency.")
    status = dy.String(nullable=True, description="Status as the source words it.", metadata={"category": True})


TABLE = Table(
    id="invoices",
    label="Invoices",
    doc="Invoices, one row each.",
    contract=InvoiceContract,
    key=("invoice_id",),
)
