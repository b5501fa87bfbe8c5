"""Layer 3: models, one file each. Heavy libraries are imported inside the step that needs them."""

from __future__ import annotations

from onelead.core.registry import discover
from onelead.models._base import InUse, Model, ModelInput, ModelOutput, Scorer
from onelead.models._card import cards_frame
from onelead.models._scores import no_predictions
from onelead.models.churn.features import FEATURES as ACCOUNT_FEATURES
from onelead.models.deals.identifiers import identifies
from onelead.models.deals.words import deal_label

# Loaded here, before the function of the same name is defined: loading it later would put the module in the function's place.
from onelead.models.propensity import fit_propensity

__all__ = [
    "ACCOUNT_FEATURES",
    "InUse",
    "Model",
    "ModelInput",
    "ModelOutput",
    "Scorer",
    "cards_frame",
    "deal_label",
    "identifies",
    "models",
    "no_predictions",
    "propensity",
]


def models() -> dict[str, Model]:
    """All models by id."""
    return discover("onelead.models", "MODEL", Model)


def propensity(data: ModelInput) -> ModelOutput:
    """Fit the propensity model and score every account."""
    return fit_propensity(data)
