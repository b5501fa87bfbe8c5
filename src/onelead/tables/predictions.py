"""What models predict of accounts, contracts and deals, beside the propensity."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table

SUBJECT_KINDS = ("account", "contract", "opportunity")
LABEL_SOURCES = ("outcomes", "rates", "none")


class PredictionContract(dy.Schema):
    """One model's answer for one subject (and one time ahead, where it is asked for several)."""

    model = dy.String(nullable=False, primary_key=True, description="Model, such as win_chance.")
    subject_kind = dy.String(
        nullable=False,
        primary_key=True,
        check=lambda col: col.is_in(list(SUBJECT_KINDS)),
        description="What is scored: account, contract or opportunity.",
    )
    subject_id = dy.String(nullable=False, primary_key=True, description="Its id.")
    horizon_days = dy.Int64(
        nullable=False,
        primary_key=True,
        min=0,
        description="How far ahead the answer looks; 0: no fixed time (the outcome of a deal, the end of a contract's term).",
        metadata={"unit": "days"},
    )
    account_id = dy.String(nullable=True, description="The account, that of the deal for a deal; null where a deal has none.")
    probability = dy.Float64(nullable=True, min=0, max=1, description="The chance that the model asks for; null when it abstains.")
    probability_low = dy.Float64(nullable=True, min=0, max=1, description="Lower end of its 80 % interval, where the model gives one.")
    probability_high = dy.Float64(nullable=True, min=0, max=1, description="Upper end of its 80 % interval, where the model gives one.")
    value = dy.Float64(
        nullable=True,
        description="Money, where the model tells of any: what is at stake (churn and renewal), or what is expected (lifetime value).",
        metadata={"unit": "money"},
    )
    value_low = dy.Float64(nullable=True, description="Lower end of the 80 % interval of what is expected.", metadata={"unit": "money"})
    value_high = dy.Float64(nullable=True, description="Upper end of the 80 % interval of what is expected.", metadata={"unit": "money"})
    basis = dy.String(nullable=True, description="What it rests on where a model has several ways: dates, flag, contracts or purchases.")
    label_source = dy.String(
        nullable=False,
        check=lambda col: col.is_in(list(LABEL_SOURCES)),
        description="outcomes (learned), rates (the share of past ones in the same state) or none.",
    )


TABLE = Table(
    id="predictions",
    label="Predictions",
    doc="What models predict of accounts, contracts and deals, beside the propensity: one row a model, subject and time ahead.",
    contract=PredictionContract,
    key=("model", "subject_kind", "subject_id", "horizon_days"),
    fact=False,
    layer="results",
)
