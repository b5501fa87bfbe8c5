"""What Pipeline shows of deals at risk: each with its evidence, and what could be judged at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from markupsafe import Markup

from onelead.web._page import Choice, Column, Missing, Table
from onelead.web._render import icon
from onelead.workspace.deal_risk import deals_at_risk, risk_judged

if TYPE_CHECKING:
    from onelead.web._ask import Ask
    from onelead.web._page import Row


def rows(ask: Ask) -> pl.DataFrame:
    """Open deals that anything speaks against, under the filter of the kind; flags drawn as badges."""
    if not ask.deals(risk_judged)["judged"].sum():
        raise Missing(
            "Nothing says which deals are at risk.", hint="Load opportunities with close dates, contacts, next steps, or their history."
        )
    frame = ask.deals(deals_at_risk).filter(pl.col("risk") > 0)
    known = set(ask.deals(risk_judged)["flag"])
    chosen = [kind for kind in ask.many("risk") if kind in known]
    if chosen:
        frame = frame.filter(pl.col("flags").list.set_intersection(pl.lit(chosen)).list.len() > 0)
    drawn = [Markup('<span class="evs">{}</span>').format(Markup(" ").join(map(badge, words))) for words in frame["words"].to_list()]
    said = pl.col("words").list.eval(pl.element().str.replace(r"^\w+\|", "")).list.join("; ")
    return frame.with_columns(said=said, badges=pl.Series("badges", drawn, dtype=pl.Object))


def badge(flag: str) -> Markup:
    """A flag as a shape and words."""
    kind, _, words = flag.partition("|")
    shape = {"crit": "alert-octagon", "warn": "alert-triangle"}.get(kind, "circle-dashed")
    return Markup('<span class="bd {}">{}{}</span>').format(kind, icon(shape, "s"), words)


def choices(ask: Ask) -> list[Choice]:
    """The kinds of risk with their deals."""
    found = ask.deals(risk_judged).filter(pl.col("judged") > 0)
    return [Choice(flag, label, count) for flag, label, count in found.select("flag", "label", "flagged").iter_rows()]


def judged(ask: Ask) -> pl.DataFrame:
    """Each kind of risk: how many deals it could be judged of, how many it speaks against, or what is missing."""
    some, none = pl.col("judged") < pl.col("open"), pl.col("judged") == 0
    note = pl.when(none).then(pl.format("Not judged: needs {}", "needs")).when(some).then(pl.format("Others lack {}", "needs"))
    known = ~none
    return ask.deals(risk_judged).with_columns(
        pl.when(known).then("flagged").alias("flagged"), pl.when(known).then("value").alias("value"), note=note
    )


def _shape(row: Row) -> str | None:
    return None if row["judged"] else "unknown"


RISK = Table(
    id="risk",
    title="Deals at risk",
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
        Column("close_date", "Close", "date", minor=True),
        Column(
            "stage_days", "In stage", "days", minor=True, hint="Days in its stage; for deals that were there at the first load, since then."
        ),
        Column(
            "norm_days",
            "Norm",
            "days",
            minor=True,
            hint="The day by which most won deals had gone on from the stage; a dash where too few are known.",
            link=lambda row, ask: ask.rows_link("time_in_stage_days", f"stage={row['stage']}") if row["norm_days"] is not None else None,
        ),
        Column("badges", "Why", "html", sortable=False),
        Column("owner_name", "Owner", minor=True),
        Column("opportunity_id", "Opportunity", show=False),
        Column("said", "Why", show=False),
        Column("risk", "Risks", "count", show=False),
    ),
    size=10,
    search=("opportunity_name", "account_name", "owner_name"),
    how="What speaks against an open deal, with the number that says so; the most severe first. Severe (octagon): the close date has passed, or twice the "
    "threshold is reached. Too long in its stage: beyond the day by which 80% of the won deals had gone on from it, from five won deals on. Pushed: the "
    "close date was moved later twice. Amount falling: at least 10% below its highest. No activity, or unchanged, for 30 days. Fewer than two contacts. "
    "No next step. All thresholds are settings, for each stage if wanted. What the data does not tell of a deal is not judged: see What was judged.",
    metrics=("overdue_close_dates", "pushed_deals", "time_in_stage_days"),
)
JUDGED = Table(
    id="judged",
    title="What was judged",
    rows=judged,
    columns=(
        Column("label", "Risk", link=lambda row, ask: ask.here(risk=row["flag"]) + "#b-risk" if row["flagged"] else None),
        Column("flagged", "Deals", "count"),
        Column("value", "Amount", "money"),
        Column("judged", "Judged", "count", hint="Open deals of which the data tells it."),
        Column("open", "Of open", "count", minor=True),
        Column("note", "What is missing", phone="wide"),
    ),
    size=10,
    how="Each kind of risk with the open deals that it could be judged of, and those that it speaks against. Click one for its deals.",
)
