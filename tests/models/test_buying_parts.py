"""The parts of the forecast of buying, against published figures and figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onelead.models.buying import bgnbd, draws, pareto, value
from onelead.models.buying.bgnbd import BetaGeometric
from onelead.models.buying.history import Histories, Spending
from onelead.models.buying.pareto import Pareto

PUBLISHED = Pareto(0.553, 10.578, 0.606, 11.669, np.zeros((4, 4)))
"""Fader and Hardie 2005 on the tenth of CDNOW that they publish."""


def one(x: float, recency: float, age: float) -> Histories:
    return Histories(np.array([x]), np.array([recency]), np.array([age]))


def planted(customers: int, seed: int, truth: Pareto, weeks: float = 40.0) -> Histories:
    """Customers drawn from ``truth``, first purchases in the first 12 weeks."""
    rng = np.random.default_rng(seed)
    age = weeks - rng.uniform(0, 12, customers)
    rate, leaving = rng.gamma(truth.r, 1 / truth.alpha, customers), rng.gamma(truth.s, 1 / truth.beta, customers)
    life = np.minimum(rng.exponential(1 / np.maximum(leaving, 1e-12)), age)
    x = rng.poisson(rate * life).astype(float)
    return Histories(x, np.array([life[row] * rng.random(int(n)).max() if n else 0.0 for row, n in enumerate(x)]), age)


def test_pareto_likelihood_by_hand() -> None:
    """r = α = s = β = 1, x = 0, T = 1: alive 1/(2·2) = 1/4; left before: ∫ (1+y)^−3 over 0 to 1 = (1 − 1/4)/2 = 3/8. Together 5/8."""
    total, _ = pareto.log_likelihood(np.zeros(4), one(0, 0, 1), np.ones(1))
    assert total == pytest.approx(np.log(5 / 8), abs=1e-12)
    assert Pareto(1, 1, 1, 1, np.zeros((4, 4))).alive(one(0, 0, 1))[0] == pytest.approx(0.4, abs=1e-12)


def test_pareto_forecast_as_published() -> None:
    """The example of BTYD's walk-through: 26 repeat purchases, the last after 30.86 of 31 weeks; in the next 52 weeks 25.46, alive 0.9979."""
    seen = one(26, 30.86, 31)
    assert PUBLISHED.expected(seen, 52)[0] == pytest.approx(25.46, abs=0.03)
    assert PUBLISHED.alive(seen)[0] == pytest.approx(0.9979, abs=1e-4)
    assert PUBLISHED.r / PUBLISHED.alpha * PUBLISHED.lived(0.0, 52.0) == pytest.approx(1.473, abs=0.01)


@pytest.mark.parametrize("logs", [[-0.6, 2.4, -0.5, 2.5], [0.7, 1.6, 1.1, 3.7], [-0.5, -3.0, -1.6, 3.4], [-1.2, 0.7, -2.3, -3.0]])
def test_pareto_likelihood_is_the_closed_form(logs: list[float]) -> None:
    """Against the difference of hypergeometric functions of the paper, where that is exact, and the gradient against differences."""
    from scipy.special import gammaln, hyp2f1

    r, alpha, s, beta = np.exp(logs)
    x, recency, age = np.array([0.0, 1, 3, 7]), np.array([0.0, 2, 11, 30]), np.array([20.0, 25, 31, 39])

    def left(y: np.ndarray) -> np.ndarray:
        n = r + s + x
        big, small, second = (alpha, beta, s + 1) if alpha >= beta else (beta, alpha, r + x)
        return hyp2f1(n, second, n + 1, (big - small) / (big + y)) / (big + y) ** n

    living = (alpha + age) ** -(r + x) * (beta + age) ** -s
    inside = living + s / (r + s + x) * (left(recency) - left(age))
    closed = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + np.log(inside)
    seen, once, at = Histories(x, recency, age), np.ones(4), np.array(logs)
    total, gradient = pareto.log_likelihood(at, seen, once)
    assert total == pytest.approx(closed.sum(), abs=1e-9)
    steps = 1e-5 * np.eye(4)
    around = [(pareto.log_likelihood(at + d, seen, once)[0] - pareto.log_likelihood(at - d, seen, once)[0]) / 2e-5 for d in steps]
    assert gradient == pytest.approx(around, abs=1e-5)


def test_pareto_keeps_its_digits_for_frequent_buyers() -> None:
    """The closed form loses them; one purchase more every week for years, the last today, is alive for sure."""
    alive = PUBLISHED.alive(Histories(np.array([500.0, 500.0]), np.array([300.0, 100.0]), np.array([300.0, 300.0])))
    assert alive[0] > 0.999
    assert 0 <= alive[1] < 1e-50


