"""Lifetime value: what an account will bring in the next years, by the contracts that survive or by what it goes on buying."""

from __future__ import annotations

from onelead.models._base import Model, ModelInput, ModelOutput
from onelead.models.churn.question import Fitted, Question, load

QUESTION = Question("lifetime_value", "What will each account bring in the next years, discounted?", "account")


def fit_lifetime(data: ModelInput) -> ModelOutput | None:
    """By contracts where one runs, else by purchases; None where there are neither."""
    from onelead.models.churn.worth import lifetime

    return lifetime(QUESTION, data)


def load_lifetime(artefact: bytes) -> Fitted:
    """The fitted model in ``artefact``. Raises UsageError for bytes that are none."""
    return load(QUESTION, artefact)


MODEL = Model(
    id="lifetime_value",
    label="Lifetime value",
    doc="What each account will bring in the next years (three, a setting), discounted, with the interval that eight of ten fall into. Where contracts run it is "
    "their yearly value times the chance that they still run; where an account only buys, how often and for how much it will buy again. Each says which. Contracts "
    "need 20 that ended, purchases 100 buyers of whom 30 bought again in 12 weeks or more; below that it abstains.",
    fit=fit_lifetime,
    load=load_lifetime,
)
