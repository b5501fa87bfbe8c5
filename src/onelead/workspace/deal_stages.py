"""Use cases: how long deals stay in their stages, the norm of won deals, and since when each open deal is where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.tables import stage_norms, stage_stays, standing
from onelead.workspace.deal_points import ID, deal_states, first_listed, sales_frame
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts


@of_the_snapshot
def every_stay(view: View, parts: Parts) -> pl.DataFrame:
    """Each stay of each deal in a stage by the as-of date (``tables.stage_stays``), with account_id, and told: whether its beginning is known."""
    states = view.once(parts, deal_states)
    homes = states.select(ID, "account_id").unique(ID)
    stays = stage_stays(states, view.context.as_of, view.context.settings.revenue.stages)
    listed = view.once(parts, first_listed).with_columns(told=pl.lit(value=False))
    stays = stays.join(listed, on=[ID, "entered"], how="left", maintain_order="left").with_columns(pl.col("told").fill_null(value=True))
    return stays.join(homes, on=ID, how="left", maintain_order="left")


@of_the_snapshot
def norms(view: View, parts: Parts) -> pl.DataFrame:
    """What won deals took in each stage, over all deals: stage, won_deals, median_days, norm_days (null below the least that is set)."""
    risk = view.context.settings.risk
    return stage_norms(view.once(parts, every_stay).filter("told"), share=risk.norm_share, least=risk.norm_least)


def stage_since(view: View, parts: Parts) -> pl.DataFrame:
    """Since when each open deal is in its stage, and the norm there: opportunity_id, stage, entered, days, won_deals, norm_days.

    Told by the list where it says when the stage began, else by the history; deals of which neither tells are left out.
    """
    as_of = view.context.as_of
    told = sales_frame(view, "opportunities", [ID, "stage", "stage_date"]).filter(pl.col("stage_date") <= as_of).unique(ID, keep="first")
    listed = told.select(ID, "stage", entered="stage_date", days=(pl.lit(as_of) - pl.col("stage_date")).dt.total_days())
    history = standing(view.of_everyone(parts, every_stay))
    known = pl.concat([listed, history.join(listed, on=ID, how="anti")], how="vertical_relaxed")
    held = view.once(parts, norms).select("stage", "won_deals", "norm_days")
    return known.join(held, on="stage", how="left", maintain_order="left")
