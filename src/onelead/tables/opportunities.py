"""Sales opportunities, one row an opportunity id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dataframely as dy
import ibis
import polars as pl

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
    owner_id = dy.String(nullable=True, description="Person who owns the opportunity.", metadata={"personal": True})
    forecast_category = dy.String(nullable=True, description="Forecast category, such as Commit or Best case.", metadata={"category": True})
    probability = dy.Float64(nullable=True, min=0, max=1, description="Chance that the CRM states, 0 to 1.", metadata={"unit": "share"})
    lead_source = dy.String(nullable=True, description="Where the deal came from.", metadata={"category": True})
    deal_type = dy.String(nullable=True, description="New, Expansion or Renewal, as the source words it.", metadata={"category": True})
    product_id = dy.String(nullable=True, description="Product that it is mainly about.")
    region = dy.String(nullable=True, description="Sales region.", metadata={"category": True})
    team = dy.String(nullable=True, description="Team that works on it.", metadata={"category": True})
    competitor = dy.String(nullable=True, description="Main competitor.", metadata={"category": True})
    loss_reason = dy.String(nullable=True, description="Why it was lost.", metadata={"category": True})
    next_step = dy.String(nullable=True, description="Next step.")
    contact_count = dy.Int64(nullable=True, min=0, description="Contacts that take part.")
    push_count = dy.Int64(nullable=True, min=0, description="How often its close date was moved to a later period, where the CRM counts.")
    stage_date = dy.Date(nullable=True, description="Day on which it entered its stage.")
    last_activity_date = dy.Date(nullable=True, description="Day of the last activity, where the CRM keeps it.")
    contract_id = dy.String(nullable=True, description="Contract that it renews or brought.")
    lead_id = dy.String(nullable=True, description="Lead that it came from.")
    last_refresh_date = dy.Date(nullable=True, description="Day on which the export was last refreshed.")


TABLE = Table(
    id="opportunities",
    label="Opportunities",
    doc="Sales opportunities, one row an opportunity id.",
    contract=OpportunityContract,
    key=("opportunity_id",),
    history=(
        *("opportunity_name", "territory_id", "account_name", "owner_name", "product_line", "stage", "amount"),
        *("currency", "close_date", "is_won", "owner_id", "forecast_category", "probability", "next_step"),
    ),
)


def counted(opportunities: ir.Table) -> ir.BooleanValue:
    """Rows that metrics count: the first of each opportunity id."""
    return ~opportunities.is_repeat


def is_open(opportunities: ir.Table, context: Context) -> ir.BooleanValue:
    """Neither won nor lost as of then: one that closed later was open; see ``as_known``."""
    return opportunities.is_won.isnull() | _closed_later(opportunities, context)


def as_known(opportunities: ir.Table, context: Context) -> ir.Table:
    """Opportunities with is_open, and with is_won, stage and close_date as they were known on the as-of date.

    One that closed after that date was open: its outcome, its stage and the day on which it would close were not known then and are null.
    An outcome without a close date is known from the data's own as-of date on (``Context.exported``). Before it nobody can say whether
    the opportunity was still open: is_won and stage are null, is_open is false, so that it counts among neither the open nor the closed
    ones. The amount is the one loaded. A plain export lists open opportunities and says no more.
    """
    later = _closed_later(opportunities, context)
    unsaid = ibis.literal(not _is_told(context)) & opportunities.is_won.notnull() & opportunities.close_date.isnull()
    text, day, flag = (ibis.null(kind) for kind in ("string", "date", "boolean"))
    return opportunities.mutate(
        is_open=is_open(opportunities, context),
        is_won=ibis.ifelse(later | unsaid, flag, opportunities.is_won),
        stage=ibis.ifelse(later | unsaid, text, opportunities.stage),
        close_date=ibis.ifelse(later, day, opportunities.close_date),
    )


def frame_as_known(opportunities: pl.DataFrame, context: Context) -> pl.DataFrame:
    """``as_known`` of a frame; it needs is_won, may do without stage, and without close_date reads as one that states none."""
    closed = pl.col("is_won").is_not_null()
    close = pl.col("close_date") if "close_date" in opportunities.columns else pl.lit(None, dtype=pl.Date)
    later = (closed & (close > context.as_of)).fill_null(value=False)
    unsaid = pl.lit(not _is_told(context)) & closed & close.is_null()
    hidden = {"is_won": later | unsaid, "stage": later | unsaid, "close_date": later}
    cut = {name: pl.when(~test).then(pl.col(name)) for name, test in hidden.items() if name in opportunities.columns}
    return opportunities.with_columns(is_open=~closed | later, **cut)


def _closed_later(opportunities: ir.Table, context: Context) -> ir.BooleanValue:
    later = opportunities.is_won.notnull() & (opportunities.close_date > ibis.literal(context.as_of))
    return later.fill_null(False)  # noqa: FBT003


def _is_told(context: Context) -> bool:
    """Whether the data existed by the as-of date, so that what it says without a date was known."""
    return context.exported is None or context.as_of >= context.exported


def is_known(opportunities: ir.Table, context: Context) -> ir.BooleanValue:
    """Created by the as-of date; without a date always."""
    return (opportunities.created_date <= ibis.literal(context.as_of)).fill_null(True)  # noqa: FBT003
