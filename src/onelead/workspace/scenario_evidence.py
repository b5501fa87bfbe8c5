"""Which input of the forecast each lever changes, and what past quarters say for it; without evidence it is an assumption."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from onelead.core.fiscal import FiscalCalendar
    from onelead.models.bookings.levers import Levers
    from onelead.models.bookings.record import Record
    from onelead.workspace.scenarios import Base

QUARTERS, DEALS_LEAST = 8, 10
PAST = {"win_rate": pl.Float64, "deal_size": pl.Float64, "cycle": pl.Float64}
LABELS = {
    "win_rate": "Win rate",
    "deal_size": "Deal size",
    "cycle": "Days to close",
    "price": "Price",
    "churn": "Leaving",
    "headcount": "People",
    "campaign": "Campaign",
    "dropped": "Deals dropped",
    "pulled": "Deals pulled in",
}
CHANGES = {
    "win_rate": "The chance of every open deal, and of those not yet born",
    "deal_size": "The amount of every open deal, and of those not yet born",
    "cycle": "The days that won deals take to close",
    "price": "Amounts, the price book of the actions, and, by the stated effect, chances of winning",
    "churn": "The hazard of every account to leave",
    "headcount": "How many deals begin",
    "campaign": "How many deals begin in the segment",
    "dropped": "The chance of these deals: none",
    "pulled": "The day on which these deals close, if they are won",
}


def past_quarters(record: Record, calendar: FiscalCalendar) -> pl.DataFrame:
    """Each whole past quarter against the mean of all: win_rate, deal_size, cycle (factors). Quarters with few closed deals are left out."""
    rows, start = [], calendar.quarter_start(record.as_of)
    for _ in range(QUARTERS):
        end, start = start - timedelta(days=1), calendar.quarter_start(start - timedelta(days=1))
        closed = record.deals.filter((pl.col("closed") >= start) & (pl.col("closed") <= end))
        won = closed.filter("won")
        if closed.height >= DEALS_LEAST and won.height:
            days = won.select((pl.col("closed") - pl.col("created")).dt.total_days().median()).item()
            rows.append({"win_rate": won.height / closed.height, "deal_size": won["value"].mean(), "cycle": days})
    frame = pl.DataFrame(rows, schema=PAST)
    return frame.select(pl.all() / pl.all().mean())


def evidence(name: str, levers: Levers, found: Base) -> dict[str, Any]:
    """label, changes, evidence (words, or None) and assumption of one lever."""
    said: str | None = None
    assumption = True
    if name in PAST and found.past.height > 1:
        low, high = found.past[name].min(), found.past[name].max()
        assumption = not float(low) <= getattr(levers, name) <= float(high)  # type: ignore[arg-type]  # columns of numbers
        held = "outside" if assumption else "within"
        said = f"{held} what {found.past.height} past quarters had: {_times(low)} to {_times(high)} of their mean"
    elif name == "headcount" and found.taught.births is not None and found.reps:
        rate = found.begun / found.reps
        said = f"{found.reps} people began {rate:.0f} deals each in the last year; how fast new ones get there is assumed"
    elif name == "churn":
        said = None if found.leaving is not None else "changes nothing: no model has learned who leaves"
    elif name in {"dropped", "pulled"}:
        named = set(levers.dropped if name == "dropped" else dict(levers.pulled))
        said = f"{len(named & set(found.ids))} of {len(named)} are open deals with an amount"
    return {"label": LABELS[name], "changes": CHANGES[name], "evidence": said, "assumption": assumption}


def _times(value: object) -> str:
    return f"{float(str(value)):.0%}"
