"""Slip chance: how likely is it that an open deal is not closed by the close date that it states today?

The question is put to a deal on a day on which it states a close date that has not passed: will it still be open at the end of that close
date? Whether it is won, lost or open for ever afterwards does not matter; a deal that closes on that date or before, won or lost, has not
slipped. The date that counts is the one stated on that day, whatever it was moved to later. A deal whose stated date has passed has slipped
already, and one without a date cannot slip: both get no chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.models._base import Model, ModelInput, ModelOutput

if TYPE_CHECKING:
    from datetime import date

    from onelead.models._base import PredictionScorer
    from onelead.models.deals.chance import Question


def _question() -> Question:
    from onelead.models.deals.chance import Question

    return Question(
        "slip_chance",
        "Will this open deal still be open after the close date that it states today?",
        target=_slipped,
        rates={"stage": ("stage",), "stage_and_pushes": ("stage", "pushes")},
        in_same="that stood in the same stage",
        asked=lambda: pl.col("days_to_close") >= 0,
        unasked="It is asked of deals whose stated close date is still ahead: a deal past it has slipped already.",
    )


def _slipped(as_of: date) -> pl.Expr:
    """Still open at the end of the stated date; null for a deal that is open and whose date lies ahead of ``as_of``."""
    stated = pl.col("day") + pl.duration(days=pl.col("days_to_close"))
    return pl.when(pl.col("closed").is_not_null()).then(pl.col("closed") > stated).when(stated < as_of).then(pl.lit(value=True))


def fit_slip_chance(data: ModelInput) -> ModelOutput | None:
    """Slip chances of all open deals; None where none was ever closed or no open one states a close date. Nothing heavy is imported then."""
    opened = data.opportunities.filter(pl.col("is_won").is_null())
    if "close_date" not in opened.columns or opened["close_date"].count() == 0:
        return None
    if data.opportunities["is_won"].count() == 0 and data.frame("opportunity_history")["is_won"].count() == 0:
        return None
    from onelead.models.deals.chance import answer

    return answer(_question(), data)


def load_slip_chance(artefact: bytes) -> PredictionScorer:
    """The fitted model in ``artefact``. Raises UsageError."""
    from onelead.models.deals.chance import load

    return load(_question(), artefact)


MODEL = Model(
    id="slip_chance",
    label="Slip chance",
    doc="How likely it is that an open deal is not closed by the close date that it states today, learned from how past deals stood on earlier "
    "days and whether they were still open when the date stated then had passed. With too few of them, or where they tell nothing, the share "
    "of past deals in the same stage; and it says so.",
    fit=fit_slip_chance,
    load=load_slip_chance,
    tables=("opportunities",),
)
