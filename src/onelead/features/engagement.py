"""Engagement: recency, frequency and monetary value (RFM), from the aggregates of projects, opportunities and credits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.core.units import Unit
from onelead.features._family import Feature, FeatureFamily
from onelead.features._shapes import known_sum, tercile

if TYPE_CHECKING:
    from onelead.core.context import Context

DOCUMENT = "Solution document, customer engagement features"


def _derive(context: Context) -> list[list[pl.Expr]]:
    limits = context.settings.features
    last = pl.min_horizontal("days_since_start", "_opportunity_age")
    recency = pl.when(last < limits.recent_days).then(3).when(last < limits.engaged_days).then(2).when(last.is_not_null()).then(1)
    return [
        [
            recency.alias("recency_score"),
            (last < limits.engaged_days).alias("recent_engagement"),
            tercile(known_sum("total_projects", "_opportunities")).alias("frequency_score"),
            tercile(known_sum("project_value", "_credit_spend")).alias("monetary_score"),
        ],
        [(pl.col("recency_score") + pl.col("frequency_score") + pl.col("monetary_score")).alias("rfm_score")],
    ]


FEATURES = FeatureFamily(
    id="engagement",
    label="Engagement",
    features=(
        Feature(
            "rfm_score",
            "RFM score",
            Unit.SCORE,
            "recency_score + frequency_score + monetary_score, 3 to 9; unknown where one of them is.",
            dated=True,
            source=DOCUMENT,
        ),
        Feature(
            "recency_score",
            "Recency",
            Unit.SCORE,
            "3 if the last engagement (a project's start or an opportunity's creation) is fewer than 30 days ago, 2 below 90, else 1; thresholds are settings.",
            dated=True,
            source=DOCUMENT,
        ),
        Feature(
            "frequency_score",
            "Frequency",
            Unit.SCORE,
            "Tercile (1 to 3) over the accounts of the number of interactions, which are projects and opportunities; "
            "for a past date only those that carry a date.",
            dated=True,
            source=DOCUMENT,
        ),
        Feature(
            "monetary_score",
            "Monetary value",
            Unit.SCORE,
            "Tercile (1 to 3) over the accounts of project_value plus purchased credits at their price (both estimates); "
            "for a past date from projects that had ended alone, because credits carry no start.",
            dated=True,
            source=DOCUMENT,
        ),
        Feature(
            "recent_engagement",
            "Engaged recently",
            Unit.FLAG,
            "Whether the last engagement is fewer than 90 days ago (a setting).",
            dated=True,
            source="Solution document, model architecture",
        ),
    ),
    derive=_derive,
)
