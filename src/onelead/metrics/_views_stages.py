"""The view of stages: each stay of a deal in one, as the CRM's history tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from onelead.metrics._view import View
from onelead.metrics._views_sales import told_by
from onelead.tables import opportunities

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context, Snapshot

WON, LOST = "Won", "Lost"
ON, BACK = "On", "Back"
DEAL = ("opportunity_name", "owner_id", "owner_name", "product_line", "region", "team", "deal_type")


def _rank(stage: ir.StringValue, context: Context) -> ir.IntegerValue:
    """Place of a stage by the beginning of its name, as the settings order them; unknown for others."""
    names = enumerate(context.settings.revenue.stages)
    return ibis.cases(*((stage.lower().startswith(name.lower()), place) for place, name in names), else_=ibis.null("int64"))


def _steps(snapshot: Snapshot, context: Context) -> ir.Table:
    """Where a deal began a stage, or was closed for the first time; what a history says after that is left out."""
    rows = snapshot.table("opportunity_history")
    rows = rows.filter(~rows.is_repeat, rows.changed_at < told_by(context), rows.stage.notnull() | rows.is_won.notnull())
    closing = ibis.cases((rows.is_won, WON), (~rows.is_won, LOST), else_=ibis.null("string"))
    rows = rows.select("opportunity_id", "account_id", "changed_at", "stage", closing=closing)
    by = {"group_by": "opportunity_id", "order_by": ["changed_at", "stage"]}
    rows = rows.mutate(
        closings=rows.closing.count().over(ibis.cumulative_window(**by)),
        before=rows.stage.lag().over(ibis.window(**by)),
    )
    begins = (rows.closings == 0) & (rows.before.isnull() | (rows.before != rows.stage))
    steps = rows.filter(begins | (rows.closing.notnull() & (rows.closings == 1)))
    over = ibis.window(**by)
    return steps.mutate(
        left_at=steps.changed_at.lead().over(over), closed=steps.closing.lead().over(over), after=steps.stage.lead().over(over)
    )


def _stage_stays(snapshot: Snapshot, context: Context) -> ir.Table:
    steps = _steps(snapshot, context)
    back = (_rank(steps.after, context) < _rank(steps.stage, context)).fill_null(False)  # noqa: FBT003
    left = steps.left_at.notnull()
    outcome = ibis.cases((steps.closed.notnull(), steps.closed), (left & back, BACK), (left, ON), else_=ibis.null("string"))
    end = ibis.ifelse(left, steps.left_at.cast("date"), ibis.literal(context.as_of))
    stays = steps.filter(steps.closing.isnull())
    stays = stays.select(
        "opportunity_id",
        "account_id",
        "stage",
        entered_date=steps.changed_at.cast("date"),
        left_date=steps.left_at.cast("date"),
        days_in_stage=end.delta(steps.changed_at.cast("date"), unit="day"),
        outcome=outcome,
        went_on=outcome.isin([ON, WON]),
    )
    deal = snapshot.table("opportunities")
    deal = deal.filter(opportunities.counted(deal)).select(*DEAL, deal="opportunity_id")
    return stays.left_join(deal, stays.opportunity_id == deal.deal).drop("deal")


VIEW = View(
    "stage_stays",
    "Stays of opportunities in their stages",
    ("opportunity_history", "opportunities"),
    _stage_stays,
    ("opportunity_id", "entered_date", "stage"),
    {
        "opportunity_id": "Opportunity.",
        "opportunity_name": "Its name.",
        "stage": "Stage that it was in.",
        "entered_date": "Day on which it came into the stage.",
        "left_date": "Day on which it left it, or was closed; unknown while it is there.",
        "days_in_stage": "Days from the one to the other; to the as-of date while it is there.",
        "outcome": "On (to another stage), Back (to one that comes before, by the settings), Won or Lost; unknown while it is there.",
        "went_on": "Whether it went on or was won; unknown while it is there.",
        "owner_id": "Person who owns the opportunity now.",
        "owner_name": "Name of that person.",
        "product_line": "Product line.",
        "region": "Sales region.",
        "team": "Team.",
        "deal_type": "Kind of deal.",
    },
)
