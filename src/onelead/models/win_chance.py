"""Win chance: how likely is it that an open deal is won?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.models._base import Model, ModelInput, ModelOutput

if TYPE_CHECKING:
    from onelead.models._base import PredictionScorer
    from onelead.models.deals.chance import Question


def _question() -> Question:
    from onelead.models.deals.chance import Question

    return Question(
        "win_chance",
        "Will this open deal be won, whenever it closes?",
        target=lambda _: pl.col("won"),
        rates={"stage": ("stage",), "amount_and_stage": ("stage", "amount")},
        in_same="that stood in the same stage",
        overall=lambda ends: float(ends["won"].mean() or 0.0),  # type: ignore[arg-type]  # a column of truth values
    )


def fit_win_chance(data: ModelInput) -> ModelOutput | None:
    """Chances of all open deals; None where the base has no closed deal to learn from. Nothing heavy is imported then."""
    if data.opportunities["is_won"].count() == 0 and data.frame("opportunity_history")["is_won"].count() == 0:
        return None
    from onelead.models.deals.chance import answer

    return answer(_question(), data)


def load_win_chance(artefact: bytes) -> PredictionScorer:
    """The fitted model in ``artefact``. Raises UsageError."""
    from onelead.models.deals.chance import load

    return load(_question(), artefact)


MODEL = Model(
    id="win_chance",
    label="Win chance",
    doc="How likely it is that an open deal is won, learned from how past deals stood on earlier days (stage and time in it, pushes, amount, close "
    "date, activity, the owner's and the account's record) and how they ended. With too few of them, or where they tell nothing, the share "
    "of past deals in the same stage; and it says so.",
    fit=fit_win_chance,
    load=load_win_chance,
    tables=("opportunities",),
)
