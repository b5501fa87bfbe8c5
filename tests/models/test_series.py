"""The forecaster of series: known series, what it refuses and why, properties, determinism."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.models.series_world import months, wavy

from onelead.core.errors import UsageError
from onelead.models.series import members
from onelead.models.series.backtest import judge, origins, plan_tests, told
from onelead.models.series.forecast import FORECAST_SCHEMA, forecast_series
from onelead.models.series.members import MEMBERS, Fit, Task, fit
from onelead.models.series.prepare import Series

INTERVAL = ("low_95", "low_80", "mean", "high_80", "high_95")


def in_order(forecast: pl.DataFrame) -> bool:
    columns = forecast.select(INTERVAL).to_numpy()
    return bool(np.isfinite(columns).all() and (np.diff(columns, axis=1) >= 0).all())


def test_a_plain_season_is_carried_on() -> None:
    """A wave without noise: the months to come are the months that were, and the record says so."""
    wave = [100 + 30 * float(np.sin(2 * np.pi * step / 12)) + 0.1 * (step % 5) for step in range(72)]
    found = forecast_series(months({"a": wave}), every="month", horizon=6)
    assert found.forecast["mean"].to_list() == pytest.approx([100 + 30 * np.sin(2 * np.pi * step / 12) for step in range(6)], abs=1.5)
    assert found.forecast["period"].to_list() == [date(2026, month, 1) for month in range(1, 7)]
    row = found.record.row(0, named=True)
    assert row["method"] == "ensemble"
    assert row["members"] == ", ".join(MEMBERS)
    assert row["mase_ensemble"] < row["mase_naive2"]
    assert in_order(found.forecast)


def test_the_card_states_the_record() -> None:
    series = {f"s{number}": wavy(60, seed=number) for number in range(2)}
    found = forecast_series(months(series), every="month", horizon=6)
    card = json.loads(json.dumps(found.card))
    assert card["calibration"]["calibrated"] is True
    assert card["back_tests"] == found.record["back_tests"].sum() == 2 * 6
    assert card["accuracy"]["ensemble"]["mase"] < card["accuracy"]["seasonal_naive"]["mase"]
    assert 0.5 <= card["coverage"]["80"] <= 1
    assert card["members"] == MEMBERS
    assert found.forecast.schema == FORECAST_SCHEMA


def test_each_series_gets_the_way_that_it_allows() -> None:
    long = wavy(48)
    gappy = [None if step % 3 == 1 else value for step, value in enumerate(long)]
    frame = months({"long": long, "gappy": gappy, "stale": [*long[:40], *[None] * 8]})
    late = months({"young": wavy(13), "two": [5.0, 6.0], "few": [5.0, 6.0, 7.0, 9.0]}, start=date(2022, 12, 1))
    late = late.with_columns(pl.col("period").dt.offset_by(pl.lit("0mo")))
    shift = {"young": 0, "two": 11, "few": 9}
    late = pl.concat(
        late.filter(pl.col("series") == name).with_columns(pl.col("period").dt.offset_by(f"{by}mo")) for name, by in shift.items()
    )
    found = forecast_series(pl.concat([frame, late]), every="month", horizon=3)
    methods = {row["series"]: (row["method"], row["reason"]) for row in found.record.iter_rows(named=True)}
    assert methods["long"] == ("ensemble", "")
    assert methods["gappy"] == ("seasonal_naive", "16 of 48 periods are missing; the ensemble allows 20%.")
    assert methods["young"] == ("seasonal_naive", "13 periods; the ensemble needs at least 24.")
    assert methods["few"][0] == "seasonal_naive"
    assert methods["stale"] == ("none", "No value in the last 8 periods; nobody knows whether the series goes on.")
    assert methods["two"] == ("none", "2 known values; a forecast needs at least 3.")
    assert set(found.forecast["series"]) == {"long", "gappy", "young", "few"}
    assert found.forecast["period"].unique().sort().to_list() == [date(2024, month, 1) for month in (1, 2, 3)]
    assert in_order(found.forecast)


def test_seasonal_naive_fallback_by_hand() -> None:
    """13 months: one change from year to year is too little, so the size is the mean change from month to month: 1.

    80 %: 1.2816 × 1.2533 × 1 for the first year ahead, √2 of it for the second.
    """
    values = [float(10 + step % 2) for step in range(13)]
    found = forecast_series(months({"a": values}), every="month", horizon=13).forecast
    assert found["mean"].to_list() == [values[1 + step % 12] for step in range(13)]
    half = 1.2816 * 1.2533
    assert (found["high_80"] - found["mean"]).to_list() == pytest.approx([half] * 12 + [half * 2**0.5], rel=1e-3)
    assert set(found["method"]) == {"seasonal_naive"}


def test_gaps_are_unknown_or_zero_as_the_caller_says() -> None:
    values = [10.0, 20.0, None, 40.0]
    frame = months({"a": values})
    assert forecast_series(frame, every="month", horizon=1).record["filled"].item() == 1
    zero = months({"a": [*wavy(30), None, *wavy(6), None]})
    found = forecast_series(zero, every="month", horizon=1, zero_gaps=True).record.row(0, named=True)
    assert (found["method"], found["observed"], found["filled"]) == ("ensemble", 36, 1), "the last known period is the newest one"


def test_a_constant_series_is_certain() -> None:
    for level in (0.0, 7.0, -3.0):
        found = forecast_series(months({"a": [level] * 30}), every="month", horizon=4)
        assert set(found.forecast.select(INTERVAL).to_numpy().ravel()) == {level}
        assert found.record["members"].item() == "constant"


@pytest.mark.parametrize("every", ["quarter", "week"])
def test_quarters_and_weeks(every: str) -> None:
    step, season, length = {"quarter": ("1q", 4, 24), "week": ("1w", 52, 120)}[every]
    periods = pl.date_range(date(2020, 1, 6), date(2040, 1, 1), step, eager=True)[:length]
    values = [100 + 20 * float(np.sin(2 * np.pi * place / season)) + place % 3 for place in range(length)]
    found = forecast_series(pl.DataFrame({"series": "a", "period": periods, "value": values}), every=every, horizon=4)  # type: ignore[arg-type]
    assert found.record["method"].item() == "ensemble"
    first = pl.Series([periods[-1]]).dt.truncate(step).dt.offset_by(step).item()
    assert found.forecast["period"][0] == first
    truth = [101 + 20 * np.sin(2 * np.pi * (length + place) / season) for place in range(4)]
    assert found.forecast["mean"].to_list() == pytest.approx(truth, abs=8)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.integers(-50, 1000), min_size=3, max_size=40),
    st.sampled_from([1e-6, 1.0, 1e12]),
    st.integers(1, 8),
)
def test_finite_and_in_order_whatever_comes(values: list[int], size: float, horizon: int) -> None:
    """Short and long, zero, negative and huge; what was never negative stays so."""
    found = forecast_series(months({"a": [value * size for value in values]}), every="month", horizon=horizon).forecast
    assert found.height == horizon
    assert in_order(found)
    if min(values) >= 0:
        assert found["low_95"].min() >= 0  # type: ignore[operator]


def test_the_unit_does_not_matter() -> None:
    values = wavy(48)
    cents = forecast_series(months({"a": [value * 100 for value in values]}), every="month", horizon=3).forecast
    euros = forecast_series(months({"a": values}), every="month", horizon=3).forecast
    assert (cents["high_95"] / 100).to_list() == pytest.approx(euros["high_95"].to_list(), rel=1e-6)


@pytest.mark.slow
def test_same_numbers_on_one_process_and_on_two(monkeypatch: pytest.MonkeyPatch) -> None:
    series = {f"s{number}": wavy(40, seed=number) for number in range(2)}
    alone = forecast_series(months(series), every="month", horizon=4, workers=1)
    monkeypatch.setattr(members, "ALONE_BELOW", 1)
    both = forecast_series(months(dict(reversed(series.items()))), every="month", horizon=4, workers=2)
    assert both.forecast.equals(alone.forecast)
    assert both.card == alone.card


def test_a_back_test_sees_nothing_of_what_it_foretells() -> None:
    """36 months known, 4 held out: the fit gets the 36, and what it got wrong is the 4 less what it said."""
    rest = [1.0, 2.0, 3.0, 4.0]
    past = wavy(36)
    plan = plan_tests([Series("a", np.array(past + rest), "ensemble", "", 40, 0)], season=12, horizon=4, least=36)
    plan = replace(plan, rows=plan.rows[:1])
    (task,) = plan.tasks()
    assert task.values.tolist() == past
    tests = judge(plan, [Fit(np.array([1.0, 1, 1, 1]), 2.0, ())])
    assert tests.errors.tolist() == [[0, 1, 2, 3]]
    assert tests.scales.tolist() == [2.0]


@pytest.mark.parametrize(
    ("length", "horizon", "most", "holds"),
    [
        (60, 6, 6, [6, 8, 10, 12, 14, 16]),
        (60, 6, 2, [6, 8]),
        (32, 6, 6, [6, 8, 4, 2]),
        (27, 6, 6, [3, 2]),
        (27, 6, 1, [3]),
        (24, 6, 6, []),
    ],
)
def test_origins_leave_enough_to_learn_from(length: int, horizon: int, most: int, holds: list[int]) -> None:
    assert origins(length, horizon, 24, most) == holds


def test_a_member_that_fails_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def forecast(self, **_: object) -> dict[str, object]:
            raise ValueError("no")

    class Endless:
        def forecast(self, **_: object) -> dict[str, object]:
            return {"mean": [float("inf")] * 2, "fitted": [0.0] * 24}

    made = members._builders(12)
    monkeypatch.setattr(members, "_builders", lambda _: made | {"theta": Broken, "stl_theta": Endless})
    values = np.array(wavy(24))
    assert fit(Task(values, 12, 2)).members == ("ets_damped",)
    monkeypatch.setattr(members, "_builders", lambda _: {"theta": Broken})
    left = fit(Task(values, 12, 2))
    assert left.members == ("seasonal_naive",)
    assert left.mean.tolist() == values[12:14].tolist()


def test_a_member_that_runs_away_is_left_out() -> None:
    """Median 10; one member at 100 is further from it than the reach of 50. With two members each is as far from their middle as the other."""
    calm, near, wild = np.full(2, 10.0), np.full(2, 9.0), np.array([10.0, 100.0])
    kept = members._together({"a": calm, "b": near, "c": wild}, 50.0)
    assert list(kept) == ["a", "b"]
    assert list(members._together({"a": calm, "c": np.array([-200.0, 200.0])}, 50.0)) == ["median"]


def test_what_was_said_stands_beside_what_came() -> None:
    """Held out: the last 4 of 40 months. The forecast says 1 for each, what came is 1 … 4, the year before is the wave itself."""
    rest = [1.0, 2.0, 3.0, 4.0]
    plan = plan_tests([Series("a", np.array(wavy(36) + rest), "ensemble", "", 40, 0)], season=12, horizon=4, least=36)
    plan = replace(plan, rows=plan.rows[:1])
    tests = judge(plan, [Fit(np.array([1.0, 1, 1, 1]), 2.0, ())])
    found = told(plan, tests, date(2024, 4, 1), "month")
    assert found["actual"].to_list() == rest
    assert found["mean"].to_list() == [1.0] * 4
    assert found["naive"].to_list() == wavy(36)[24:28]
    assert found["known_until"].unique().to_list() == [date(2023, 12, 1)]
    assert found["period"].to_list() == [date(2024, month, 1) for month in range(1, 5)]
    assert found["inside_80"].to_list() == [None] * 4, "one back-test teaches nothing"


def test_refusals() -> None:
    frame = months({"a": [1.0, 2.0, 3.0]})
    with pytest.raises(UsageError, match="lack value"):
        forecast_series(frame.drop("value"), every="month", horizon=1)
    with pytest.raises(UsageError, match="'day'"):
        forecast_series(frame, every="day", horizon=1)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="horizon of 0"):
        forecast_series(frame, every="month", horizon=0)
    with pytest.raises(UsageError, match="more than one value for the month of 2020-01-01"):
        forecast_series(pl.concat([frame, frame]), every="month", horizon=1)
    assert forecast_series(frame.clear(), every="month", horizon=1).forecast.is_empty()


def test_importing_the_models_loads_no_forecasting_library() -> None:
    script = "import sys, onelead.models, onelead.models.series.forecast, onelead.models.series.revenue; print({'statsforecast', 'numba', 'pandas'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip() == "set()"
