"""What each model learned from, and how good it is."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class ModelCardContract(dy.Schema):
    """One model's card; ``card`` holds everything as a JSON object."""

    model = dy.String(nullable=False, primary_key=True, description="Model, such as propensity.")
    label_source = dy.String(nullable=False, description="outcomes, rules or none.")
    as_of = dy.Date(nullable=False, description="Date that it was made for.")
    base_id = dy.String(nullable=False, description="Base layer that it learned from.")
    summary = dy.String(nullable=False, description="In one or two sentences, for people.")
    card = dy.String(nullable=False, description="The whole card as a JSON object.")


TABLE = Table(
    id="model_cards",
    label="Model cards",
    doc="What each model learned from, and how good it is.",
    contract=ModelCardContract,
    key=("model",),
    fact=False,
    layer="results",
)
