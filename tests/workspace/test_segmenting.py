"""Segments by hand, and what counts as out of the ordinary."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from onelead.workspace.segmenting import behaving
from onelead.workspace.unusual import jump, out_of_line, silent

DAY = date(2024, 9, 1)


def test_behaviour_by_hand() -> None:
    """Of 1000 the first 800 are A and B; up to 950 C and D; then E. F bought nothing in two years."""
    rows = [("A", 500.0, 400.0), ("B", 0.0, 300.0), ("C", 60.0, 100.0), ("D", 50.0, 45.0), ("E", 50.0, None), ("F", None, None)]
    frame = pl.DataFrame(rows, schema=["account_id", "revenue", "before"], orient="row")
    found = behaving(frame)
    assert dict(found.select("account_id", "behaviour").iter_rows()) == {
        "A": "Large spend, growing",
        "B": "Large spend, gone quiet",
        "C": "Middle spend, shrinking",
        "D": "Middle spend, steady",
        "E": "Small spend, new",
        "F": None,
    }
    assert found["change"].to_list() == [pytest.approx(0.25), -1.0, pytest.approx(-0.4), pytest.approx(1 / 9), None, None]


def test_nobody_is_large_where_nobody_buys() -> None:
    frame = pl.DataFrame({"account_id": ["A"], "revenue": [None], "before": [-5.0]}, schema_overrides={"revenue": pl.Float64})
    assert behaving(frame)["behaviour"].to_list() == [None]


def account(name: str, purchases: int, usual: int, days: int) -> dict[str, object]:
    last = DAY - timedelta(days=days)
    return {
        "account_id": name,
        "account_name": name,
        "purchases": purchases,
        "first": last - timedelta(days=usual * (purchases - 1)),
        "last_purchase": last,
    }


def test_silence_is_against_the_own_rhythm() -> None:
    """A gap of 47 days at one purchase in ten days comes in exp(-4.7) = 0.9 % of cases, one of 46 in 1.005 %; to one in a hundred days it is nothing."""
    found = silent(pl.DataFrame([account("told", 11, 10, 47), account("not", 11, 10, 46), account("slow", 11, 100, 47)]), DAY)
    assert found["account_id"].to_list() == ["told"]
    assert found["chance"].to_list() == [pytest.approx(math.exp(-4.7))]


def test_silence_by_chance_is_as_rare_as_it_says() -> None:
    rng = np.random.default_rng(3)
    rows = []
    for place in range(2_000):
        gaps = np.ceil(rng.exponential(30, size=40)).cumsum()
        bought = gaps[gaps <= 700]
        if len(bought) >= 6:
            first, last = DAY - timedelta(days=int(700 - bought[0])), DAY - timedelta(days=int(700 - bought[-1]))
            rows.append({"account_id": str(place), "account_name": "", "purchases": len(bought), "first": first, "last_purchase": last})
    share = silent(pl.DataFrame(rows), DAY).height / len(rows)
    assert share < 0.02


def series(noise: float, seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    months = pl.date_range(date(2021, 9, 1), DAY, "1mo", eager=True)
    season = np.array([1.0 + 0.5 * math.sin(2 * math.pi * place / 12) for place in range(len(months))])
    return pl.DataFrame({"period_start": months, "actual": 100 * season * np.exp(rng.normal(0, noise, len(months)))})


def test_a_month_that_came_out_at_half_stands_out_and_the_season_does_not() -> None:
    calm = series(0.05)
    assert out_of_line(calm).is_empty()
    broken = calm.with_columns(actual=pl.when(pl.col("period_start") == date(2024, 6, 1)).then(pl.col("actual") / 2).otherwise("actual"))
    (row,) = out_of_line(broken).to_dicts()
    assert row["month"] == date(2024, 6, 1)
    assert row["off"] == pytest.approx(-0.5, abs=0.15)


def test_ordinary_months_rarely_stand_out() -> None:
    told = sum(out_of_line(series(0.2, seed)).height for seed in range(20))
    assert told <= 20  # of 240 months


def test_two_years_of_months_say_nothing() -> None:
    assert out_of_line(series(0.05).tail(24)).is_empty()


@pytest.mark.parametrize(
    ("steps", "score"),
    [([1, 2, 3, 4, 5, 6, 7, 18], 0.6745 * 14 / 2), ([1, 2, 3], None), ([1, 1, 1, 1, 1, 1, 9], None)],
    ids=["median 4, deviations of 2", "too few", "all alike"],
)
def test_a_jump_is_held_against_the_changes_before(steps: list[float], score: float | None) -> None:
    assert jump(steps) == (None if score is None else pytest.approx(score))
