"""Calibration of intervals: the quantile by hand, enough neighbours, honest coverage."""

from __future__ import annotations

import numpy as np
import pytest

from onelead.models.series.intervals import LEAST, calibrate, coverage, normal_factors, own_sizes


def test_factor_is_the_conformal_quantile_by_hand() -> None:
    """99 ratios 1 … 99: rank ⌈100 × 0.8⌉ = 80 and 95. The size of an error halves the ratio when it doubles."""
    errors = np.arange(1.0, 100)[:, None] * np.array([[1.0, -1.0]])
    found = calibrate(errors, np.ones(99))
    assert found.calibrated
    assert found.factors[80].tolist() == [80, 80]
    assert found.factors[95][0] == 95 or found.factors[95][0] == pytest.approx(95, abs=1), "neighbours join below 100 errors"
    assert calibrate(errors, np.full(99, 2.0)).factors[80].tolist() == [40, 40]


def test_neighbours_help_where_a_step_has_few_errors() -> None:
    """10 back-tests cannot give a 95 % quantile by themselves; with their neighbours 60 errors can."""
    errors = np.tile(np.arange(1.0, 11)[:, None], (1, 6))
    found = calibrate(errors, np.ones(10))
    assert found.calibrated
    assert found.factors[80].tolist() == [9] * 6
    assert (found.factors[95] == 10).all()


def test_without_errors_the_factors_are_assumed_and_said_to_be() -> None:
    few = calibrate(np.ones((LEAST - 1, 1)), np.ones(LEAST - 1))
    assert not few.calibrated
    assert few.factors[80] == pytest.approx(normal_factors(1)[80])
    assert few.factors[80][0] == pytest.approx(1.2816 * 1.2533, rel=1e-3)
    assert calibrate(np.ones((LEAST, 1)), np.ones(LEAST)).calibrated
    assert not calibrate(np.ones((LEAST, 1)), np.zeros(LEAST)).calibrated, "constant series tell nothing"


def test_factors_never_shrink_with_the_step_and_95_holds_80() -> None:
    errors = np.random.default_rng(5).normal(size=(120, 12)) * np.linspace(2, 1, 12)
    found = calibrate(errors, np.ones(120))
    assert (np.diff(found.factors[80]) >= 0).all()
    assert (found.factors[95] >= found.factors[80]).all()


def test_one_hard_month_does_not_widen_all_that_follow() -> None:
    """Steps that err by 1, 3 and 1: the isotonic fit of 1, 3, 1 is 1, 2, 2, where the running maximum would be 1, 3, 3."""
    errors = np.tile(np.array([[1.0, 3.0, 1.0]]), (120, 1))
    assert calibrate(errors, np.ones(120)).factors[80].tolist() == [1, 2, 2]


def test_a_series_that_erred_more_gets_a_wider_range() -> None:
    """Two series, 20 back-tests each, errors of 1 and of 3 one-step errors. Usual is 2, so their sizes are 0.5 and 1.5.

    With one back-test of the usual size before: (1 + 20 × 0.5) ÷ 21 and (1 + 20 × 1.5) ÷ 21; each back-test is judged without itself.
    """
    owners = np.repeat([0, 1], 20)
    errors = np.where(owners == 0, 1.0, 3.0)[:, None]
    tests, series = own_sizes(errors, np.ones(40), owners)
    assert series.tolist() == pytest.approx([11 / 21, 31 / 21])
    assert tests[[0, 20]].tolist() == pytest.approx([10.5 / 20, 29.5 / 20])
    assert own_sizes(errors[:5], np.ones(5), owners[:5])[1].tolist() == [1], "too few errors say nothing"
    assert own_sizes(errors * 0, np.ones(40), owners)[1].tolist() == [1, 1]


def test_coverage_is_judged_on_series_that_taught_nothing() -> None:
    """Even series err by 1, odd ones by 10: learned from the other half, no odd error is inside and every even one is."""
    owners = np.repeat(np.arange(20), 10)
    errors = np.where(owners % 2 == 0, 1.0, 10.0)[:, None] * np.ones((1, 3))
    assert coverage(errors, np.ones(200), owners) == {80: 0.5, 95: 0.5}
    assert coverage(errors[:1], np.ones(1), owners[:1]) is None


def test_coverage_of_normal_errors_is_the_level() -> None:
    errors = np.random.default_rng(6).normal(size=(600, 6))
    found = coverage(errors, np.ones(600), np.arange(600))
    assert found is not None
    assert found[80] == pytest.approx(0.80, abs=0.03)
    assert found[95] == pytest.approx(0.95, abs=0.02)
