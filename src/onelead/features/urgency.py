"""Urgency: contracts that end soon, and the score that joins them with the life cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.core.units import Unit
from onelead.features._family import Feature, FeatureFamily
from onelead.features._shapes import known_sum

if TYPE_CHECKING:
    from onelead.core.context import Context


def _derive(context: Context) -> list[list[pl.Expr]]:
    soon = pl.col("days_to_contract_end") < context.settings.features.contract_days
    lapsed = pl.col("days_to_contract_end").is_null() & (known_sum("_support_ends", "_credit_ends") > 0)
    lifecycle = pl.max_horizontal("eol_urgency_score", "eos_urgency_score")
    return [
        [pl.min_horizontal("_support_days", "_credit_days").alias("days_to_contract_end")],
        [pl.when(lapsed).then(pl.lit(value=False)).otherwise(soon).alias("contract_renewal_urgency")],
        [(lifecycle + pl.col("contract_renewal_urgency").cast(pl.Int64).fill_null(0)).alias("urgency_score")],
    ]


FEATURES = FeatureFamily(
    id="urgency",
    label="Urgency",
    features=(
        Feature(
            "urgency_score",
            "Urgency",
            Unit.SCORE,
            "The larger of eol_urgency_score and eos_urgency_score, plus 1 if contract_renewal_urgency, 1 to 4; "
            "unknown where no product states its life cycle; an unknown contract end adds nothing.",
            dated=False,
            source="Solution document, opportunity propensity features",
        ),
        Feature(
            "contract_renewal_urgency",
            "Contract ends soon",
            Unit.FLAG,
            "Whether the earliest plausible support or credit contract end that is still to come is fewer than 90 days away (a setting).",
            dated=False,
            source="Solution document, service utilization features",
        ),
        Feature(
            "days_to_contract_end",
            "Days to the next contract end",
            Unit.DAYS,
            "Days from the as-of date to the earliest plausible support or credit contract end that is still to come.",
            dated=False,
        ),
    ),
    derive=_derive,
)
