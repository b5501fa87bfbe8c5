"""Views of selling: deals and how their close dates moved, leads and what became of them, quotas beside what counts towards them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import ibis

from onelead.core.fiscal import MONTHS, QUARTER
from onelead.metrics._periods import FALSE, FISCAL, Period, fiscal_columns, fiscal_quarter
from onelead.metrics._view import View, at_home
from onelead.tables import opportunities

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context, Snapshot

BOOKINGS = "book"
"""What the measure of a quota says that won deals count towards; one without a measure is taken for it."""


def deals(snapshot: Snapshot, context: Context) -> ir.Table:
    """Opportunities once each, as known on the as-of date, with their value in the workspace's currency.

    Open ones are converted at the rate of the as-of date, closed ones at that of their close date.
    """
    rows = snapshot.table("opportunities")
    rows = opportunities.as_known(rows.filter(opportunities.counted(rows), opportunities.is_known(rows, context)), context)
    as_of = ibis.literal(context.as_of)
    day = ibis.ifelse(rows.is_open, as_of, ibis.least(rows.close_date.fill_null(as_of), as_of))
    rows = at_home(snapshot, context, rows, day=day, amounts={"deal_value": "amount"})
    cycle = rows.close_date.delta(rows.created_date, unit="day")
    return rows.mutate(
        created_year=rows.created_date.year(),
        is_overdue=(rows.is_open & (rows.close_date < as_of)).fill_null(FALSE),
        cycle_days=ibis.ifelse(rows.is_won & (cycle >= 0), cycle, ibis.null("int64")),
    )


def told_by(context: Context) -> ir.TimestampScalar:
    """The moment before which something of the as-of date was recorded."""
    return ibis.literal(datetime.combine(context.as_of + timedelta(days=1), time()))


def _deal_moves(snapshot: Snapshot, context: Context) -> ir.Table:
    known = snapshot.table("opportunity_history")
    known = known.filter(~known.is_repeat, known.changed_at < told_by(context))
    told = known.group_by(told="opportunity_id").aggregate(told_close=known.close_date.min())
    news = snapshot.table("changes")
    news = news.filter(news.table == "opportunities", news.as_of <= ibis.literal(context.as_of))
    moved = news.group_by(moved="key").aggregate(moved_close=news.before.min(where=news.column == "close_date"))
    rows = deals(snapshot, context)
    joined = rows.left_join(told, rows.opportunity_id == told.told)
    joined = joined.left_join(moved, joined.opportunity_id == moved.moved)
    earliest = ibis.least(joined.told_close, joined.moved_close.cast("date"), joined.close_date)
    here, now = _quarter_number(ibis.literal(context.as_of), context), _quarter_number(joined.close_date, context)
    later = (joined.close_date > earliest).fill_null(FALSE) | (joined.push_count > 0).fill_null(FALSE)
    return joined.select(
        *rows.columns,
        earliest_close=earliest,
        has_history=joined.told.notnull() | joined.moved.notnull() | joined.push_count.notnull(),
        is_pushed=joined.is_open & later,
        is_slipped=(joined.is_open & (_quarter_number(earliest, context) < ibis.greatest(now.fill_null(here), here))).fill_null(FALSE),
    )


def _quarter_number(day: ir.DateValue, context: Context) -> ir.IntegerValue:
    """Fiscal quarters counted through."""
    months = day.year().cast("int64") * MONTHS + day.month().cast("int64") - context.settings.fiscal.first_month
    return (months / QUARTER).floor().cast("int64")


def _leads(snapshot: Snapshot, context: Context) -> ir.Table:
    rows = snapshot.table("leads")
    as_of = ibis.literal(context.as_of)
    rows = rows.filter(~rows.is_repeat, (rows.created_date <= as_of).fill_null(True))  # noqa: FBT003
    deal = deals(snapshot, context)
    won = deal.filter(deal.is_won.fill_null(FALSE))
    by_deal = won.select(deal_won="opportunity_id").distinct()
    by_lead = won.filter(won.lead_id.notnull()).select(lead_won="lead_id").distinct()
    joined = rows.left_join(by_deal, rows.opportunity_id == by_deal.deal_won)
    joined = joined.left_join(by_lead, joined.lead_id == by_lead.lead_won)
    return joined.select(
        *rows.columns,
        is_converted=(joined.converted_date <= as_of).fill_null(FALSE),
        became_won=joined.deal_won.notnull() | joined.lead_won.notnull(),
        **fiscal_columns(joined.created_date, context),
    )


QUOTA_COLUMNS = ("account_id", "team", "owner_id", "owner_name", "opportunity_id", "opportunity_name", "stage", "close_date")


def _quota_progress(snapshot: Snapshot, context: Context) -> ir.Table:
    quarter = fiscal_quarter(context)
    deal = deals(snapshot, context)
    kind = ibis.cases((deal.is_won, "Won"), (deal.is_open, "Open"), else_=ibis.null("string"))
    counts = quarter.has(deal.close_date) & kind.notnull()
    # a base that was loaded before there were quotas says nothing of teams either
    deal = deal.mutate(**{name: ibis.null("string") for name in ("owner_id", "team") if name not in deal.columns})
    towards = deal.filter(counts).select(*QUOTA_COLUMNS, value="deal_value", kind=kind.name("kind"))
    if not {"quotas", "people"} <= set(snapshot.tables()):
        return towards
    own = _quotas(snapshot, context, quarter)
    empty = {name: ibis.null(towards[name].type()) for name in QUOTA_COLUMNS if name not in own.columns}
    return towards.union(own.mutate(**empty).select(*towards.columns))


def _quotas(snapshot: Snapshot, context: Context, quarter: Period) -> ir.Table:
    """The part of each quota that falls into the quarter. Where a team's people bear quotas, that of the team is their sum and left out."""
    rows = snapshot.table("quotas")
    first, last = (ibis.literal(day) for day in (quarter.first, quarter.last))
    rows = rows.filter(rows.measure.isnull() | rows.measure.lower().contains(BOOKINGS), rows.period_start <= last, rows.period_end >= first)
    rows = rows.mutate(has_people=rows.person_id.notnull().any().over(ibis.window(group_by="team")))
    rows = rows.filter(rows.person_id.notnull() | ~rows.has_people)
    day = ibis.least(rows.period_start, ibis.literal(context.as_of))
    rows = at_home(snapshot, context, rows, day=day, amounts={"quota": "amount"})
    within = ibis.least(rows.period_end, last).delta(ibis.greatest(rows.period_start, first), unit="day") + 1
    whole = rows.period_end.delta(rows.period_start, unit="day") + 1
    people = snapshot.table("people")
    names = people.group_by(bearer="person_id").aggregate(owner_name=people.person_name.min())
    joined = rows.mutate(value=rows.quota * within / whole).left_join(names, rows.person_id == names.bearer)
    return joined.select("team", "owner_name", "value", owner_id="person_id", kind=ibis.literal("Quota"))


