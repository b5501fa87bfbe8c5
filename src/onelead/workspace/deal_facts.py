"""Use case: what the data tells of each open deal that may speak against it; null is untold."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import polars as pl

from onelead.workspace.deal_points import ID, deal_states, sales_frame
from onelead.workspace.deal_stages import stage_since
from onelead.workspace.deals import OPEN, deals
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from datetime import date

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

UNDATED = ("push_count", "contact_count", "next_step", "last_activity_date", "team", "region")
"""Columns of the list that hold what was so on the day of the export."""


def deal_facts(view: View, parts: Parts) -> pl.DataFrame:
    """Open deals (see ``deals``) with what may speak against them, each null where the data does not tell it.

    team, region; stage_days (in the stage), won_deals and norm_days of the stage; where these are not known open_days (since creation), cycles (won
    deals with both dates) and cycle_norm (the day by which most of them had closed); pushes (how often the close date moved later), amount_cut (share
    below the highest amount so far), unchanged_days; last_activity, quiet_days (since it, else since the creation), contacts, next_steps (1 or
    0, where any open deal states one).
    """
    frame = deals(view, parts).filter(pl.col("state") == OPEN)
    listed = _listed(view)
    for more in (listed, _in_stage(view, parts), _of_history(view, parts, frame), _of_activities(view)):
        frame = frame.join(more, on=ID, how="left", maintain_order="left")
    as_of = pl.lit(view.context.as_of)
    acted = bool(sales_frame(view, "activities", [ID])[ID].count())
    last = pl.max_horizontal("last_activity_date", "last_act")
    since = pl.coalesce(last, pl.when(pl.lit(acted)).then("created_date"))
    says = pl.col("next_step").str.strip_chars().str.len_chars() > 0
    anybody = bool(frame.select(says.any()).item())
    people = pl.coalesce("contact_count", pl.when(pl.lit(acted) & (pl.col("people").fill_null(0) > 0)).then("people"))
    cycles, norm = view.once(parts, cycle_norm)
    bare = pl.col("norm_days").is_null() & (pl.col("age_days") >= 0)
    return frame.with_columns(
        open_days=pl.when(bare & pl.lit(norm is not None)).then("age_days"),
        cycles=pl.lit(cycles),
        cycle_norm=pl.lit(norm, pl.Float64),
        pushes=pl.max_horizontal("push_count", "moved_later").cast(pl.Int64),
        last_activity=last,
        quiet_days=(as_of - since).dt.total_days(),
        contacts=people.cast(pl.Int64),
        next_steps=pl.when(pl.lit(anybody)).then(says.fill_null(value=False).cast(pl.Int64)),
    ).drop("push_count", "contact_count", "moved_later", "last_activity_date", "last_act", "people")


@of_the_snapshot
def cycle_norm(view: View, parts: Parts) -> tuple[int, float | None]:
    """Won deals with both dates, and the day after creation by which most of them had closed; None below the least that is set."""
    risk = view.context.settings.risk
    known = deals(view, parts)["cycle_days"].drop_nulls().sort()
    enough = known.len() >= risk.norm_least
    return known.len(), float(known[ceil(round(known.len() * risk.norm_share, 6)) - 1]) if enough else None


def _listed(view: View) -> pl.DataFrame:
    """What the list says of the day of its export; of an earlier day it says nothing, but for team and region."""
    frame = sales_frame(view, "opportunities", [ID, *UNDATED]).unique(ID, keep="first", maintain_order=True)
    exported = view.context.exported
    if exported is None or view.context.as_of >= exported:
        return frame
    return frame.with_columns(pl.lit(None, frame.schema[name]).alias(name) for name in UNDATED[:4])


def _in_stage(view: View, parts: Parts) -> pl.DataFrame:
    return stage_since(view, parts).select(ID, "won_deals", "norm_days", stage_days="days", stage_entered="entered").unique(ID)


def _of_history(view: View, parts: Parts, frame: pl.DataFrame) -> pl.DataFrame:
    """What the history of each deal tells: moved_later, amount_cut, unchanged_days. A deal in two currencies was neither cut nor raised."""
    as_of = view.context.as_of
    states = view.of_everyone(parts, deal_states).join(frame.select(ID), on=ID, how="semi")
    known = states.filter(pl.col("changed_at").dt.date() <= as_of)
    later = (pl.col("close_date") > pl.col("close_date").shift(1)).fill_null(value=False)
    ours = view.context.settings.prices.currency
    one = pl.col("currency").fill_null(ours).str.to_uppercase().n_unique() == 1
    highest, now = pl.col("amount").max(), pl.col("amount").last()
    return known.group_by(ID, maintain_order=True).agg(
        later.sum().cast(pl.Int64).alias("moved_later"),
        pl.when(one & (highest > 0)).then(1 - now / highest).alias("amount_cut"),
        _days(as_of, pl.col("changed_at").dt.date().last()).alias("unchanged_days"),
    )


def _of_activities(view: View) -> pl.DataFrame:
    """Of each deal: last_act, the day of its last activity, and people, how many contacts took part in any."""
    acts = sales_frame(view, "activities", [ID, "activity_date", "contact_id"])
    acts = acts.filter(pl.col(ID).is_not_null() & (pl.col("activity_date") <= view.context.as_of))
    return acts.group_by(ID).agg(
        pl.col("activity_date").max().alias("last_act"), pl.col("contact_id").drop_nulls().n_unique().alias("people")
    )


def _days(as_of: date, since: pl.Expr) -> pl.Expr:
    return (pl.lit(as_of) - since).dt.total_days()
