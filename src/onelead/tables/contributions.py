"""Why a score is what it is: the contribution of each feature."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class ContributionContract(dy.Schema):
    """One feature's share in one account's score."""

    account_id = dy.String(nullable=False, description="The account.")
    model = dy.String(nullable=False, description="Model, such as propensity.")
    feature = dy.String(nullable=False, description="Feature.")
    value = dy.Float64(nullable=True, description="Value of the feature for this account; null is missing.")
    contribution = dy.Float64(nullable=False, description="Push on the score: log-odds for models, score points for the documented score.")
    note = dy.String(nullable=True, description="Remark, such as that the feature is constant and counts 0.")


TABLE = Table(
    id="contributions",
    label="Score contributions",
    doc="Why a score is what it is: the contribution of each feature.",
    contract=ContributionContract,
    key=("account_id", "model", "feature"),
    fact=False,
    layer="results",
)
