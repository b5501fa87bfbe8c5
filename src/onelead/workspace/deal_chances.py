"""Use cases: what models say of open deals (won, slipping), how sure, why, and what the open pipeline is worth by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.models import deal_label
from onelead.workspace.deals import OPEN, deals
from onelead.workspace.forecasting import recorded_win_rate
from onelead.workspace.pipeline import known_sum
from onelead.workspace.stored import models_said

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

ASKED = {"win": "win_chance", "slip": "slip_chance"}
"""What is told of a deal, and the model that says it."""
WHY = 3
THOUSAND = 1000.0
REST = "other features"


def chances(view: View, parts: Parts) -> pl.DataFrame:
    """Open deals with what models say of them: the columns of ``deals``, and of win and slip each the chance, _low, _high, _source, _why.

    ``_source`` is outcomes, rates (the share of past deals in the same stage), none, or null where no model spoke. ``_why`` names the
    features that push most, up or down. Chances are those of the published date: on another one there are none. ``weighted`` is the value ×
    the chance to be won, weighted_low and weighted_high by the ends of its interval. The largest weighted values come first.
    """
    frame = deals(view, parts).filter(pl.col("state") == OPEN)
    told = models_said(view, "predictions", *ASKED.values())
    why = _reasons(models_said(view, "contributions", *ASKED.values()))
    for name, model in ASKED.items():
        said = told.filter(pl.col("model") == model).select(
            pl.col("subject_id").alias("opportunity_id"),
            *(pl.col(f"probability{end}").alias(f"{name}{end}") for end in ("", "_low", "_high")),
            pl.col("label_source").alias(f"{name}_source"),
        )
        reason = why.filter(pl.col("model") == model).select(
            pl.col("subject_id").alias("opportunity_id"), pl.col("why").alias(f"{name}_why")
        )
        frame = frame.join(said, on="opportunity_id", how="left", maintain_order="left")
        frame = frame.join(reason, on="opportunity_id", how="left", maintain_order="left")
    worth = [(pl.col("value") * pl.col(f"win{end}")).alias(f"weighted{end}") for end in ("", "_low", "_high")]
    return frame.with_columns(worth).sort(["weighted", "value", "opportunity_id"], descending=[True, True, False], nulls_last=True)


def weighted_pipeline(view: View, parts: Parts) -> dict[str, Any]:
    """What the open pipeline is worth: value, low, high (None: unknown), by (chances or rate), deals (how many it counts), left (how many not).

    By chances: the sum of chance × value over the deals that have both; low and high are the sums of the single ends, so that they are
    wider than the range of the sum. Where no model gives any chance: the open value × the recorded win rate; unknown while that rests on
    too few closed deals.
    """
    frame = chances(view, parts)
    known = frame.filter(pl.col("weighted").is_not_null())
    if known.height:
        sure = known.select(known_sum("weighted"), low=known_sum("weighted_low"), high=known_sum("weighted_high")).row(0, named=True)
        ends = known["weighted_low"].null_count() == 0
        learned = (known["win_source"] == "outcomes").all()
        return {
            "value": sure["weighted"],
            "low": sure["low"] if ends else None,
            "high": sure["high"] if ends else None,
            "by": "chances" if learned else "rates",
            "deals": known.height,
            "left": frame.height - known.height,
        }
    rate, value = recorded_win_rate(view, parts), frame.select(known_sum("value")).item() if frame.height else None
    times = {end: value * rate[key] if value is not None and rate["enough"] else None for end, key in _RATE.items()}
    valued = frame["value"].count()
    return {**times, "by": "rate", "deals": valued, "left": frame.height - valued}


_RATE = {"value": "rate", "low": "low", "high": "high"}


def deal_chance(view: View, parts: Parts, opportunity_id: str) -> dict[str, dict[str, Any]]:
    """Of one open deal, "win" and "slip" where a model spoke: chance, low, high, source, pushes (label, word, push), the strongest first."""
    row = chances(view, parts).filter(pl.col("opportunity_id") == opportunity_id).to_dicts()
    found = {}
    for name, model in ASKED.items():
        if row and row[0][f"{name}_source"] is not None:
            mine = (pl.col("model") == model) & (pl.col("subject_id") == opportunity_id)
            pushes = (
                _named(models_said(view, "contributions", *ASKED.values()).filter(mine))
                .select("feature", "label", "said", "push")
                .to_dicts()
            )
            sayings = {key: row[0][name + end] for key, end in (("chance", ""), ("low", "_low"), ("high", "_high"), ("source", "_source"))}
            found[name] = {**sayings, "pushes": pushes}
    return found


def _named(pushes: pl.DataFrame) -> pl.DataFrame:
    """Contributions with label, what is said of the deal (``said``) and push, the strongest first, the sum of the others last."""
    labels = {name: deal_label(name) for name in pushes["feature"].unique()}
    digits = pl.col("value").round(0).cast(pl.Int64).cast(pl.String)
    whole = digits.str.reverse().str.replace_all(r"(\d{3})", "${1},").str.reverse().str.strip_chars_start(",")
    number = pl.when(pl.col("value") < THOUSAND).then(pl.col("value").round(2).cast(pl.String).str.strip_suffix(".0")).otherwise(whole)
    rest = pl.col("feature") == REST
    said = pl.when(~rest).then(pl.coalesce("note", number, pl.lit("unknown")))
    named = pushes.with_columns(label=pl.col("feature").replace(labels), said=said, push=pl.col("contribution"), rest=rest)
    return named.sort("rest", -pl.col("push").abs(), "feature")


def _reasons(pushes: pl.DataFrame) -> pl.DataFrame:
    """model, subject_id, why: the strongest pushes in words, + for those that raise the chance and − for those that lower it."""
    named = _named(pushes).filter(~pl.col("rest") & (pl.col("push") != 0)).group_by("model", "subject_id", maintain_order=True).head(WHY)
    sign = pl.when(pl.col("push") > 0).then(pl.lit("+ ")).otherwise(pl.lit("− "))
    return named.group_by("model", "subject_id", maintain_order=True).agg(
        (sign + pl.col("label") + pl.lit(": ") + pl.col("said")).str.join(", ").alias("why")
    )
