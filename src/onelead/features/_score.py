"""The documented opportunity propensity score, and what each of its parts adds."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

MODEL = "documented_score"
SCORE = "opportunity_propensity_score"
SAME = 1e-12
"""A span this small is rounding, and dividing by it could overflow: the input counts as the same for every account."""
MISSING_DAYS = 999
"""What the document puts for a date that is not known."""


@dataclass(frozen=True)
class Part:
    """One weighted feature of the score; ``fill`` stands for what is not known, and ``how`` says so to the reader."""

    feature: str
    weight: float
    fill: pl.Expr
    how: str


def _parts() -> tuple[Part, ...]:
    contract = pl.col("contract_renewal_urgency").cast(pl.Float64).fill_null(0)
    rfm = pl.col("recency_score").fill_null(1) + pl.col("frequency_score").fill_null(1) + pl.col("monetary_score").fill_null(1)
    zero, days = "not known: filled with 0, as documented", f"dates filled with {MISSING_DAYS} days"
    return (
        Part("urgency_score", 0.30, 1 + contract, f"not known: {days} (lowest urgency), as documented"),
        Part("rfm_score", 0.25, rfm, f"not fully known: {days} (recency 1), amounts with 0 (frequency 1, monetary value 1), as documented"),
        Part("project_success_rate", 0.20, pl.lit(0.0), zero),
        Part("platform_diversity", 0.10, pl.lit(0.0), zero),
        Part("practice_diversity", 0.10, pl.lit(0.0), zero),
        Part("has_active_opportunities", 0.05, pl.lit(0.0), "not known: filled with no, as documented"),
    )


PARTS = _parts()
WEIGHTS = {part.feature: part.weight for part in PARTS}
"""Weights of the six inputs. Source: solution document, opportunity propensity features."""


def documented_score(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The documented score of each account, and the contributions of its six inputs.

    ``frame`` is what ``compute`` gave. Each input is min-max normalised over the accounts and weighted; an input that is the same for
    every account adds 0. What is not known is filled as the document says (0; 999 days for dates), here and nowhere else; notes tell.

    Returns account_id and opportunity_propensity_score (0 to 1), and a frame shaped as the table contributions with
    model "documented_score" whose contributions add up to the score.
    """
    weighted = frame.select("account_id", *(_weighted(part).alias(part.feature) for part in PARTS))
    score = pl.sum_horizontal(*WEIGHTS).clip(0, 1).alias(SCORE)
    parts = [_contributions(frame, weighted, part) for part in PARTS]
    return weighted.select("account_id", score), pl.concat(parts).sort("account_id", maintain_order=True)


def _filled(part: Part) -> pl.Expr:
    value = pl.col(part.feature).cast(pl.Float64)
    return pl.when(value.is_null()).then(part.fill.cast(pl.Float64)).otherwise(value)


def _span(part: Part) -> pl.Expr:
    return _filled(part).max() - _filled(part).min()


def _weighted(part: Part) -> pl.Expr:
    value = _filled(part)
    normalised = pl.when(_span(part) > SAME).then((value - value.min()) / _span(part)).otherwise(0.0)
    return part.weight * normalised


def _contributions(frame: pl.DataFrame, weighted: pl.DataFrame, part: Part) -> pl.DataFrame:
    constant = "the same for every account, so it counts 0"
    missing = pl.col(part.feature).is_null()
    note = (
        pl.when((_span(part) > SAME) & missing)
        .then(pl.lit(part.how))
        .when(missing)
        .then(pl.lit(f"{part.how}; {constant}"))
        .when(_span(part) <= SAME)
        .then(pl.lit(constant))
    )
    out = frame.select(
        "account_id",
        pl.lit("account").alias("subject_kind"),
        pl.col("account_id").alias("subject_id"),
        pl.lit(MODEL).alias("model"),
        pl.lit(part.feature).alias("feature"),
        pl.col(part.feature).cast(pl.Float64).alias("value"),
        note.alias("note"),
    )
    return out.with_columns(weighted[part.feature].alias("contribution")).select(
        "account_id", "subject_kind", "subject_id", "model", "feature", "value", "contribution", "note"
    )
