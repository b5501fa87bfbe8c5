"""The parts of the survival model, against a textbook and figures worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onelead.core.errors import UsageError
from onelead.models.survival.hazard import leaving
from onelead.models.survival.km import kaplan_meier
from onelead.models.survival.spells import active, due, person_periods, spells
from onelead.models.survival.value import worth

AS_OF = date(2024, 6, 30)
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def test_kaplan_meier_of_the_textbook() -> None:
    """Remission under 6-MP (Freireich and others 1963), as in every textbook: 18/21, × 16/17, × 14/15, × 11/12, × 10/11, × 6/7, × 5/6."""
    curve = kaplan_meier(np.zeros(21), np.array(WEEKS, dtype=float), np.array(ENDED, dtype=float))
    assert curve.days.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.survival == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=6e-4)
    assert curve.error == pytest.approx([0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346], abs=1e-4)
    assert curve.rate == pytest.approx(9 / 359)
    # 10 are at risk until day 17; from there on the curve goes on at 9 ends in 359 days.
    assert curve.last == 17
    assert curve.at(20.0) == pytest.approx(curve.survival[4] * np.exp(-3 * 9 / 359))
    assert curve.leaving(np.array([6.0]), 4.0)[0] == pytest.approx(1 - 16 / 17 * 14 / 15)


def test_kaplan_meier_with_late_entry_by_hand() -> None:
    """Day 3: one of the two that are watched by then; day 5: one of two (the third came into view on day 3, after that day's end); day 8: the last."""
    curve = kaplan_meier(np.array([0.0, 0, 3]), np.array([3.0, 5, 8]), np.ones(3))
    assert curve.at_risk.tolist() == [2, 2, 1]
    assert curve.survival == pytest.approx([1 / 2, 1 / 4, 0])


def frame(rows: list[tuple[object, ...]], *columns: str) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["account_id", "start", "end", *columns], orient="row")


def day(number: int) -> date:
    return AS_OF - timedelta(days=number)


def test_spells_as_they_were_known() -> None:
    rows = [
        ("ended", day(100), day(40)),
        ("ends later", day(100), AS_OF + timedelta(days=1)),
        ("runs", day(70), None),
        ("starts later", AS_OF + timedelta(days=1), None),
        ("odd", day(10), day(20)),
        (None, day(10), None),
        ("one day", day(10), day(10)),
    ]
    found = spells(frame(rows), AS_OF)
    assert found.rows.select("account_id", "until", "ended").rows() == [
        ("ended", 60, True),
        ("ends later", 100, False),
        ("one day", 1, True),
        ("runs", 70, False),
    ]
    assert list(found.left_out.values()) == [1, 1, 1, 0]
    assert active(found)["account_id"].to_list() == ["ends later", "runs"]
    with pytest.raises(UsageError, match="lack end"):
        spells(frame(rows).drop("end"), AS_OF)


def test_person_periods_by_hand() -> None:
    """a ended on day 60: periods 0 and 1, the end in the second. b runs for 70 days: two whole periods and a third of the third.

    c was watched from day 45 to day 70: half a period, then a third. d came into view after it had ended, and is left out.
    """
    rows = [
        ("a", day(100), day(40), None),
        ("b", day(70), None, None),
        ("c", day(70), None, day(25)),
        ("d", day(100), day(50), day(40)),
    ]
    found = spells(frame(rows, "seen_from"), AS_OF)
    assert found.left_out["never watched"] == 1
    periods = person_periods(found, None)
    assert periods.select("account_id", "period", "target").rows() == [
        ("a", 0, 0),
        ("a", 1, 1),
        ("b", 0, 0),
        ("b", 1, 0),
        ("b", 2, 0),
        ("c", 1, 0),
        ("c", 2, 0),
    ]
    assert periods["weight"].to_list() == pytest.approx([1, 1, 1, 1, 1 / 3, 1 / 2, 1 / 3])


def test_covariates_are_those_known_when_the_period_began() -> None:
    """Periods of b begin 70, 40 and 10 days before the as-of date; what came on day 40 holds for the second, what came on day 9 for none."""
    sheet = pl.DataFrame({"account_id": ["b"] * 3, "known_on": [day(60), day(40), day(9)], "calls": [1, 2, 3]})
    periods = person_periods(spells(frame([("b", day(70), None)]), AS_OF), sheet)
    assert periods["calls"].to_list() == [None, 2, 2]


def test_renewals_fall_due_in_their_period() -> None:
    """A term of 12 months is 365.25 days: due in the period that begins on day 360, and again on day 720."""
    tenure = pl.DataFrame({"tenure": [0, 330, 336, 360, 366, 720], "term_months": [12.0] * 6})
    assert tenure.select(due(pl.col("tenure"))).to_series().to_list() == [0, 0, 1, 1, 0, 1]


def test_worth_by_hand() -> None:
    """Half survive 30 days and none 60: one period of 30 days on average; 9 in 10 outlast 6 days, 1 in 10 outlasts 54."""
    found = worth(np.array([[1.0, 0.5, 0.0], [1.0, 1.0, 1.0]]), np.array([365.25, 730.5]), 0.0)
    assert found.expected.tolist() == pytest.approx([30, 120])
    assert found.low.tolist() == pytest.approx([6, 120])
    assert found.high.tolist() == pytest.approx([54, 120])
    year = worth(np.ones((1, 13)), np.array([365.25]), 0.1).expected[0]
    # The integral of 1.1^(−t/365.25) over 360 days.
    assert year == pytest.approx(365.25 * (1 - 1.1 ** (-360 / 365.25)) / np.log(1.1), rel=1e-4)
    assert np.isnan(worth(np.ones((1, 3)), np.array([np.nan]), 0.1).expected[0])
    with pytest.raises(UsageError, match="discount"):
        worth(np.ones((1, 3)), np.array([1.0]), -1.0)


def test_part_of_a_period_by_hand() -> None:
    """A quarter survives 30 days: half of them 15 days; three in four have ended after 30, and after 45 an eighth survives."""
    curves = np.array([[1.0, 0.25, 0.0625]])
    assert [leaving(curves, days)[0] for days in (15.0, 30.0, 45.0)] == pytest.approx([0.5, 0.75, 0.875])


@given(steps=st.lists(st.floats(0, 1), min_size=14, max_size=14), one=st.floats(1, 400), more=st.floats(0, 10), rate=st.floats(0, 1))
def test_chances_rise_with_time(steps: list[float], one: float, more: float, rate: float) -> None:
    curves = np.concatenate([[1.0], np.cumprod(steps)])[None, :]
    first, second = leaving(curves, one), leaving(curves, one + more)
    assert 0 <= first[0] <= second[0] + 1e-12 <= 1 + 1e-11
    value = worth(curves, np.array([100.0]), rate)
    assert 0 <= value.low[0] <= value.high[0] + 1e-9
    assert 0 <= value.expected[0] <= 100 * 14 * 30 / 365.25 + 1e-9
