"""Amounts by month as a forecast: parts add up, periods are what they say, and too little is said to be too little."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import polars as pl
import pytest
from tests.frames import context

from onelead.core.settings import Settings
from onelead.models._card import FIELDS
from onelead.models.series.revenue import DIMENSIONS, Amounts, forecast_amounts, lacking, split
from onelead.models.series.revenue_card import by_step
from onelead.tables.forecasts import TABLE, ForecastContract

KEYS = ["dimension", "member", "span", "period_start", "made_on"]


def amounts(months: int, *, as_of: date = date(2024, 9, 4), settings: Settings | None = None, lag: int = 0) -> Amounts:
    """Two regions of one product line, up to August 2024 less ``lag``."""
    wave = np.random.default_rng(3).normal(size=(months, 2)) * 4 + 100 + 20 * np.sin(np.arange(months) * np.pi / 6)[:, None]
    last = date(2024, 8, 1)
    rows = []
    for place in range(months):
        year, month = divmod(last.year * 12 + last.month - 1 - lag - (months - 1 - place), 12)
        for region, value in zip(("North", "South"), wave[place], strict=True):
            rows.append((date(year, month + 1, 1), region, "Boxes", None, float(value), 1))
    frame = pl.DataFrame(rows, schema=["month", *DIMENSIONS, "value", "rows"], orient="row", infer_schema_length=None)
    return Amounts("transactions", frame.with_columns(pl.col("team").cast(pl.String)), context(as_of, settings))


@pytest.fixture(scope="module")
def made() -> tuple[pl.DataFrame, dict[str, object]]:
    """Forecast of 36 months; the fiscal year begins in February, so that the quarter of August holds August, September and October."""
    return forecast_amounts(amounts(36, settings=Settings(fiscal={"first_month": 2})))


def test_parts_add_up_to_the_total_in_every_period(made: tuple[pl.DataFrame, dict[str, object]]) -> None:
    now = made[0].filter(pl.col("made_on") == date(2024, 8, 31))
    assert set(now["dimension"]) == {"total", "region"}, "one product line and no team are no parts"
    total = now.filter(pl.col("dimension") == "total").sort("span", "period_start")
    parts = (
        now.filter(pl.col("dimension") == "region")
        .group_by("span", "period_start")
        .agg(pl.col("mean", "actual").sum())
        .sort("span", "period_start")
    )
    for name in ("mean", "actual"):
        assert parts[name].to_list() == pytest.approx(total[name].fill_null(0).to_list(), rel=1e-9), name


def test_rows_are_those_of_the_table(made: tuple[pl.DataFrame, dict[str, object]]) -> None:
    ForecastContract.validate(made[0])
    assert not made[0].select(TABLE.key).is_duplicated().any()
    ranges = made[0].drop_nulls("low_95")
    assert (ranges["low_95"] <= ranges["low_80"]).all()
    assert (ranges["low_80"] < ranges["mean"]).all()
    assert (ranges["high_80"] <= ranges["high_95"]).all()


def test_a_quarter_that_has_begun_holds_what_came(made: tuple[pl.DataFrame, dict[str, object]]) -> None:
    total = made[0].filter((pl.col("dimension") == "total") & (pl.col("made_on") == date(2024, 8, 31)))
    month = {row["period_start"]: row for row in total.filter(pl.col("span") == "month").iter_rows(named=True)}
    quarters = total.filter(pl.col("span") == "quarter").sort("period_start").to_dicts()
    assert [row["period_start"] for row in quarters] == [date(2024, 8, 1), date(2024, 11, 1), date(2025, 2, 1), date(2025, 5, 1)]
    first, second = quarters[:2]
    assert first["period_end"] == date(2024, 10, 31)
    assert first["actual"] == pytest.approx(month[date(2024, 8, 1)]["actual"])
    assert first["mean"] == pytest.approx(first["actual"] + month[date(2024, 9, 1)]["mean"] + month[date(2024, 10, 1)]["mean"])
    assert second["actual"] is None
    assert first["high_80"] - first["mean"] < second["high_80"] - second["mean"], "what came is certain"


def test_days_ahead_take_their_share_of_each_month(made: tuple[pl.DataFrame, dict[str, object]]) -> None:
    """30 days from 5 September: 26 of its 30 days, and 4 of the 31 of October."""
    total = made[0].filter((pl.col("dimension") == "total") & pl.col("mean").is_not_null())
    month = dict(total.filter((pl.col("span") == "month") & pl.col("actual").is_null()).select("period_start", "mean").iter_rows())
    row = total.filter(pl.col("span") == "30 days").row(0, named=True)
    assert (row["period_start"], row["period_end"]) == (date(2024, 9, 5), date(2024, 10, 4))
    assert row["mean"] == pytest.approx(26 / 30 * month[date(2024, 9, 1)] + 4 / 31 * month[date(2024, 10, 1)])


def test_back_tests_say_what_was_not_known(made: tuple[pl.DataFrame, dict[str, object]]) -> None:
    tested = made[0].filter(pl.col("made_on") < date(2024, 8, 31))
    assert set(tested["dimension"]) == {"total"}
    assert (tested["period_start"] > tested["made_on"]).all()
    assert tested["actual"].null_count() == tested["mean"].null_count() == 0


def test_the_card_holds_the_record(made: tuple[pl.DataFrame, dict[str, object]]) -> None:
    card = json.loads(json.dumps(made[1]))
    assert set(card) == set(FIELDS)
    first = card["metrics"]["by_step"]["total"][0]
    tested = made[0].filter((pl.col("made_on") < date(2024, 8, 31)) & (pl.col("step") == 1))
    off = (tested["actual"] - tested["mean"]).abs().sum() / tested["actual"].sum()
    assert (first["step"], first["back_tests"]) == (1, tested.height)
    assert first["off"] == pytest.approx(off)
    assert f"off by {off:.1%} one month ahead" in card["summary"]


def test_off_and_bias_by_hand() -> None:
    """Said 90 and 120 where 100 came twice, a year before 80 and 100: off (10 + 20) ÷ 200, bias (−10 + 20) ÷ 200, naively (20 + 0) ÷ 200."""
    tested = pl.DataFrame(
        {"step": [1, 1], "mean": [90.0, 120], "naive": [80.0, 100], "actual": [100.0, 100], "inside_80": [1.0, 0], "inside_95": [1.0, 1]}
    )
    assert by_step(tested) == [
        {"step": 1, "back_tests": 2, "off": 0.15, "naive_off": 0.1, "bias": 0.05, "inside_80": 0.5, "inside_95": 1.0}
    ]


def test_too_little_is_said_to_be_too_little() -> None:
    assert lacking(amounts(24)) == ""
    assert lacking(amounts(23)) == "23 whole months have amounts; a forecast needs 24."
    assert lacking(amounts(30, lag=3)) == ""
    assert lacking(amounts(30, lag=4)) == "The newest amounts are of April 2024: nobody knows what came since."
    assert lacking(Amounts("invoices", amounts(1).months.clear(), context())) == "No whole month has an amount."


def test_the_smaller_parts_stand_together() -> None:
    frame = pl.DataFrame(
        {
            "month": [date(2024, 8, 1)] * 9,
            "region": [*"ABCDEFGH", None],
            "product": ["Boxes"] * 9,
            "team": ["Red"] * 9,
            "value": [float(9 - place) for place in range(9)],
        }
    )
    sums, names = split(Amounts("invoices", frame, context()))
    assert names == {
        "region": ["region=A", "region=All others", "region=B", "region=C", "region=D", "region=E", "region=F", "region=Not stated"]
    }
    known = dict(sums.select("series", "value").iter_rows())
    assert (known["region=All others"], known["region=Not stated"], known["total=All"]) == (5, 1, 45)
