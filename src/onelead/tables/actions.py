"""Recommended actions, ranked, as the rules propose them (what people did with them is an operational record)."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class ActionContract(dy.Schema):
    """One recommendation. Lists and mappings are JSON text."""

    action_id = dy.String(nullable=False, primary_key=True, description="Stable hash of account, type and subject: survives loads.")
    rank = dy.Int64(nullable=False, min=1, description="Place in the overall list, from 1.")
    account_rank = dy.Int64(nullable=False, min=1, description="Place within the account, from 1.")
    account_id = dy.String(nullable=True, description="The account; null for an action on the workspace itself.")
    account_name = dy.String(nullable=True, description="Its name.")
    type = dy.String(nullable=False, description="Type, such as critical_renewal.")
    priority = dy.Int64(nullable=False, min=0, max=10, description="1 (routine) to 10 (at once).")
    subject = dy.String(nullable=False, description="What it is about, such as a product category; part of the key.")
    title = dy.String(nullable=False, description="One line.")
    why = dy.String(nullable=False, description="The evidence in one sentence.")
    urgency = dy.String(
        nullable=False, check=lambda col: col.is_in(["Critical", "High", "Medium", "Low"]), description="Critical, High, Medium or Low."
    )
    timeline = dy.String(nullable=False, description="By when, in words.")
    due_date = dy.Date(nullable=False, description="By when.")
    chance = dy.Float64(nullable=True, min=0, max=1, description="Chance that it succeeds.")
    value = dy.Float64(nullable=True, min=0, description="What it is worth if it succeeds; null is unknown.", metadata={"unit": "money"})
    expected_value = dy.Float64(nullable=True, min=0, description="chance × value.", metadata={"unit": "money"})
    expected_value_low = dy.Float64(nullable=True, min=0, description="Lower end of its range.", metadata={"unit": "money"})
    expected_value_high = dy.Float64(nullable=True, min=0, description="Upper end of its range.", metadata={"unit": "money"})
    revenue_at_risk = dy.Float64(nullable=True, min=0, description="Revenue that is lost if nothing is done.", metadata={"unit": "money"})
    estimated = dy.Bool(nullable=False, description="Whether a value or chance rests on an estimate.")
    confidence = dy.String(nullable=False, check=lambda col: col.is_in(["High", "Medium", "Low"]), description="How sure the evidence is.")
    evidence_table = dy.String(nullable=True, description="Table that the evidence rows are in.")
    evidence_count = dy.Int64(nullable=False, min=0, description="How many rows.")
    evidence_keys = dy.String(nullable=False, description="JSON list of the keys of the first of them.")
    evidence_where = dy.String(nullable=True, description="JSON object column → value that, with the account, finds the rows again.")
    next_steps = dy.String(nullable=False, description="JSON list of sentences.")
    opportunity_areas = dy.String(nullable=False, description="JSON list.")
    risk_flags = dy.String(nullable=False, description="JSON list.")
    services = dy.String(nullable=False, description="JSON list of services of the catalogue that fit.")
    template = dy.String(nullable=False, description="Template of the opener.")
    parameters = dy.String(nullable=False, description="JSON object that fills the template.")


TABLE = Table(
    id="actions",
    label="Actions",
    doc="Recommended actions, ranked.",
    contract=ActionContract,
    key=("action_id",),
    fact=False,
    layer="results",
)
