"""How far the truth may lie: the random intercept is found where it was planted, and class shares are those of the normal distribution."""

from __future__ import annotations

import numpy as np
import pytest

from onelead.models.learning.spread import GRID, account_sd, below


def rows(sd: float, *, seed: int, accounts: int = 600, dates: int = 12) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.arange(accounts), dates)
    margin = rng.normal(-1, 1, accounts * dates)
    odds = margin + sd * rng.normal(size=accounts)[codes]
    return margin, (rng.random(len(odds)) < 1 / (1 + np.exp(-odds))).astype(float), codes


@pytest.mark.parametrize(("sd", "low", "high"), [(0.0, 0.0, 0.35), (0.5, 0.5, 0.75), (1.0, 1.05, 1.25)])
def test_the_planted_spread_of_accounts_is_found_from_above(sd: float, low: float, high: float) -> None:
    """The upper end of an 80 % interval is at least the truth nine times in ten, and not far above it."""
    found = [account_sd(*rows(sd, seed=seed)) for seed in range(5)]
    assert low <= np.median(found) <= high
    assert all(each in GRID for each in found)


def test_shares_below_a_chance() -> None:
    """Around log-odds 0 with deviation 1: half below 0.5; ln 4 = 1.3863 deviations up lie 91.72 %, and at ln(1/4) 8.28 %. Limits 0 and 1."""
    margin, sd = np.zeros(1), np.ones(1)
    assert [below(limit, margin, sd)[0] for limit in (0.5, 0.8, 0.2, 0.0, 1.0)] == pytest.approx([0.5, 0.9172, 0.0828, 0, 1], abs=1e-4)


def test_no_spread_is_a_step() -> None:
    assert below(0.5, np.array([-0.1, 0.1]), np.zeros(2)).tolist() == [1.0, 0.0]