@given(
    x=st.integers(1, 60),
    age=st.floats(5, 300),
    early=st.floats(0.01, 0.98),
    later=st.floats(0.001, 0.02),
    logs=st.lists(st.floats(-2, 4), min_size=4, max_size=4),
)
def test_later_buyers_are_more_alive(x: int, age: float, early: float, later: float, logs: list[float]) -> None:
    model = Pareto(*np.exp(logs), np.zeros((4, 4)))
    alive = model.alive(Histories(np.full(2, float(x)), age * np.array([early, early + later]), np.full(2, age)))
    assert 0 <= alive[0] <= alive[1] <= 1
    expected = [model.expected(one(x, age * early, age), weeks)[0] for weeks in (1.0, 10.0, 100.0)]
    assert 0 <= expected[0] <= expected[1] <= expected[2]


def test_pareto_finds_planted_parameters() -> None:
    truth = Pareto(0.8, 6.0, 0.6, 10.0, np.zeros((4, 4)))
    found = pareto.fit(planted(6000, 3, truth))
    off = (found.logs - truth.logs) / np.sqrt(np.diag(found.spread))
    assert np.abs(off).max() < 3
    assert np.sqrt(np.diag(found.spread)).max() < 0.5


def test_bgnbd_by_hand_and_as_published() -> None:
    """x = 0: (α / (α+T))^r, here (1/2)^2. Published: r .243, α 4.414, a .793, b 2.426; 2 purchases, the last at 30.43 of 38.86: 1.226 in 39 weeks."""
    once = np.ones(1)
    assert bgnbd.log_likelihood(np.log([2, 3, 1, 1]), one(0, 0, 3), once) == pytest.approx(2 * np.log(0.5))
    # x = 1, r = α = a = b = 1, t_x = 1, T = 3: B(1,2)/B(1,1) (1/4)^2 + B(2,1)/B(1,1) (1/2)^2 = 1/32 + 1/8.
    assert bgnbd.log_likelihood(np.zeros(4), one(1, 1, 3), once) == pytest.approx(np.log(1 / 32 + 1 / 8))
    found = BetaGeometric(0.243, 4.414, 0.793, 2.426).expected(one(2, 30.43, 38.86), 39)
    assert found[0] == pytest.approx(1.226, abs=0.002)


def test_gamma_gamma_as_published_and_recovered() -> None:
    """Published: p 6.25, q 3.74, γ 15.44; two purchases of 22.35 on average are worth 24.66 each: 6.25 · (15.44 + 44.70) / (12.5 + 2.74)."""
    published = value.GammaGamma(6.25, 3.74, 15.44)
    assert published.expected(Spending(np.array([2.0]), np.array([22.35])))[0] == pytest.approx(24.66, abs=0.01)
    rng = np.random.default_rng(5)
    count = rng.integers(1, 9, 5000).astype(float)
    mean = rng.gamma(6.25 * count) / (count * rng.gamma(3.74, 1 / 15.44, 5000))
    found = value.fit(Spending(count, mean))
    assert found is not None
    assert [found.p, found.q, found.gamma] == pytest.approx([6.25, 3.74, 15.44], rel=0.15)
    assert value.fit(Spending(count[:40], mean[:40])) is None


def test_futures_are_the_forecast() -> None:
    """Means of the draws are the closed form, and their worth is purchases × mean value."""
    seen = Histories(np.array([0.0, 3, 12, 6]), np.array([0.0, 20, 36, 25]), np.array([38.0, 35, 37, 39]))
    rng = np.random.default_rng(1)
    several = [draws.futures(PUBLISHED, draws.Shifts(np.zeros((draws.DRAWS, 4))), seen, 39, rng) for _ in range(300)]
    drawn = np.concatenate(several, axis=1)
    assert drawn.mean(axis=1) == pytest.approx(PUBLISHED.expected(seen, 39), rel=0.05)
    published, spent = value.GammaGamma(6.25, 3.74, 15.44), Spending(np.array([1.0, 4, 13, 7]), np.array([9.0, 30, 22, 60]))
    worth = draws.worth(published, spent, drawn, rng)
    assert worth.mean(axis=1) == pytest.approx(PUBLISHED.expected(seen, 39) * published.expected(spent), rel=0.06)


def test_one_level_for_all_has_the_least_error_for_its_sum() -> None:
    """Beside the means and the means to a power, on the very distributions that the draws come from."""
    rng = np.random.default_rng(2)
    rate = rng.gamma(0.5, 2.0, 3000)
    rising = draws.quantiles(rng.poisson(rate[:, None], (3000, 200)).astype(float))
    happened = rng.poisson(rate)
    found = draws.common_level(rising.sum(axis=0), float(rate.sum())).of(rising)
    assert found.sum() == pytest.approx(rate.sum(), rel=1e-9)
    rivals = [rate**power * rate.sum() / (rate**power).sum() for power in (0.7, 1.0, 1.3, 2.0)]
    assert np.abs(found - happened).mean() < min(np.abs(rival - happened).mean() for rival in rivals)
