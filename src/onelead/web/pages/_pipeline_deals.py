"""What Pipeline shows of each open deal: the chance that it is won and that it slips, how sure, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from markupsafe import Markup

from onelead.web._page import Column, Missing, Table
from onelead.workspace.deal_chances import chances

if TYPE_CHECKING:
    from onelead.web._ask import Ask

NO_MODEL = "No chance is told: too few deals are closed, or nothing says how they stood before."
BY_RATE = "share of past deals"


def rows(ask: Ask) -> pl.DataFrame:
    """Open deals with their chances drawn."""
    frame = ask.deals(chances)
    if frame["win"].count() + frame["slip"].count() == 0:
        raise Missing(
            NO_MODEL, hint="Load closed deals too, and the history of opportunities: their stage, amount and close date at each change."
        )
    return drawn(frame, ask)


def drawn(frame: pl.DataFrame, ask: Ask) -> pl.DataFrame:
    """``frame`` (columns of ``deal_chances.chances``) with win_drawn and slip_drawn: a meter with its interval, or the words why there is none."""
    past = (frame["days_to_close"] < 0).fill_null(value=False).to_list() if "days_to_close" in frame.columns else [False] * frame.height
    columns = []
    for name in ("win", "slip"):
        values = frame.select(name, f"{name}_low", f"{name}_high", f"{name}_source").iter_rows()
        told = [_meter(ask, row, overdue=late and name == "slip") for row, late in zip(values, past, strict=True)]
        columns.append(pl.Series(f"{name}_drawn", told, dtype=pl.Object))
    return frame.with_columns(columns)


def _meter(ask: Ask, told: tuple[Any, ...], *, overdue: bool) -> Markup:
    share, low, high, origin = told
    if share is None:
        return Markup('<span class="t3">{}</span>').format("overdue" if overdue else "—")
    meter = Markup('<span class="sure"><span class="trk" aria-hidden="true"><i style="width:{}%"></i></span><b class="num">{}</b></span>')
    below = ask.fmt.span(low, high, "ratio") if low is not None else BY_RATE if origin == "rates" else ""
    return meter.format(f"{100 * share:.0f}", ask.fmt.percent(share)) + Markup('<span class="p2 d-block num">{}</span>').format(below)


WIN = Column("win_drawn", "Win chance", "html", sortable=False, hint="Chance to be won, whenever it closes, and its 80 % range.")
SLIP = Column(
    "slip_drawn", "Slip chance", "html", sortable=False, hint="Chance to be still open after the stated close date, and its 80 % range."
)
SHARES = tuple(
    Column(f"{name}{end}", f"{label}{words}", "percent", show=False)
    for name, label in (("win", "Win chance"), ("slip", "Slip chance"))
    for end, words in (("", ""), ("_low", ", from"), ("_high", ", to"))
)
"""For exports: what the meters draw."""
HOW = (
    "Chances come from models that learned from how past deals stood on earlier days, and how they ended; their record stands on Predictive "
    "Analytics. The range is one of 80 %: it speaks of deals that look like this one, and knows nothing that no column shows. Where too little "
    "was learned, the chance is the share of past deals in the same stage, and has no range. A deal past its stated close date has slipped "
    "already. Weighted: amount × chance to be won."
)
OPEN_DEALS = Table(
    id="open-deals",
    title="Open deals by chance",
    rows=rows,
    columns=(
        Column(
            "opportunity_name",
            "Deal",
            sub="account_name",
            link=lambda row, ask: ask.link("/record", kind="opportunity", id=row["opportunity_id"]),
        ),
        Column("stage", "Stage"),
        Column("value", "Amount", "money"),
        WIN,
        Column("weighted", "Weighted", "money"),
        Column("close_date", "Close", "date"),
        SLIP,
        Column("win_why", "Win: pushed most by", sortable=False, minor=True, hint="+ raises the chance, − lowers it."),
        Column("owner_name", "Owner", minor=True),
        Column("slip_why", "Slip: pushed most by", show=False),
        Column("opportunity_id", "Opportunity", show=False),
        *SHARES,
    ),
    sort="-weighted",
    size=10,
    search=("opportunity_name", "account_name", "owner_name", "stage"),
    total=("value", "weighted"),
    how=HOW,
    metrics=("open_pipeline_value",),
)
