"""Open deals as rules see them: what they are worth today, what this run's models say of them, and how long they stand where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.rules._text import json_object, money
from onelead.tables import deal_history, listed_first, stage_norms, stage_stays, standing
from onelead.tables.exchange_rates import converted
from onelead.tables.opportunities import frame_as_known

if TYPE_CHECKING:
    from onelead.rules._proposal import RuleInput

ID = "opportunity_id"
GROUP = "deal"
"""An account keeps one action a deal."""


def open_deals(given: RuleInput) -> pl.DataFrame:
    """Counted open deals of top-level accounts: opportunity_id, account_id, account_name, greeting, deal, stage, close_date, owner_name, value.

    ``value`` is the amount in the workspace's currency at the rate of the as-of date; null where it is not known. ``deal`` is its name, else
    its id.
    """
    rows = given.frames("opportunities").filter(~pl.col("is_repeat").fill_null(value=False) & pl.col("account_id").is_not_null())
    known = frame_as_known(rows, given.context).filter("is_open").with_columns(day=pl.lit(given.context.as_of))
    value = converted(known, given.frames("exchange_rates"), to=given.context.settings.prices.currency, day="day")
    named = known.select(ID, "account_id", "stage", "close_date", "owner_name", deal=pl.coalesce("opportunity_name", ID), value=value)
    return named.join(given.top_accounts, on="account_id", how="inner", maintain_order="left")


def predicted(given: RuleInput, model: str) -> pl.DataFrame:
    """What a model of this run says of deals: opportunity_id, chance, chance_low, chance_high, label_source."""
    rows = given.frames("predictions").filter((pl.col("model") == model) & (pl.col("subject_kind") == "opportunity"))
    return rows.select(
        pl.col("subject_id").alias(ID),
        *(pl.col(f"probability{end}").alias(f"chance{end}") for end in ("", "_low", "_high")),
        "label_source",
    )


def stalled(given: RuleInput) -> pl.DataFrame:
    """Where deals stand, and the norm of the won ones there: opportunity_id, stage, days, norm_days, won_deals, quiet_days.

    ``quiet_days`` since the last activity on the deal or change of it. Nothing is known of deals that no history or second load speaks of. Stays
    that had begun before the first load count for no norm: they took longer than anybody saw.
    """
    as_of, settings = given.context.as_of, given.context.settings
    history = given.frames("opportunity_history").filter(pl.col("changed_at").dt.date() <= as_of)
    changes = given.frames("changes")
    states = deal_history(history, changes, given.frames("opportunities"))
    stays = stage_stays(states, as_of, settings.revenue.stages)
    seen = stays.join(listed_first(states, history, changes), on=[ID, "entered"], how="anti", maintain_order="left")
    norms = stage_norms(seen, share=settings.risk.norm_share, least=settings.risk.norm_least)
    done = given.frames("activities").drop_nulls([ID, "activity_date"]).filter(pl.col("activity_date") <= as_of)
    moved = states.filter(pl.col("changed_at").dt.date() <= as_of)
    signs = pl.concat([moved.select(ID, day=pl.col("changed_at").dt.date()), done.select(ID, day="activity_date")])
    last = signs.group_by(ID).agg(quiet_days=(pl.lit(as_of) - pl.col("day").max()).dt.total_days())
    here = standing(stays).select(ID, "stage", "days").unique(ID, keep="last", maintain_order=True)
    return here.join(norms, on="stage", how="inner").join(last, on=ID, how="left")


def with_evidence(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with what the action on a deal rests on: its row in the list."""
    where = json_object({ID: pl.col(ID), "is_repeat": False})
    return frame.with_columns(
        evidence_table=pl.lit("opportunities"),
        evidence_count=pl.lit(1, dtype=pl.Int64),
        evidence_keys=pl.concat_list(ID),
        evidence_where=where,
    )


def written(given: RuleInput, column: str) -> pl.Expr:
    """Money of a column in the workspace's currency, without cents."""
    return money(pl.col(column), given.context.settings.prices.currency, pl.lit(value=False))


def percent(column: str) -> pl.Expr:
    """A share as "62%"."""
    return pl.format("{}%", (100 * pl.col(column)).round(0).cast(pl.Int64))
