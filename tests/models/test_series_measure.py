"""Measures of forecasts and the naive ones, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from onelead.models.series.measure import mase, naive2, naive_scale, seasonal_naive, smape


def test_seasonal_naive_repeats_the_last_season() -> None:
    values = np.array([9.0, 9, 9, 9, 1, 2, 3, 4])
    assert seasonal_naive(values, 4, 6).tolist() == [1, 2, 3, 4, 1, 2]
    assert seasonal_naive(values[-3:], 4, 2).tolist() == [4, 4], "too short for a season: the last value"


def test_mase_by_hand() -> None:
    """Changes over two periods: |3-1|, |4-2|, |7-3| = 2, 2, 4, mean 8/3. Errors 1 and 3, mean 2: 2 / (8/3) = 0.75."""
    scale = naive_scale(np.array([1.0, 2, 3, 4, 7]), 2)
    assert scale == pytest.approx(8 / 3)
    assert mase(np.array([5.0, 9]), np.array([6.0, 6]), scale) == pytest.approx(0.75)
    assert math.isnan(mase(np.array([5.0]), np.array([6.0]), 0.0))


def test_smape_by_hand() -> None:
    """2·10 / 190 and 0 / 0: (10.526… + 0) / 2 in percent."""
    assert smape(np.array([100.0, 0.0]), np.array([90.0, 0.0])) == pytest.approx(100 * (20 / 190) / 2)
    assert smape(np.array([1.0]), np.array([-1.0])) == pytest.approx(200.0)


def test_naive2_carries_the_season_and_only_a_true_one() -> None:
    """Twice as high in the last quarter of each year: the factors are known, and the last value moves with them."""
    pattern = np.array([80.0, 80, 80, 160])
    seasonal = np.tile(pattern, 6)
    assert naive2(seasonal, 4, 5) == pytest.approx([80, 80, 80, 160, 80])
    trend = np.arange(1.0, 25)
    assert naive2(trend - 30, 4, 2).tolist() == [-6, -6], "a ratio needs values above zero"
    noise = np.random.default_rng(3).uniform(50, 51, 24)
    assert naive2(noise, 4, 3).tolist() == [noise[-1]] * 3
