"""Propensity by account."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table

LABEL_SOURCES = ("outcomes", "rules", "none")


class ScoreContract(dy.Schema):
    """One account's propensity. Probabilities are null when OneLead abstains."""

    account_id = dy.String(nullable=False, primary_key=True, description="The account.")
    predicted_propensity = dy.String(
        nullable=False, check=lambda col: col.is_in(["High", "Medium", "Low"]), description="High, Medium or Low."
    )
    prediction_confidence = dy.Float64(nullable=True, min=0, max=1, description="How sure the class is; null when abstaining.")
    prob_high = dy.Float64(nullable=True, min=0, max=1, description="P(High).")
    prob_medium = dy.Float64(nullable=True, min=0, max=1, description="P(Medium).")
    prob_low = dy.Float64(nullable=True, min=0, max=1, description="P(Low).")
    probability = dy.Float64(
        nullable=True, min=0, max=1, description="Outcome model only: calibrated chance of a won start within the horizon."
    )
    probability_low = dy.Float64(nullable=True, min=0, max=1, description="Lower end of its 80 % interval.")
    probability_high = dy.Float64(nullable=True, min=0, max=1, description="Upper end of its 80 % interval.")
    composite_score = dy.Float64(nullable=True, min=0, description="What predictions are ranked by; null when abstaining.")
    opportunity_propensity_score = dy.Float64(nullable=False, min=0, max=1, description="The documented weighted score, 0 to 1.")
    label_source = dy.String(nullable=False, check=lambda col: col.is_in(list(LABEL_SOURCES)), description="outcomes, rules or none.")


TABLE = Table(
    id="scores",
    label="Propensity scores",
    doc="Propensity by account.",
    contract=ScoreContract,
    key=("account_id",),
    fact=False,
    layer="results",
)
