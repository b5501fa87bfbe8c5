"""Why a score is what it is: the contribution of each feature."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class ContributionContract(dy.Schema):
    """One feature's share in the score of one subject: an account, or a deal or contract of it."""

    account_id = dy.String(nullable=True, description="The account, that of the deal for a deal; null where a deal has none.")
    subject_kind = dy.String(nullable=False, description="What is scored: account, contract or opportunity.")
    subject_id = dy.String(nullable=False, description="Its id.")
    model = dy.String(nullable=False, description="Model, such as propensity.")
    feature = dy.String(nullable=False, description="Feature.")
    value = dy.Float64(
        nullable=True, description="Value of the feature for this subject; null is missing or a word, which the note then tells."
    )
    contribution = dy.Float64(nullable=False, description="Push on the score: log-odds for models, score points for the documented score.")
    note = dy.String(nullable=True, description="Remark, such as that the feature is constant and counts 0.")


TABLE = Table(
    id="contributions",
    label="Score contributions",
    doc="Why a score is what it is: the contribution of each feature.",
    contract=ContributionContract,
    key=("model", "subject_kind", "subject_id", "feature"),
    fact=False,
    layer="results",
)
