"""Measures by hand and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onelead.models.learning import measure as measures

TARGET = np.array([0.0, 0, 1, 1])
CHANCE = np.array([0.1, 0.4, 0.4, 0.8])
ONE = np.ones(4)


def test_by_hand() -> None:
    """AUC: of 4 pairs 3 are right and 1 is a tie: 3.5 / 4. Brier: (0.01 + 0.16 + 0.36 + 0.04) / 4 = 0.1425."""
    found = measures.measure(TARGET, CHANCE, ONE, np.array([0, 0, 1, 1]))
    assert found["auc"] == 0.875
    assert found["brier"] == pytest.approx(0.1425)
    assert found["log_loss"] == pytest.approx(-np.log([0.9, 0.6, 0.4, 0.8]).mean())
    # bins: predicted 0.25 and 0.6, observed 0 and 1
    assert found["calibration_error"] == pytest.approx((0.25 + 0.4) / 2)


def test_auc_without_positives_is_unknown() -> None:
    assert np.isnan(measures.auc(np.zeros(4), CHANCE, ONE))


@given(st.integers(0, 1000))
def test_against_scikit_learn(seed: int) -> None:
    from sklearn.metrics import log_loss, roc_auc_score

    rng = np.random.default_rng(seed)
    target = np.array([0, 1, *rng.integers(0, 2, 30)], dtype=float)
    chance = rng.integers(1, 9, 32) / 10
    weight = rng.integers(1, 4, 32).astype(float)
    assert measures.auc(target, chance, weight) == pytest.approx(roc_auc_score(target, chance, sample_weight=weight))
    found = measures.measure(target, chance, weight, np.zeros(32, dtype=int))
    assert found["log_loss"] == pytest.approx(log_loss(target, chance, sample_weight=weight))


def test_draws_keep_the_rows_of_an_account_together() -> None:
    accounts = np.array([0, 0, 1, 2, 2, 2])
    draws = measures.account_draws(accounts, 50, np.random.default_rng(0))
    assert draws.shape == (50, 6)
    assert (draws[:, 0] == draws[:, 1]).all()
    assert (draws[:, 3] == draws[:, 5]).all()
    assert (draws[:, [0, 2, 3]].sum(axis=1) == 3).all()


def test_gain_of_the_same_model_is_nothing() -> None:
    draws = measures.account_draws(np.arange(4), 20, np.random.default_rng(0))
    assert measures.gain(TARGET, CHANCE, CHANCE, draws) == {"value": 0.0, "low": 0.0, "high": 0.0}
