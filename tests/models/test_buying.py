"""The forecast of buying as a whole: on planted customers, on odd input, and when there is too little to learn from."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from onelead.core.errors import UsageError
from onelead.models.buying import forecast as buying

START = date(2020, 1, 1)
AS_OF = START + timedelta(days=7 * 60)


def world(customers: int, seed: int, days: int, dip: tuple[int, int] | None = None) -> pl.DataFrame:
    """Purchases of planted customers over ``days``; in the days of ``dip`` everybody buys a third as often."""
    rng = np.random.default_rng(seed)
    first = rng.integers(0, 120, customers)
    rate, life = rng.gamma(0.8, 1 / 60, customers), rng.exponential(1 / rng.gamma(0.7, 1 / 150, customers))
    worth = rng.gamma(5.0, 20.0, customers)
    rows = []
    for number in range(customers):
        end = min(days, first[number] + life[number])
        span = max(0.0, end - first[number])
        later = first[number] + span * rng.random(rng.poisson(rate[number] * span))
        if dip:
            later = later[~((later >= dip[0]) & (later < dip[1]) & (rng.random(len(later)) > 1 / 3))]
        days_bought = [float(first[number]), *later]
        rows += [(f"{number:05d}", START + timedelta(days=int(day)), float(worth[number] * rng.gamma(4, 0.25))) for day in days_bought]
    return pl.DataFrame(rows, schema=["account_id", "date", "value"], orient="row")


@cache
def sample() -> pl.DataFrame:
    return world(2000, 7, 800)


@cache
def outlook() -> buying.BuyingForecast:
    return buying.forecast(sample(), AS_OF, weeks=40, seed=1)


def after(frame: pl.DataFrame, accounts: pl.Series, weeks: int) -> pl.DataFrame:
    later = frame.filter((pl.col("date") > AS_OF) & (pl.col("date") <= AS_OF + timedelta(weeks=weeks)))
    real = later.group_by("account_id").agg(n=pl.col("date").n_unique(), value=pl.col("value").sum())
    return accounts.to_frame().join(real, on="account_id", how="left", maintain_order="left").fill_null(0)


def test_forecast_holds_on_planted_customers() -> None:
    found = outlook().accounts
    real = after(sample(), found["account_id"], 40)
    assert found.schema == buying.SCHEMA
    assert float(found["expected_purchases"].sum()) == pytest.approx(float(real["n"].sum()), rel=0.1)
    assert float(found["expected_value"].sum()) == pytest.approx(float(real["value"].sum()), rel=0.12)
    assert float(found["likely_purchases"].sum()) == pytest.approx(float(found["expected_purchases"].sum()))
    error = float((found["likely_purchases"] - real["n"]).abs().mean())
    assert error < float((found["expected_purchases"] - real["n"]).abs().mean())
    inside = ((real["n"] >= found["purchases_low"]) & (real["n"] <= found["purchases_high"])).mean()
    assert 0.78 < float(inside) < 0.99
    worth = ((real["value"] >= found["value_low"]) & (real["value"] <= found["value_high"])).mean()
    assert 0.78 < float(worth) < 0.99


def test_ranges_hold_their_means() -> None:
    found = outlook().accounts
    assert found.null_count().sum_horizontal().item() == 0
    assert found.select(pl.all_horizontal(pl.col("alive_low") <= pl.col("alive"), pl.col("alive") <= pl.col("alive_high")).all()).item()
    assert found.select((pl.all_horizontal(pl.selectors.float() >= 0)).all()).item()
    total = outlook().card["total"]
    assert isinstance(total, dict)
    assert total["low"] < total["expected"] < total["high"]


def test_card_shows_the_back_test() -> None:
    card = outlook().card
    tested = card["back_test"]
    assert isinstance(tested, dict)
    assert set(tested["figures"]) == {"model", "model, nearest per account", "Pareto/NBD", "BG/NBD", "rate so far", "always zero"}
    figures = tested["figures"]
    assert figures["model"]["rmse"] < figures["rate so far"]["rmse"]
    assert figures["model"]["rmse"] < figures["always zero"]["rmse"]
    assert figures["always zero"]["total_ratio"] == 0
    assert tested["forecast_weeks"] == pytest.approx(30, abs=0.2)


def test_large_tests_draw_customers(monkeypatch: pytest.MonkeyPatch) -> None:
    """With more customers than the limits the rest is drawn, and everybody still gets a forecast."""
    monkeypatch.setattr(buying.backtest, "TEST_MAX", 900)
    monkeypatch.setattr(buying.buying_model, "LEARN_MAX", 700)
    monkeypatch.setattr(buying.buying_model, "CHUNK", 300)
    found = buying.forecast(sample(), AS_OF, weeks=40, seed=1)
    tested = found.card["back_test"]
    assert isinstance(tested, dict)
    assert 800 < tested["customers"] <= 900
    assert found.accounts.height == outlook().accounts.height
    assert float(found.accounts["expected_purchases"].sum()) == pytest.approx(
        float(outlook().accounts["expected_purchases"].sum()), rel=0.1
    )
    assert float(found.accounts["likely_purchases"].sum()) == pytest.approx(float(found.accounts["expected_purchases"].sum()))


def test_a_common_dip_is_not_taken_for_leaving() -> None:
    """Everybody buys a third as often in the 10 weeks before the as-of date, and as before after it."""
    frame = world(1500, 11, 800, dip=(350, 420))
    found = buying.forecast(frame, AS_OF, weeks=40)
    real = float(after(frame, found.accounts["account_id"], 40)["n"].sum())
    method = found.card["method"]
    assert isinstance(method, dict)
    seen = buying.purchases(frame, AS_OF)
    plain = buying.buying_model.learn(seen, seen.summary(), 0).plain
    alone = float(plain.expected(buying.histories(seen.summary(), seen.as_of), 40).sum())
    assert abs(float(found.accounts["expected_purchases"].sum()) - real) < abs(alone - real)


def test_the_future_is_not_seen_and_order_does_not_count() -> None:
    past = sample().filter(pl.col("date") <= AS_OF).sample(fraction=1.0, shuffle=True, seed=3)
    again = buying.forecast(past, AS_OF, weeks=40, seed=1)
    assert_frame_equal(again.accounts, outlook().accounts, check_exact=True)
    assert outlook().card["left_out"] == {
        "without account or date": 0,
        "after the as-of date": sample().height - past.height,
        "days with more refunds than purchases": 0,
    }


def test_refunds_and_unknown_values_by_hand() -> None:
    """a: two rows on one day are one purchase of 30, a refund of 10 leaves 20 / 1; b: unknown and 40 → 40 / 1; c: more back than spent → 0."""
    rows = [
        ("a", START, 10.0),
        ("a", START, 20.0),
        ("a", START + timedelta(days=7), -10.0),
        ("b", START, None),
        ("b", START + timedelta(days=14), 40.0),
        ("c", START, 5.0),
        ("c", START + timedelta(days=1), -9.0),
        (None, START, 1.0),
        ("d", AS_OF + timedelta(days=1), 1.0),
    ]
    seen = buying.purchases(pl.DataFrame(rows, schema=["account_id", "date", "value"], orient="row"), AS_OF)
    summary = seen.summary()
    assert summary.select("account_id", "purchases", "known", "spent").rows() == [("a", 1, 1, 20.0), ("b", 2, 1, 40.0), ("c", 1, 1, 0.0)]
    assert list(seen.left_out.values()) == [1, 1, 2]
    history = buying.histories(summary, seen.as_of)
    assert history.x.tolist() == [0, 1, 0]
    assert history.recency.tolist() == [0, 2, 0]
    assert history.age.tolist() == [60, 60, 60]


def test_values_that_nobody_knows_stay_unknown() -> None:
    found = buying.forecast(sample().with_columns(value=None), AS_OF, weeks=40, seed=1)
    assert found.accounts["expected_value"].null_count() == found.accounts.height
    assert found.accounts["expected_purchases"].null_count() == 0
    assert any("known value" in limit for limit in found.card["limits"])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "frame",
    [
        sample().clear(),
        sample().head(50),
        sample().unique("account_id", keep="first", maintain_order=True),
        sample().with_columns(date=pl.lit(START)),
        sample().with_columns(date=pl.lit(AS_OF)),
        sample().with_columns(date=pl.lit(AS_OF + timedelta(days=1))),
        sample().with_columns(value=pl.lit(-1.0)),
    ],
    ids=["none", "few", "one purchase each", "same day", "today", "future", "refunds only"],
)
def test_abstains(frame: pl.DataFrame) -> None:
    found = buying.forecast(frame, AS_OF, weeks=40)
    assert found.card["label_source"] == "none"
    assert "abstains" in str(found.card["summary"])
    assert found.accounts.schema == buying.SCHEMA
    assert found.accounts["expected_purchases"].null_count() == found.accounts.height
    assert found.accounts["frequency"].null_count() == 0


def test_refuses() -> None:
    with pytest.raises(UsageError, match="lack value"):
        buying.forecast(sample().drop("value"), AS_OF)
    with pytest.raises(UsageError, match="0 weeks"):
        buying.forecast(sample(), AS_OF, weeks=0)
