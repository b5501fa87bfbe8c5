"""The outcome model on the shipped sample, with the features that OneLead itself computes: nothing leaks, and the interval keeps its word."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.models.world import sampled

from onelead.models import propensity

if TYPE_CHECKING:
    from pathlib import Path

FULL = os.environ.get("ONELEAD_SOAK") == "1"
SEEDS = range(1, 13 if FULL else 4)


@pytest.mark.soak
def test_the_interval_covers_what_it_says_and_the_confidence_is_honest(tmp_path: Path) -> None:
    """80 % are promised. Measured over the seeds 1 to 12: 86 %, and what the card says. A single sample lies further off than their mean."""
    covered, confident, right = [], [], []
    for seed in SEEDS:
        found = sampled(tmp_path / str(seed), options={"seed": seed})
        output = propensity(found.data)
        figures: Any = output.card["metrics"]
        assert figures["model"]["auc"]["value"] > figures["baselines"]["recency_only"]["auc"]["value"] + 0.04
        assert figures["log_loss_saved_against"]["recency_only"]["low"] > 0
        scores = output.scores.drop_nulls("probability")
        truth = np.array([found.chance[name] for name in scores["account_id"]])
        covered.append(((scores["probability_low"].to_numpy() <= truth) & (truth <= scores["probability_high"].to_numpy())).mean())
        named = np.where(truth >= 0.5, "High", np.where(truth >= 0.2, "Medium", "Low"))
        right.append((named == scores["predicted_propensity"].to_numpy()).mean())
        confident.append(scores["prediction_confidence"].mean())
    assert 0.70 < np.mean(covered) < 0.92
    assert abs(np.mean(confident) - np.mean(right)) < 0.07


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 9 if FULL else 3))
def test_a_renewal_that_overwrites_the_start_of_support_is_no_signal(tmp_path: Path, seed: int) -> None:
    """Starts at random, and support that starts anew with the last won project: past dates told from that start would know the answer
    (AUC 0.87 to 0.90 when they did)."""
    output = propensity(sampled(tmp_path / "s", renewed=True, options={"seed": seed, "no_signal": True}).data)
    assert output.card["signal"] is False
    why: Any = output.card["why_not_higher"]
    assert why[0]["metrics"]["model"]["auc"]["value"] < 0.6
