"""Score frames in the contract of the scores table, and the shape of contributions. Imports no machine learning: abstaining uses it too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

NOT_TOLD = "the score does not tell the accounts apart"
"""Said wherever all accounts have the same score."""

SCHEMA = pl.Schema(
    {
        "account_id": pl.String,
        "predicted_propensity": pl.String,
        "prediction_confidence": pl.Float64,
        "prob_high": pl.Float64,
        "prob_medium": pl.Float64,
        "prob_low": pl.Float64,
        "probability": pl.Float64,
        "probability_low": pl.Float64,
        "probability_high": pl.Float64,
        "composite_score": pl.Float64,
        "opportunity_propensity_score": pl.Float64,
        "label_source": pl.String,
    }
)

CONTRIBUTION_SCHEMA = pl.Schema(
    {
        "account_id": pl.String,
        "subject_kind": pl.String,
        "subject_id": pl.String,
        "model": pl.String,
        "feature": pl.String,
        "value": pl.Float64,
        "contribution": pl.Float64,
        "note": pl.String,
    }
)


PREDICTION_SCHEMA = pl.Schema(
    {
        "model": pl.String,
        "subject_kind": pl.String,
        "subject_id": pl.String,
        "horizon_days": pl.Int64,
        "account_id": pl.String,
        "probability": pl.Float64,
        "probability_low": pl.Float64,
        "probability_high": pl.Float64,
        "value": pl.Float64,
        "value_low": pl.Float64,
        "value_high": pl.Float64,
        "basis": pl.String,
        "label_source": pl.String,
    }
)


def as_predictions(rows: pl.DataFrame) -> pl.DataFrame:
    """``rows`` in the columns of the table predictions; those they lack are null, the time ahead 0."""
    lacking = {name: kind for name, kind in PREDICTION_SCHEMA.items() if name not in rows.columns}
    filled = rows.with_columns(pl.lit(0 if name == "horizon_days" else None, kind).alias(name) for name, kind in lacking.items())
    return filled.select(PREDICTION_SCHEMA.names()).cast(PREDICTION_SCHEMA)


def no_predictions() -> pl.DataFrame:
    """The table predictions without rows."""
    return pl.DataFrame(schema=PREDICTION_SCHEMA)


def of_accounts(contributions: pl.DataFrame) -> pl.DataFrame:
    """``contributions`` whose subjects are their accounts, in the columns of the table."""
    named = contributions.with_columns(pl.lit("account").alias("subject_kind"), pl.col("account_id").alias("subject_id"))
    return named.select(CONTRIBUTION_SCHEMA.names()).cast(CONTRIBUTION_SCHEMA)


def thirds(score: str) -> pl.Expr:
    """High, Medium or Low: top, middle and bottom third by ``score``; equal scores get equal classes, missing ones come last.

    With n accounts the first n // 3 places are High and the next up to 2n // 3 Medium, as the solution document cuts them. A block of equal
    scores (to nine digits) gets the class of its middle place; where all are equal, none is better than another, and all are Low.
    """
    fair = pl.col(score).round(9).fill_null(float("-inf"))
    place = (-fair).rank("average")
    return (
        pl.when(fair.n_unique() <= 1)
        .then(pl.lit("Low"))
        .when(place <= pl.len() // 3)
        .then(pl.lit("High"))
        .when(place <= 2 * pl.len() // 3)
        .then(pl.lit("Medium"))
        .otherwise(pl.lit("Low"))
    )


def tells_apart(scores: pl.Series) -> bool:
    """Whether any two accounts differ in their score."""
    return scores.round(9).n_unique() > 1


def abstained(documented: pl.DataFrame) -> pl.DataFrame:
    """Every account in ``documented`` with the third of its documented score, without probabilities."""
    rows = documented.select(
        "account_id",
        thirds("opportunity_propensity_score").alias("predicted_propensity"),
        "opportunity_propensity_score",
        pl.lit("none").alias("label_source"),
    )
    return _complete(rows)


def scored(accounts: pl.Series, columns: Mapping[str, object], documented: pl.DataFrame, label_source: str) -> pl.DataFrame:
    """Scores of ``accounts`` from ``columns`` (name → values in their order); the other accounts in ``documented`` are abstained."""
    known = pl.DataFrame({"account_id": accounts, **columns}).with_columns(pl.lit(label_source).alias("label_source"))
    known = known.join(documented.select("account_id", "opportunity_propensity_score"), on="account_id", how="inner")
    rest = abstained(documented).join(known.select("account_id"), on="account_id", how="anti")
    return pl.concat([_complete(known), rest]).sort("account_id")


def _complete(rows: pl.DataFrame) -> pl.DataFrame:
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in SCHEMA.items() if name not in rows.columns]
    return rows.with_columns(missing).select(SCHEMA.names()).cast(SCHEMA).sort("account_id")
