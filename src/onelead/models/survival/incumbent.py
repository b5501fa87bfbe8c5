"""Whether the model in use gives way: both forecast what happened since it was learned, the new one from what was known then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from onelead.models.learning import measure
from onelead.models.survival.backtest import MIN_HELD, Test, chances, naive_chances, running
from onelead.models.survival.hazard import fit_hazard
from onelead.models.survival.spells import spells

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from onelead.models.survival.hazard import Hazard


@dataclass(frozen=True)
class Before:
    """The model in use, the day that it learned up to, and whether a person put it back."""

    hazard: Hazard
    as_of: date
    pinned: bool = False


@dataclass(frozen=True)
class Verdict:
    """``kept``: the model in use stays. ``figures``: for the card."""

    kept: bool
    reason: str
    figures: dict[str, object]


def judge(frame: pl.DataFrame, covariates: pl.DataFrame, as_of: date, seed: int, before: Before) -> Verdict:
    """Compare on the days since the model in use was learned, which neither has seen.

    A model that is learned anew takes the place of one that knows the same days (its data were loaded again), and of one that forecasts worse. Where too
    little has happened since, nothing shows that the new one is better, and the one in use stays.
    """
    if before.pinned:
        return Verdict(kept=True, reason="a person put it back", figures={})
    if before.as_of >= as_of:
        return Verdict(kept=False, reason="it knew the same days", figures={})
    gap = (as_of - before.as_of).days
    past = spells(frame, before.as_of)
    test = Test(frame, running(past, covariates).with_row_index("row"), before.as_of, gap, as_of)
    challenger = fit_hazard(past, covariates, seed) if test.enough(gap) else None
    if challenger is None:
        reason = f"fewer than {MIN_HELD} ended since it was learned, too few to show that another is better"
        return Verdict(kept=True, reason=reason, figures={})
    real = test.outcomes(gap)
    at, target = real["row"].to_numpy(), real["happened"].to_numpy()
    asked = {name: chances(model, test.rows, (gap,))[gap][at] for name, model in (("new", challenger), ("in_use", before.hazard))}
    losses = {name: float(measure.log_losses(target, chance).mean()) for name, chance in asked.items()}
    naive = float(measure.log_losses(target, naive_chances(past, test.rows, (gap,))[gap][at]).mean())
    kept = losses["in_use"] <= losses["new"]
    figures = {
        "model_of": before.as_of.isoformat(),
        "days_since": gap,
        "ended_since": int(target.sum()),
        "log_loss": {name: round(loss, 5) for name, loss in {**losses, "kaplan_meier": naive}.items()},
        "auc_in_use": round(measure.auc(target, asked["in_use"], np.ones(len(target))), 4),
        "drifted": bool(losses["in_use"] > naive),
    }
    return Verdict(kept, "it forecast what happened since better than one learned anew" if kept else "one learned anew is better", figures)
