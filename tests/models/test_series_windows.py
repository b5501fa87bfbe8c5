"""Sums over steps: a range of their own, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.models.series_world import months, wavy

from onelead.models.series.backtest import BackTests
from onelead.models.series.forecast import forecast_series
from onelead.models.series.windows import over, window_factors


def back_tests(errors: list[list[float]]) -> BackTests:
    found = np.array(errors)
    return BackTests(found, np.ones(len(found)), np.arange(len(found)), ("a",), {}, {})


def test_errors_of_months_that_cancel_make_a_narrow_sum() -> None:
    """100 back-tests err by +1 and −1: each month is off by 1, their sum by 0; where both err to one side the sum is off by 2."""
    assert window_factors(back_tests([[1.0, -1.0]] * 100), np.ones(2)) == {80: 0, 95: 0}
    assert window_factors(back_tests([[1.0, 1.0]] * 100), np.ones(2)) == {80: 2, 95: 2}
    assert window_factors(back_tests([[1.0, 1.0]] * 100), np.array([0.5, 0.0])) == {80: 0.5, 95: 0.5}


def test_only_back_tests_that_saw_every_step_count() -> None:
    """29 whole ones are too few: the factor of a random walk over two steps, 1.2816 × 1.2533 × √(1 + 1 + 1 + 2)."""
    errors = [[1.0, 1.0]] * 29 + [[1.0, float("nan")]] * 50
    assert window_factors(back_tests(errors), np.ones(2))[80] == pytest.approx(1.2816 * 1.2533 * 5**0.5, rel=1e-3)
    assert window_factors(back_tests(errors), np.array([1.0, 0.0]))[80] == 1


def test_the_mean_of_a_sum_is_the_sum_of_means() -> None:
    made = forecast_series(months({"a": wavy(40), "short": [5.0] * 3}), every="month", horizon=3, workers=1)
    found = over(made, made.forecast, np.array([1.0, 1.0, 0.5]))
    mean = made.forecast.filter(made.forecast["series"] == "a")["mean"].to_numpy()
    row = found.filter(found["series"] == "a").row(0, named=True)
    assert row["mean"] == pytest.approx(mean[0] + mean[1] + mean[2] / 2)
    assert row["low_95"] <= row["low_80"] < row["mean"] < row["high_80"] <= row["high_95"]
