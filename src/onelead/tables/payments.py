"""Payments, one row each."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class PaymentContract(dy.Schema):
    """What a row of payments must satisfy."""

    payment_id = dy.String(nullable=False, description="Id of the payment.")
    invoice_id = dy.String(nullable=True, description="Invoice that it pays.")
    customer_id = dy.String(nullable=True, description="Company that it belongs to.")
    account_name = dy.String(nullable=True, description="Name of the company as the source writes it.")
    payment_date = dy.Date(nullable=True, description="Day on which the money came.")
    amount = dy.Float64(nullable=True, description="Amount; what was paid back is negative.", metadata={"unit": "money"})
    currency = dy.String(nullable=True, description="ISO 4217 code of the amount; none: the workspace's currency.")
    method = dy.String(nullable=True, description="Way of payment.", metadata={"category": True})


TABLE = Table(
    id="payments",
    label="Payments",
    doc="Payments, one row each.",
    contract=PaymentContract,
    key=("payment_id",),
)
