"""The own regression against scikit-learn's, and its exact contributions."""

from __future__ import annotations

import json

import numpy as np
import pytest

from onelead.models.learning.logistic import fit_logistic, fit_sigmoid, learn_basis, newton, restore, sigmoid


def rows(size: int = 500, *, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(size, 5))
    values[:, 3] = np.exp(3 * values[:, 3])  # money: a long right tail
    values[rng.random(values.shape) < 0.1] = np.nan
    values[:, 4] = rng.integers(0, 2, size)
    target = (rng.random(size) < sigmoid(1.2 * np.nan_to_num(values[:, 0]) + values[:, 4] - 1)).astype(float)
    return values, target


def test_coefficients_are_those_of_scikit_learn() -> None:
    from sklearn.linear_model import LogisticRegression

    values, target = rows()
    design = learn_basis(values).design(values)
    weight = np.random.default_rng(2).integers(0, 3, len(target)).astype(float)
    penalty = np.full(design.shape[1], 7.0)
    penalty[0] = 0.0
    reference = LogisticRegression(C=1 / 7.0, tol=1e-10, max_iter=5000).fit(design[:, 1:], target, sample_weight=weight)
    assert newton(design, target, weight, penalty) == pytest.approx([*reference.intercept_, *reference.coef_[0]], abs=1e-4)


def test_contributions_and_baseline_sum_to_the_log_odds() -> None:
    values, target = rows()
    model = fit_logistic(values, target, np.ones(len(target)), 3.0)
    fresh, _ = rows(seed=9)
    pushes, baseline = model.contributions(fresh)
    assert pushes.shape == fresh.shape
    assert pushes.sum(axis=1) + baseline == pytest.approx(model.margin(fresh))


def test_perfectly_separated_rows_stay_finite() -> None:
    values = np.linspace(-1, 1, 40)[:, None]
    model = fit_logistic(values, (values[:, 0] > 0).astype(float), np.ones(40), 3.0)
    assert np.isfinite(model.margin(np.array([[1e9], [-1e9], [np.nan]]))).all()


def test_a_feature_that_is_missing_everywhere_or_constant_counts_nothing() -> None:
    values, target = rows()
    values = np.column_stack([values, np.full(len(values), np.nan), np.full(len(values), 4.0)])
    pushes, _ = fit_logistic(values, target, np.ones(len(target)), 3.0).contributions(values)
    assert (pushes[:, 5:] == 0).all()


def test_calibration_mends_overconfidence_and_refuses_to_turn_the_order_round() -> None:
    rng = np.random.default_rng(4)
    margin = rng.normal(size=5000)
    target = (rng.random(5000) < sigmoid(margin)).astype(float)
    slope, shift = fit_sigmoid(3 * margin, target, np.ones(5000))
    assert slope == pytest.approx(1 / 3, abs=0.03)
    assert shift == pytest.approx(0, abs=0.1)
    slope, shift = fit_sigmoid(-margin, target, np.ones(5000))
    assert slope == 0
    assert sigmoid(np.array([shift]))[0] == pytest.approx(target.mean())


def test_saved_and_restored_through_json() -> None:
    values, target = rows()
    model = fit_logistic(values, target, np.ones(len(target)), 3.0)
    again = restore(json.loads(json.dumps(model.dump())))
    assert (again.margin(values) == model.margin(values)).all()