VIEWS = (
    View(
        "opportunities",
        "Opportunities",
        ("opportunities",),
        deals,
        ("opportunity_id",),
        {
            "is_open": "Whether it was neither won nor lost on the as-of date; one that closed later was open.",
            "created_year": "Year in which it was created.",
            "deal_value": "Amount in the workspace's currency: an open one at the newest exchange rate, a closed one at that of its close date; unknown where no rate is.",
            "is_overdue": "Whether it is open although its close date has passed.",
            "cycle_days": "Won ones: days from creation to close.",
        },
    ),
    View(
        "deal_moves",
        "Opportunities and how their close dates moved",
        ("opportunities", "opportunity_history", "changes"),
        _deal_moves,
        ("opportunity_id",),
        {
            "deal_value": "Amount in the workspace's currency.",
            "earliest_close": "The earliest close date that the CRM's history or an earlier load gave it, or it has now.",
            "has_history": "Whether the CRM's history, an earlier load or the CRM's count of pushes says anything of it.",
            "is_pushed": "Whether it is open and its close date is later than one that it had.",
            "is_slipped": "Whether it is open and was once expected to close in an earlier fiscal quarter.",
        },
    ),
    View(
        "leads",
        "Leads",
        ("leads", "opportunities"),
        _leads,
        ("lead_id",),
        {
            "is_converted": "Whether it had become an opportunity by the as-of date.",
            "became_won": "Whether an opportunity that it names, or that names it, was won by the as-of date.",
            **FISCAL,
        },
    ),
    View(
        "quota_progress",
        "Quotas of the fiscal quarter, and the deals of it",
        ("opportunities", "quotas", "people"),
        _quota_progress,
        ("kind", "owner_id", "opportunity_id"),
        {
            "kind": "Quota, Won (a deal won in the quarter) or Open (one that is to close in it).",
            "value": "Quota or amount in the workspace's currency; of a quota for another period, the share of days in the quarter.",
            "owner_id": "Person who bears the quota or owns the deal.",
            "owner_name": "Name of that person.",
            "team": "Team.",
            "opportunity_id": "Opportunity.",
            "opportunity_name": "Name of the opportunity.",
            "stage": "Sales stage.",
            "close_date": "Close date.",
        },
    ),
)
"""The views of this file, but for stages."""
