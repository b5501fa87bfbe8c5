"""Installed products, one row a serial number, with the shared readings of their life cycle."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import dataframely as dy
import ibis
import ibis.expr.types as ir

from onelead.tables._base import Table

if TYPE_CHECKING:
    from onelead.core.context import Context


class AssetContract(dy.Schema):
    """What a row of the installed base must satisfy."""

    asset_id = dy.String(nullable=False, description="Serial number: one installed product.")
    product_id = dy.String(nullable=True, description="Product number in the catalogue.")
    product_description = dy.String(nullable=True, description="Line description as printed on orders.")
    product_category = dy.String(
        nullable=True,
        description="Product platform, such as WLAN HW; what price book and refresh table go by.",
        metadata={"category": True},
    )
    product_name = dy.String(nullable=True, description="Product name.")
    business_area = dy.String(nullable=True, description="Business area of the vendor.", metadata={"category": True})
    business_unit = dy.String(nullable=True, description="Legacy global business unit.")
    practice_area = dy.String(
        nullable=True,
        description="Services practice that the business area is mapped to, where the export gives it.",
        metadata={"category": True},
    )
    territory_id = dy.String(nullable=True, description="Sales territory (ST ID) of the account, five digits.")
    customer_id = dy.String(nullable=True, description="Customer id, where the source has one below the territory.")
    account_name = dy.String(nullable=True, description="Name of the customer as the source writes it.")
    end_of_life_date = dy.Date(
        nullable=True, description="End of life; 2099-12-31 or later means none announced.", metadata={"forward": True}
    )
    end_of_service_date = dy.Date(
        nullable=True, description="End of service life; 2099-12-31 or later means none announced.", metadata={"forward": True}
    )
    support_start_date = dy.Date(nullable=True, description="Start of the current warranty or support.")
    support_end_date = dy.Date(nullable=True, description="End of the current warranty or support.", metadata={"forward": True})
    support_source = dy.String(nullable=True, description="Where the support dates come from (warranty, contract …).")
    support_status = dy.String(nullable=True, description="Support status as the source words it.")
    service_agreement_id = dy.String(nullable=True, description="Service agreement, where there is one.")
    contract_value = dy.Float64(nullable=True, min=0, description="Yearly value of the contract on this asset.", metadata={"unit": "money"})


TABLE = Table(
    id="assets",
    label="Installed base",
    doc="Installed products, one row a serial number.",
    contract=AssetContract,
    key=("asset_id",),
    history=("territory_id", "product_category", "end_of_life_date", "end_of_service_date", "support_end_date", "support_status"),
)


def counted(assets: ir.Table) -> ir.BooleanValue:
    """Rows that metrics count: the first of each serial number."""
    return ~assets.is_repeat


def announced(day: ir.DateValue, context: Context) -> ir.DateValue:
    """``day``, or null where it is the sentinel for "none announced"."""
    sentinel = date.fromisoformat(context.settings.reading.no_end_announced_from)
    return ibis.ifelse(day >= ibis.literal(sentinel), ibis.null("date"), day)


def days_until(day: ir.DateValue, context: Context) -> ir.IntegerValue:
    """Days from the as-of date to ``day``; negative once it has passed. Plain subtraction of epoch days: the same on every engine."""
    epoch = ibis.literal(date(1970, 1, 1))
    return day.delta(epoch, unit="day") - (context.as_of - date(1970, 1, 1)).days


def end_of_life(assets: ir.Table, context: Context) -> ir.DateValue:
    """Announced end of life, else null."""
    return announced(assets.end_of_life_date, context)


def end_of_service(assets: ir.Table, context: Context) -> ir.DateValue:
    """Announced end of service life, else null."""
    return announced(assets.end_of_service_date, context)


def is_expired(assets: ir.Table, context: Context) -> ir.BooleanValue:
    """Past end of life on the as-of date (false where none is announced or known)."""
    return (end_of_life(assets, context) < ibis.literal(context.as_of)).fill_null(False)  # noqa: FBT003


def expires_within(assets: ir.Table, context: Context, days: int) -> ir.BooleanValue:
    """End of life on the as-of date or up to ``days`` days after it."""
    end = end_of_life(assets, context)
    first, last = ibis.literal(context.as_of), ibis.literal(context.as_of + timedelta(days=days))
    return ((end >= first) & (end <= last)).fill_null(False)  # noqa: FBT003


def is_supported(assets: ir.Table, context: Context) -> ir.BooleanValue:
    """Support status says active (settings); everything else, an unknown status included, is unsupported."""
    status = assets.support_status
    active = ibis.or_(*(status.startswith(prefix) for prefix in context.settings.reading.support_active_prefixes))
    return active.fill_null(False)  # noqa: FBT003


def plausible_support_end(assets: ir.Table, context: Context) -> ir.DateValue:
    """Support end, null where none is announced or where it lies more than 25 years (a setting) after its start."""
    limit = 365.25 * context.settings.load.max_warranty_years
    end = announced(assets.support_end_date, context)
    length = end.delta(assets.support_start_date, unit="day")
    return ibis.ifelse((length > limit).fill_null(False), ibis.null("date"), end)  # noqa: FBT003


def unit_value(assets: ir.Table, context: Context) -> ir.FloatingValue:
    """Contract value, else the price book's replacement value (an estimate), else null: unpriced, never zero."""
    book = context.settings.prices.price_book
    category = assets.product_category.lower()
    priced = [(category == name.lower(), ibis.literal(float(value))) for name, value in book.items()]
    estimate = ibis.cases(*priced, else_=ibis.null("float64")) if priced else ibis.null("float64")
    return ibis.coalesce(assets.contract_value, estimate)
