"""Prepaid service credits, one row a project and practice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import dataframely as dy
import ibis

from onelead.tables._base import Table
from onelead.tables.assets import announced

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context

LAST_DAY_OF_BUCKET = {"0-45": 45, "46-90": 90, "91-180": 180}
"""Expiry buckets that have an end, and the last day of each; '>180' has none."""


class ServiceCreditContract(dy.Schema):
    """What a row of the credit list must satisfy."""

    project_id = dy.String(nullable=True, description="Project that the credits belong to.")
    project_name = dy.String(nullable=True, description="Its name.")
    territory_id = dy.String(nullable=True, description="Sales territory (ST ID) of the account, where the export gives it.")
    customer_id = dy.String(nullable=True, description="Customer id, where the source has one.")
    account_name = dy.String(nullable=True, description="Customer name, where the source has one.")
    practice = dy.String(nullable=True, description="Practice that the credits are for.", metadata={"category": True})
    purchased_credits = dy.Float64(nullable=True, min=0, description="Credits bought.", metadata={"unit": "credits"})
    converted_credits = dy.Float64(nullable=True, min=0, description="Credits converted into services.", metadata={"unit": "credits"})
    delivered_credits = dy.Float64(nullable=True, min=0, description="Credits whose services were delivered.", metadata={"unit": "credits"})
    converted_not_delivered_credits = dy.Float64(nullable=True, description="Converted, not yet delivered.", metadata={"unit": "credits"})
    active_credits = dy.Float64(nullable=True, description="Credits that can still be used.", metadata={"unit": "credits"})
    expiry_bucket = dy.String(nullable=True, description="Days to expiry as a bucket: 0-45, 46-90, 91-180, >180.")
    contract_end_date = dy.Date(nullable=True, description="End of the credit contract.", metadata={"forward": True})


TABLE = Table(
    id="service_credits",
    label="Service credits",
    doc="Prepaid service credits, one row a project and practice.",
    contract=ServiceCreditContract,
)


def unused(service_credits: ir.Table) -> ir.FloatingValue:
    """Purchased less delivered credits of a row; null where either is unknown."""
    return service_credits.purchased_credits - service_credits.delivered_credits


def contract_end(service_credits: ir.Table, context: Context) -> ir.DateValue:
    """End of the credit contract, null where the date is the sentinel for "none announced"."""
    return announced(service_credits.contract_end_date, context)


def expires_within(service_credits: ir.Table, context: Context, days: int) -> ir.BooleanValue:
    """Contract ends on the as-of date or up to ``days`` days after it; without an end date, the expiry bucket ends by then. Null if unknown."""
    end = contract_end(service_credits, context)
    by_date = (end >= ibis.literal(context.as_of)) & (end <= ibis.literal(context.as_of + timedelta(days=days)))
    by_bucket = service_credits.expiry_bucket.isin([bucket for bucket, last in LAST_DAY_OF_BUCKET.items() if last <= days])
    return ibis.coalesce(by_date, by_bucket)
