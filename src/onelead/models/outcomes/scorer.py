"""The fitted outcome model: one calibrated model, and how far the true chance may lie from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from onelead.models._scores import scored
from onelead.models.learning import boosting, logistic
from onelead.models.learning.logistic import Logistic, sigmoid
from onelead.models.learning.matrix import matrix, one_thread
from onelead.models.learning.spread import Z80, below

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from onelead.models.learning.boosting import Boosted
    from onelead.models.learning.matrix import Floats

PLAIN = ("columns", "high_from", "medium_from", "slope", "shift", "account_sd")


@dataclass(frozen=True)
class OutcomeScorer:
    """``model`` with its calibration, and what its uncertainty rests on (see _spread): ``redraws`` (they share a basis) and ``account_sd``."""

    columns: list[str]
    high_from: float
    medium_from: float
    model: Logistic | Boosted
    slope: float
    shift: float
    redraws: Sequence[Logistic]
    account_sd: float

    def margins(self, values: Floats) -> tuple[Floats, Floats]:
        """Calibrated log-odds of each row, and the standard deviation of where the true ones may lie."""
        margin = self.slope * self.model.margin(values) + self.shift
        betas = np.column_stack([redraw.beta for redraw in self.redraws])
        redrawn = self.redraws[0].basis.design(values) @ betas
        return margin, np.hypot(redrawn.std(axis=1, ddof=1), self.account_sd)

    def score(self, features: pl.DataFrame, documented: pl.DataFrame) -> pl.DataFrame:
        """Probability, its 80 % interval and the class; class shares are what a normal distribution of the log-odds puts there."""
        with one_thread():
            margin, sd = self.margins(matrix(features, self.columns))
        point = sigmoid(margin)
        low_below = min(self.medium_from, self.high_from)
        shares = {"High": 1.0 - below(self.high_from, margin, sd), "Low": below(low_below, margin, sd)}
        shares["Medium"] = np.clip(1.0 - shares["High"] - shares["Low"], 0.0, 1.0)
        named = np.where(point >= self.high_from, "High", np.where(point < low_below, "Low", "Medium"))
        columns = {
            "predicted_propensity": named.tolist(),
            "prediction_confidence": np.select([named == name for name in shares], list(shares.values())),
            "prob_high": shares["High"],
            "prob_medium": shares["Medium"],
            "prob_low": shares["Low"],
            "probability": point,
            "probability_low": sigmoid(margin - Z80 * sd),
            "probability_high": sigmoid(margin + Z80 * sd),
            "composite_score": point,
        }
        return scored(features["account_id"], columns, documented, "outcomes")

    def contributions(self, values: Floats) -> tuple[Floats, float]:
        """Rows × features pushes on the calibrated log-odds, and the baseline; they sum to the log-odds of the probability."""
        pushes, baseline = self.model.contributions(values)
        return self.slope * pushes, self.slope * baseline + self.shift

    def dump(self) -> dict[str, object]:
        """Everything, as JSON values."""
        kind = "logistic" if isinstance(self.model, Logistic) else "boosted"
        redraws = [redraw.dump() for redraw in self.redraws]
        return {"kind": kind, "model": self.model.dump(), "redraws": redraws, **{name: getattr(self, name) for name in PLAIN}}


def restore(content: Mapping[str, Any]) -> OutcomeScorer:
    """A scorer from ``OutcomeScorer.dump``."""
    model = logistic.restore(content["model"]) if content["kind"] == "logistic" else boosting.restore(content["model"], 1)
    redraws = [logistic.restore(redraw) for redraw in content["redraws"]]
    return OutcomeScorer(model=model, redraws=redraws, **{name: content[name] for name in PLAIN})
