"""The fitted outcome model: one calibrated model and its redraws on resampled accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from onelead.models import _boosting, _logistic
from onelead.models._logistic import Logistic, sigmoid
from onelead.models._matrix import matrix, one_thread
from onelead.models._scores import scored

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from onelead.models._boosting import Boosted
    from onelead.models._matrix import Floats

INTERVAL = (0.1, 0.9)


@dataclass(frozen=True)
class OutcomeScorer:
    """``members``: the model first, then its redraws; ``slopes`` and ``shifts``: their calibration. All plain numbers."""

    columns: list[str]
    high_from: float
    medium_from: float
    members: Sequence[Logistic | Boosted]
    slopes: list[float]
    shifts: list[float]

    def chances(self, values: Floats) -> Floats:
        """Members × rows: the calibrated chance by each member."""
        first = self.members[0]
        if isinstance(first, Logistic):
            # All redraws share the basis, so the columns are built once.
            margins = np.column_stack([member.beta for member in self.members]).T @ first.basis.design(values).T  # type: ignore[union-attr]
        else:
            margins = np.vstack([member.margin(values) for member in self.members])
        return sigmoid(np.array(self.slopes)[:, None] * margins + np.array(self.shifts)[:, None])

    def score(self, features: pl.DataFrame, documented: pl.DataFrame) -> pl.DataFrame:
        """Probability, its 80 % interval and the class; class shares are the shares of members that put the account there."""
        with one_thread():
            chances = self.chances(matrix(features, self.columns))
        point = chances[0]
        # The plain sample quantile of so few draws is too narrow on average; Weibull's position (n + 1) is not.
        low, high = np.quantile(chances, INTERVAL, axis=0, method="weibull")
        is_high = chances >= self.high_from
        is_low = chances < min(self.medium_from, self.high_from)
        shares = {"High": is_high.mean(axis=0), "Low": is_low.mean(axis=0)}
        shares["Medium"] = np.clip(1.0 - shares["High"] - shares["Low"], 0.0, 1.0)
        named = np.where(is_high[0], "High", np.where(is_low[0], "Low", "Medium"))
        columns = {
            "predicted_propensity": named.tolist(),
            "prediction_confidence": np.select([named == name for name in shares], list(shares.values())),
            "prob_high": shares["High"],
            "prob_medium": shares["Medium"],
            "prob_low": shares["Low"],
            "probability": point,
            "probability_low": np.minimum(low, point),
            "probability_high": np.maximum(high, point),
            "composite_score": point,
        }
        return scored(features["account_id"], columns, documented, "outcomes")

    def contributions(self, values: Floats) -> tuple[Floats, float]:
        """Rows × features pushes on the calibrated log-odds, and the baseline; they sum to the log-odds of the probability."""
        pushes, baseline = self.members[0].contributions(values)
        return self.slopes[0] * pushes, self.slopes[0] * baseline + self.shifts[0]

    def dump(self) -> dict[str, object]:
        """Everything, as JSON values."""
        kind = "logistic" if isinstance(self.members[0], Logistic) else "boosted"
        plain = {name: getattr(self, name) for name in ("columns", "high_from", "medium_from", "slopes", "shifts")}
        return {"kind": kind, **plain, "members": [member.dump() for member in self.members]}


def restore(content: Mapping[str, Any]) -> OutcomeScorer:
    """A scorer from ``OutcomeScorer.dump``."""
    members = [
        _logistic.restore(member) if content["kind"] == "logistic" else _boosting.restore(member, 1) for member in content["members"]
    ]
    plain = {name: content[name] for name in ("columns", "high_from", "medium_from", "slopes", "shifts")}
    return OutcomeScorer(members=members, **plain)
