"""The chance: an assumption that outcomes correct."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onelead.core.settings import ActionSettings
from onelead.rules._chance import beta_quantile, chance_of


def test_assumption_alone() -> None:
    chance = chance_of("critical_renewal", ActionSettings(), {})
    assert chance is not None
    assert (chance.mean, chance.assumed) == (0.5, True)
    assert (chance.low, chance.high) == (pytest.approx(0.3009688, abs=1e-6), pytest.approx(0.6990312, abs=1e-6))


@pytest.mark.parametrize(("tries", "assumed"), [(9, True), (10, False)])
def test_outcomes_correct_it(tries: int, assumed: bool) -> None:
    """All successes on an assumption of 0.5 that weighs 10: (5 + tries) / (10 + tries)."""
    chance = chance_of("critical_renewal", ActionSettings(), {"critical_renewal": (tries, tries)})
    assert chance is not None
    assert chance.mean == pytest.approx((5 + tries) / (10 + tries))
    assert chance.assumed is assumed


def test_a_type_without_an_assumption_has_no_chance() -> None:
    assert chance_of("map_credits", ActionSettings(), {"map_credits": (3, 3)}) is None


def test_a_setting_for_some_types_leaves_the_others() -> None:
    settings = ActionSettings(chance={"critical_renewal": 1.0, "planned_renewal": 0.0})
    found = {name: chance_of(name, settings, {}) for name in ("critical_renewal", "planned_renewal", "urgent_renewal")}
    assert [chance.mean for chance in found.values() if chance] == [1.0, 0.0, 0.5]


def test_known_quantiles() -> None:
    """Beta(1, b) has 1 − (1 − p)^(1/b), Beta(a, 1) has p^(1/a), Beta(½, ½) has sin²(πp/2)."""
    for share in (0.1, 0.37, 0.9):
        assert beta_quantile(share, 1, 9) == pytest.approx(1 - (1 - share) ** (1 / 9))
        assert beta_quantile(share, 7, 1) == pytest.approx(share ** (1 / 7))
        assert beta_quantile(share, 0.5, 0.5) == pytest.approx(math.sin(math.pi * share / 2) ** 2)


@settings(deadline=None)
@example(assumed=4.75e-70, wins=0, losses=0)  # a chance below what floating point divides by
@example(assumed=1e-9, wins=0, losses=0)
@given(assumed=st.floats(0, 1), wins=st.integers(0, 5000), losses=st.integers(0, 5000))
def test_the_range_holds_the_mean(assumed: float, wins: int, losses: int) -> None:
    chance = chance_of("x", ActionSettings(chance={"x": assumed}), {"x": (wins, wins + losses)})
    assert chance is not None
    assert 0 <= chance.low <= chance.mean <= chance.high <= 1
