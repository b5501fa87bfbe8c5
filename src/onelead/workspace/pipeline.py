"""Use cases of the Pipeline page: propensity by account, stages, people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.workspace.deal_stages import stage_since
from onelead.workspace.deals import LOST, OPEN, WON, deals
from onelead.workspace.worklist import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

LEVELS = ("High", "Medium", "Low")
STRONG_FROM, FAIR_FROM = 0.8, 0.6


def label_source(view: View, _: Parts) -> dict[str, Any]:
    """What propensity rests on: source (outcomes, rules or none) and the summary of its model card."""
    cards = view.frame("model_cards").filter(pl.col("model") == "propensity")
    if cards.is_empty():
        return {"source": "none", "summary": "No model has scored this workspace."}
    row = cards.row(0, named=True)
    return {"source": row["label_source"], "summary": row["summary"]}


def propensity_pipeline(
    view: View, parts: Parts, *, least_confidence: float = 0.0, levels: Sequence[str] = (), limit: int | None = None
) -> pl.DataFrame:
    """Accounts by propensity, the likeliest first, with what is open at each: documented score, open opportunities, next action.

    ``least_confidence`` leaves out accounts whose class is less sure; where OneLead abstains no confidence exists and nothing is left
    out by it. ``word`` says the confidence in a word (Strong, Fair, Weak). ``levels`` of High, Medium, Low narrow the classes.
    """
    accounts = view.frame("accounts").filter(pl.col("level") == "account")
    accounts = accounts.select("account_id", "account_name", "territory_id", "region", "country")
    scores = view.frame("scores").select(
        "account_id",
        "predicted_propensity",
        "prediction_confidence",
        "probability",
        "probability_low",
        "probability_high",
        "composite_score",
        "opportunity_propensity_score",
        "label_source",
    )
    frame = accounts.join(scores, on="account_id", how="inner").with_columns(word=_word(pl.col("prediction_confidence")))
    sure = pl.col("prediction_confidence").is_null() | (pl.col("prediction_confidence") >= least_confidence)
    frame = frame.filter(sure)
    if levels:
        frame = frame.filter(pl.col("predicted_propensity").is_in(list(levels)))
    order = ["composite_score", "opportunity_propensity_score", "account_id"]
    ranked = frame.sort(order, descending=[True, True, False], nulls_last=True).with_row_index("rank", offset=1)
    ranked = ranked if limit is None else ranked.head(limit)
    return ranked.join(_open_by_account(view, parts), on="account_id", how="left", maintain_order="left").join(
        _next_actions(view, parts), on="account_id", how="left", maintain_order="left"
    )


def _word(confidence: pl.Expr) -> pl.Expr:
    return (
        pl.when(confidence >= STRONG_FROM)
        .then(pl.lit("Strong"))
        .when(confidence >= FAIR_FROM)
        .then(pl.lit("Fair"))
        .when(confidence.is_not_null())
        .then(pl.lit("Weak"))
    )


def _open_by_account(view: View, parts: Parts) -> pl.DataFrame:
    still = deals(view, parts).filter((pl.col("state") == OPEN) & pl.col("account_id").is_not_null())
    return still.group_by("account_id").agg(pl.len().cast(pl.Int64).alias("opportunities"), known_sum("value").alias("open_value"))


def _next_actions(view: View, parts: Parts) -> pl.DataFrame:
    columns = ("account_id", "title", "due_date", "expected_value", "estimated")
    waiting = listed(view, parts, columns).filter(pl.col("account_id").is_not_null())
    return waiting.group_by("account_id", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("actions"),
        pl.col("title").first().alias("next_action"),
        pl.col("action_id").first().alias("next_action_id"),
        pl.col("due_date").first().alias("next_due"),
        known_sum("expected_value").alias("expected_value"),
        pl.col("estimated").any().alias("estimated"),
    )


def known_sum(name: str) -> pl.Expr:
    """The sum of what is known; null, not zero, where nothing is."""
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum())


def stages(view: View, parts: Parts) -> pl.DataFrame:
    """Open deals by stage in the settings' order.

    Columns: stage, deals, value, valued (how many state one), age_days (median since creation), in_stage_days (median, of the deals whose list
    or history tells it), moved (how many those are), overdue.
    """
    since = stage_since(view, parts).select("opportunity_id", in_stage_days="days").unique("opportunity_id")
    still = deals(view, parts).filter(pl.col("state") == OPEN).join(since, on="opportunity_id", how="left", maintain_order="left")
    return (
        still.group_by("stage")
        .agg(
            pl.col("stage_rank").min(),
            pl.len().cast(pl.Int64).alias("deals"),
            known_sum("value").alias("value"),
            pl.col("value").count().cast(pl.Int64).alias("valued"),
            pl.col("age_days").median(),
            pl.col("in_stage_days").median(),
            pl.col("in_stage_days").count().cast(pl.Int64).alias("moved"),
            (pl.col("days_to_close") < 0).sum().cast(pl.Int64).alias("overdue"),
        )
        .sort(pl.col("stage").is_null(), "stage_rank", -pl.col("age_days"), "stage", nulls_last=True)
        .drop("stage_rank")
    )


def owner_board(view: View, parts: Parts) -> pl.DataFrame:
    """Owners of deals: open, open_value, overdue, won, won_value, lost, closed, win_rate, average_won; the most won first, then open."""
    frame = deals(view, parts).filter(pl.col("owner_name").is_not_null())
    still, won, lost = (pl.col("state") == state for state in (OPEN, WON, LOST))
    value = pl.col("value")

    def total(hit: pl.Expr) -> pl.Expr:
        return pl.when(value.filter(hit).count() > 0).then(value.filter(hit).sum())

    board = frame.group_by("owner_name").agg(
        still.sum().cast(pl.Int64).alias("open"),
        total(still).alias("open_value"),
        (still & (pl.col("days_to_close") < 0)).sum().cast(pl.Int64).alias("overdue"),
        won.sum().cast(pl.Int64).alias("won"),
        total(won).alias("won_value"),
        lost.sum().cast(pl.Int64).alias("lost"),
        value.filter(won).mean().alias("average_won"),
    )
    closed = pl.col("won") + pl.col("lost")
    return board.with_columns(closed=closed, win_rate=pl.when(closed > 0).then(pl.col("won") / closed)).sort(
        ["won_value", "open_value", "open", "owner_name"], descending=[True, True, True, False], nulls_last=True
    )
