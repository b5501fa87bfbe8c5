"""The outcome model on a planted world: it finds what was planted, claims nothing else, and measures only on what it never saw."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.models.world import AS_OF, HORIZON, SLOPES, WINDOWS, World, world

from onelead.models import ModelOutput, propensity
from onelead.models.learning.measure import auc
from onelead.models.learning.recipes import Regression
from onelead.models.outcomes import learn
from onelead.models.outcomes import training as _training
from onelead.models.outcomes.learn import MIN_HELD_OUT
from onelead.models.outcomes.training import Training, deal_folds, held_out_chances, validation_loss

GRID = [AS_OF - timedelta(days=HORIZON * step) for step in range(WINDOWS, 0, -1)]


@pytest.fixture(scope="module")
def planted() -> World:
    return world()


@pytest.fixture(scope="module")
def output(planted: World) -> ModelOutput:
    return propensity(planted.data())


def test_it_lands_on_the_outcomes_step(output: ModelOutput) -> None:
    assert output.card["label_source"] == "outcomes"
    assert output.card["signal"] is True
    assert set(output.scores["label_source"]) == {"outcomes"}


def test_the_planted_drivers_come_first_with_the_right_sign(output: ModelOutput) -> None:
    """Mean absolute push by feature: the three planted ones lead; push rises with the value where the planted slope is positive."""
    by_feature = (
        output.contributions.group_by("feature")
        .agg(pl.col("contribution").abs().mean().alias("size"), pl.corr("value", "contribution").alias("slope"))
        .sort("size", descending=True)
    )
    assert set(by_feature["feature"].head(3)) == set(SLOPES)
    slopes = dict(zip(by_feature["feature"], by_feature["slope"], strict=True))
    for driver, planted_slope in SLOPES.items():
        assert np.sign(slopes[driver]) == np.sign(planted_slope)
        assert abs(slopes[driver]) > 0.9
    sizes = dict(zip(by_feature["feature"], by_feature["size"], strict=True))
    assert min(sizes[driver] for driver in SLOPES) > 2 * max(size for name, size in sizes.items() if name not in SLOPES)


def test_chances_are_near_the_true_ones(planted: World, output: ModelOutput) -> None:
    """400 accounts: mean distance under 0.06, correlation over 0.95, and the 80 % interval holds the truth for 70 % at least."""
    truth, scores = planted.chance(AS_OF), output.scores.sort("account_id")
    assert np.abs(truth - scores["probability"].to_numpy()).mean() < 0.06
    assert np.corrcoef(truth, scores["probability"])[0, 1] > 0.95
    inside = (scores["probability_low"].to_numpy() <= truth) & (truth <= scores["probability_high"].to_numpy())
    assert inside.mean() > 0.70


def held_out_oracle(planted: World) -> float:
    """AUC of the true chances on the hold-out: what no model can beat but by luck."""
    day = GRID[-1]
    projects = planted.projects().filter(pl.col("stage_status").is_in(["C", "S"]), pl.col("start_date") > day)
    won = pl.Series(planted.accounts).is_in(projects["account_id"].unique().to_list()).cast(pl.Float64).to_numpy()
    return auc(won, planted.chance(day), np.ones(len(won)))


def figures(card: dict[str, object]) -> dict[str, Any]:
    metrics = card["metrics"]
    assert isinstance(metrics, dict)
    return metrics


def test_the_reported_auc_is_within_5_points_of_the_oracle_and_beats_the_naive_models(planted: World, output: ModelOutput) -> None:
    metrics = figures(output.card)
    reported = metrics["model"]["auc"]
    assert abs(reported["value"] - held_out_oracle(planted)) < 0.05
    assert reported["low"] > metrics["baselines"]["recency_only"]["auc"]["value"]
    assert metrics["log_loss_saved_against"]["base_rate"]["low"] > 0
    assert metrics["log_loss_saved_against"]["recency_only"]["low"] > 0
    assert metrics["model"]["calibration_error"]["value"] < 0.09


def test_classes_follow_the_thresholds_and_shares_the_draws(output: ModelOutput) -> None:
    scores = output.scores
    expected = pl.when(pl.col("probability") >= 0.5).then(pl.lit("High")).when(pl.col("probability") >= 0.2).then(pl.lit("Medium"))
    assert scores.select((expected.otherwise(pl.lit("Low")) == pl.col("predicted_propensity")).all()).item()
    assert scores["composite_score"].equals(scores["probability"], check_names=False)
    assert scores.select((pl.sum_horizontal("prob_high", "prob_medium", "prob_low") - 1).abs().max()).item() < 1e-9
    assert scores["prediction_confidence"].min() > 0  # type: ignore[operator]
    assert scores.select(
        (pl.col("probability_low") <= pl.col("probability")).all() & (pl.col("probability") <= pl.col("probability_high")).all()
    ).item()


def test_contributions_and_baseline_sum_to_the_log_odds_also_when_few_are_kept(planted: World, output: ModelOutput) -> None:
    for found in (output, propensity(planted.data(contributions_kept=2))):
        sums = (
            found.contributions.group_by("account_id")
            .agg(pl.col("contribution").sum() + found.card["baseline_log_odds"])
            .sort("account_id")
        )
        chance = found.scores.sort("account_id")["probability"].to_numpy()
        assert sums["contribution"].to_numpy() == pytest.approx(np.log(chance / (1 - chance)), abs=1e-5)
    assert found.contributions.group_by("account_id").len()["len"].unique().to_list() == [3]


def test_history_is_asked_for_the_label_dates_and_today_only() -> None:
    """So a feature of a later day cannot be reached: no date of a window that is not over, none after the as-of date."""
    planted = world()
    propensity(planted.data())
    assert sorted(set(planted.asked)) == [*GRID, AS_OF]
    assert len(planted.asked) == len(GRID) + 1


def test_a_feature_that_knows_the_future_only_today_does_not_help() -> None:
    """`features` (as of today) holds the answer of the last window; dated features do not. The output must be as without it."""
    planted = world()
    data = planted.data()
    answer = data.features.with_columns(pl.Series("answer", planted.chance(AS_OF)))
    assert propensity(replace(data, features=answer)).scores.equals(propensity(data).scores)


def test_accounts_without_history_keep_the_documented_class_without_chance(planted: World) -> None:
    data = planted.data()
    stranger = pl.DataFrame({"account_id": ["99999"], "opportunity_propensity_score": [0.001]})
    documented = pl.concat([data.documented, stranger.cast(dict(data.documented.schema))])
    found = propensity(replace(data, documented=documented))
    row = found.scores.filter(pl.col("account_id") == "99999").to_dicts()[0]
    assert (row["label_source"], row["probability"], row["composite_score"], row["predicted_propensity"]) == ("none", None, None, "Low")
    assert found.card["learned_from"]["accounts_not_scored"] == 1  # type: ignore[index]


def test_recorded_outcomes_are_learned_from_and_named(planted: World) -> None:
    data = planted.data(bootstrap_draws=5)
    recorded = pl.DataFrame({"account_id": planted.accounts[:30], "as_of": [AS_OF] * 30, "positive": [True] * 30})
    card = propensity(replace(data, recorded=recorded)).card
    assert card["learned_from"]["recorded_outcomes"] == 30  # type: ignore[index]
    assert any("30 labels are recorded outcomes" in limit for limit in card["limits"])  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", range(100, 104))
def test_without_signal_it_says_so_and_falls_back_to_rules(seed: int) -> None:
    """Starts at random: a fair coin for each account and window."""
    found = propensity(world(260, seed=seed, signal=False).data(bootstrap_draws=5))
    assert found.card["label_source"] == "rules"
    assert found.card["signal"] is False
    assert set(found.scores["label_source"]) == {"rules"}
    why = found.card["why_not_higher"]
    assert isinstance(why, list)
    assert "No signal found" in why[0]["reason"]
    assert "auc" in why[0]["metrics"]["model"], "what was measured is on the card"


def test_too_few_accounts_without_a_positive_is_not_enough(planted: World) -> None:
    labels_needed = planted.data(outcome_accounts=250)
    found = propensity(labels_needed)
    assert found.card["label_source"] == "rules"
    why = found.card["why_not_higher"][0]  # type: ignore[index]
    assert why["needed"] == {"accounts_with_positive": 250, "accounts_without_positive": 250}
    assert why["now"]["accounts_without_positive"] < 250
    assert "metrics" not in why


def training(*, seed: int = 0, accounts: int = 60, dates: int = 5, every: int = 180, horizon: int = 180) -> Training:
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.arange(accounts), dates)
    target = (rng.random(accounts * dates) < 0.4).astype(float)
    values = np.column_stack([codes.astype(float), rng.normal(size=accounts * dates)])
    return Training(
        codes, np.tile(np.arange(dates) * every, accounts), values, values[:, :1], target, deal_folds(codes, target, rng), horizon
    )


class Spy:
    """A recipe that remembers what it learned from and refuses to predict it. Rows are told apart by their features."""

    def __init__(self, data: Training) -> None:
        self._account = data.values[:, 0]
        self._date = dict(zip(map(tuple, data.values), data.dates, strict=True))
        self.predicted = 0

    def __call__(self, values: np.ndarray, *_: np.ndarray) -> Any:
        learned = set(values[:, 0])
        newest = max(self._date[tuple(row)] for row in values)
        spy = self

        class Fitted:
            def margin(self, asked: np.ndarray) -> np.ndarray:
                assert not learned & set(asked[:, 0]), "an account that was learned from is predicted"
                days = [spy._date[tuple(row)] for row in asked]
                held = [day for day in days if day >= 4 * 180]
                assert not held or newest < min(held), "a hold-out row is predicted by a model of its own time"
                spy.predicted += len(asked)
                return np.zeros(len(asked))

        return Fitted()


def test_nothing_is_measured_on_rows_that_were_learned_from() -> None:
    data = training()
    spy = Spy(data)
    chance = held_out_chances(data, spy)
    assert np.isfinite(chance[data.newest]).all()
    assert np.isnan(chance[~data.newest]).all()
    validation_loss(data, spy)
    assert spy.predicted > 0


def test_a_model_that_learns_by_heart_reports_chance_level() -> None:
    """Targets are coins tossed for each account. Knowing the account by heart gives AUC 1 on seen rows; on the card it must be near 0.5."""
    data = training(accounts=300)
    coin = np.random.default_rng(5).integers(0, 2, 300).astype(float)[data.accounts]
    by_heart = Training(data.accounts, data.dates, data.values, data.recency, coin, data.fold)
    chance = held_out_chances(by_heart, Regression(0.01))[by_heart.newest]
    assert abs(auc(coin[by_heart.newest], chance, np.ones(len(chance))) - 0.5) < 0.1


def test_folds_hold_whole_accounts_and_deal_positives_evenly() -> None:
    data = training()
    assert all(len(np.unique(data.fold[data.accounts == code])) == 1 for code in np.unique(data.accounts))
    sizes = np.bincount(data.fold)
    assert sizes.max() - sizes.min() <= 2 * 5


def test_a_hold_out_with_too_few_positives_is_not_measured() -> None:
    data = training()
    none = np.where(data.newest, 0.0, data.target)
    reason = learn._cannot_measure(Training(data.accounts, data.dates, data.values, data.recency, none, data.fold), ["x"])
    assert reason is not None
    assert str(MIN_HELD_OUT) in reason


def test_a_single_date_cannot_be_split_by_time() -> None:
    data = training(dates=1)
    assert "one past date" in str(learn._cannot_measure(data, ["x"]))


def test_large_inputs_are_sampled_by_whole_accounts() -> None:
    rows = pl.DataFrame(
        {"account_id": [f"{number:04d}" for number in range(1000)] * 3, "as_of": [date(2024, 1, day) for day in (1, 2, 3)] * 1000}
    )
    drawn = learn._sample(rows, 1200, np.random.default_rng(1))
    assert drawn.height == 1200
    assert drawn.group_by("account_id").len()["len"].unique().to_list() == [3]


def test_the_newest_quarter_of_the_dates_is_held_out() -> None:
    assert [_training.held_out(dates) for dates in (2, 4, 8, 12)] == [1, 1, 2, 3]


def test_windows_that_reach_into_the_hold_out_are_not_learned_from() -> None:
    """12 dates every 60 days: 540, 600 and 660 are held out. A window of 180 days that is over by day 540 began on day 360 or before."""
    data = training(dates=12, every=60)
    assert np.unique(data.dates[data.newest]).tolist() == [540, 600, 660]
    assert np.unique(data.dates[data.past]).tolist() == [0, 60, 120, 180, 240, 300, 360]
    assert data.with_values(data.recency).past.tolist() == data.past.tolist()
    learned: set[int] = set()
    days = dict(zip(map(tuple, data.values), data.dates.tolist(), strict=True))

    def recipe(values: np.ndarray, target: np.ndarray, weight: np.ndarray) -> Any:
        learned.update(days[tuple(row)] for row in values)
        return Regression(30.0)(values, target, weight)

    held_out_chances(data, recipe)
    assert max(learned) == 360
    learned.clear()
    validation_loss(data, recipe)
    assert max(learned) == 180, "the last training date, 360, is what recipes are chosen on"


def test_overlapping_windows_are_told_on_the_card(planted: World) -> None:
    card = propensity(planted.data(label_every_days=90, bootstrap_draws=5)).card
    split: Any = card["split"] or card["why_not_higher"]
    if card["label_source"] == "outcomes":
        last, first = date.fromisoformat(split["training_dates"][-1]), date.fromisoformat(split["holdout_dates"][0])
        assert (first - last).days >= HORIZON
