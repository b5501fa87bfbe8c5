"""Use cases: the health of the whole portfolio: a row an account, the bands, and what drags it down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.workspace.account_numbers import account_numbers, waiting_by_account
from onelead.workspace.health import chosen_card, health
from onelead.workspace.health_history import scores_before

if TYPE_CHECKING:
    from onelead.scorecards import Scorecard
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

PLACE = ("account_id", "territory_id", "region", "country", "industry")
STEADY = 0.5
"""A score that moved by less than half a point is steady: nobody sees it on a whole number."""


def health_table(view: View, parts: Parts, card: str, version: str = "") -> pl.DataFrame:
    """One row a top-level account, the least healthy first, unknown last.

    account_id, account_name, territory_id, region, country, industry, score, band, before (score in the snapshot before), change, since,
    trend (up, down, steady; null without a score before), reason, weight_used, for each part ``part_<id>`` (points, null where it has no
    data), ``used_<id>`` (its weight in percent after re-weighing) and ``says_<id>`` (why), assets, expired_products,
    unsupported_products, revenue_at_risk and annual_value with whether they are estimated, tier, open_actions.
    """
    chosen = chosen_card(parts, card)
    since, before = scores_before(view, parts, card, version)
    known = before.select("account_id", pl.col("score").alias("before"))
    waiting = waiting_by_account(view, parts).select("account_id", pl.col("actions").alias("open_actions"))
    top = view.frame("accounts", [*PLACE, "level"]).filter(pl.col("level") == "account").select(PLACE)
    frame = with_parts(health(view, parts, card), chosen)
    for other in (top, known, account_numbers(view, parts), waiting):
        frame = frame.join(other, on="account_id", how="left", maintain_order="left")
    change = pl.col("score") - pl.col("before")
    trend = pl.when(change.abs() < STEADY).then(pl.lit("steady")).when(change > 0).then(pl.lit("up")).when(change < 0).then(pl.lit("down"))
    return frame.with_columns(
        change.alias("change"),
        trend.alias("trend"),
        pl.lit(since, pl.Date).alias("since"),
        pl.col("open_actions").fill_null(0).cast(pl.Int64),
    )


def with_parts(frame: pl.DataFrame, card: Scorecard) -> pl.DataFrame:
    """``frame`` (of ``health``) with the columns part_, used_ and says_ of each part instead of its JSON."""
    shape = pl.Struct({"points": pl.Float64, "weight_used": pl.Float64, "reason": pl.String})
    parts = frame.with_columns(pl.col("parts").str.json_decode(pl.Struct(dict.fromkeys((part.id for part in card.categories), shape))))
    named = {"part": "points", "used": "weight_used", "says": "reason"}
    columns = [
        pl.col("parts").struct.field(part.id).struct.field(field).alias(f"{prefix}_{part.id}")
        for part in card.categories
        for prefix, field in named.items()
    ]
    return parts.with_columns(columns).drop("parts", "scorecard")


def lost_points(view: View, parts: Parts, card: str, version: str = "") -> dict[str, Any]:
    """What drags the portfolio down: {"average", "accounts" (with a score), "parts"}.

    Each part has id, label, weight, average (points over the accounts that have data), known (how many), lost (points that it takes from
    the average score, after re-weighing: the losses of all parts add up to 100 less the average) and worst (up to three accounts that
    lose most by it: account_id, account_name, points, lost, says). The part that costs most comes first.
    """
    frame = health_table(view, parts, card, version).filter(pl.col("score").is_not_null())
    chosen = chosen_card(parts, card)
    found = [_loss(frame, part.id) | {"id": part.id, "label": part.label, "weight": part.weight} for part in chosen.categories]
    average: Any = frame["score"].mean()
    return {"average": average, "accounts": frame.height, "parts": sorted(found, key=lambda part: -part["lost"])}


def _loss(frame: pl.DataFrame, part: str) -> dict[str, Any]:
    points = pl.col(f"part_{part}")
    lost = ((100.0 - points) * pl.col(f"used_{part}") / 100.0).fill_null(0.0)
    scored = frame.select("account_id", "account_name", points.alias("points"), lost.alias("lost"), pl.col(f"says_{part}").alias("says"))
    worst = scored.filter(pl.col("lost") > 0).sort(["lost", "account_id"], descending=[True, False]).head(3)
    total: Any = scored["lost"].sum()
    return {
        "average": scored["points"].mean(),
        "known": scored.height - scored["points"].null_count(),
        "lost": total / scored.height if scored.height else 0.0,
        "worst": worst.to_dicts(),
    }
