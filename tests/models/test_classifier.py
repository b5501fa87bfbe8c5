"""Calibrated chances from mixed columns, on planted truth."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from onelead.models.learning import boosting
from onelead.models.learning.classifier import Choice, Classifier, choose, fit_classifier, restore_classifier
from onelead.models.learning.columns import Columns, learn_columns, learnable
from onelead.models.learning.logistic import sigmoid
from onelead.models.learning.measure import auc, calibration_error, deciles

NAMES = ["price", "kind", "size", "gap"]


def planted(rows: int, seed: int) -> tuple[pl.DataFrame, np.ndarray, np.ndarray]:
    """``price`` takes 60 values, each with an effect of its own; ``kind`` has 8 levels; ``gap`` is often missing; the true chance comes along."""
    effects = np.random.default_rng(99)
    of_price, of_kind = 1.2 * effects.normal(size=60), effects.normal(size=8)
    rng = np.random.default_rng(seed)
    price, kind = rng.integers(0, 60, rows), rng.integers(0, 8, rows)
    size, gap = rng.normal(size=rows), rng.normal(size=rows)
    gone = rng.random(rows) < 0.3
    chance = sigmoid(-1.0 + of_price[price] + of_kind[kind] + 0.8 * size + np.where(gone, 0.5, 0.0))
    frame = pl.DataFrame({"price": price * 1000.0, "kind": [f"k{code}" for code in kind], "size": size, "gap": np.where(gone, np.nan, gap)})
    return frame.with_columns(pl.col("gap").fill_nan(None)), chance, (rng.random(rows) < chance).astype(float)


@pytest.fixture(scope="module")
def fitted() -> tuple[Classifier, list[Choice]]:
    frame, _, target = planted(4000, 1)
    return fit_classifier(frame, NAMES, target, np.arange(4000) // 2, seed=3)


class TestOnPlantedTruth:
    def test_it_ranks_nearly_as_well_as_the_truth_and_says_true_chances(self, fitted: tuple[Classifier, list[Choice]]) -> None:
        frame, truth, target = planted(6000, 2)
        chance, once = fitted[0].chance(frame), np.ones(6000)
        assert auc(target, chance, once) > auc(target, truth, once) - 0.02
        assert calibration_error(target, chance, once, deciles(chance)) < 0.03
        assert np.corrcoef(chance, truth)[0, 1] > 0.92

    def test_means_of_shared_values_are_chosen_where_they_tell(self, fitted: tuple[Classifier, list[Choice]]) -> None:
        model, choices = fitted
        assert choices[0].means
        assert list(model.columns.means) == ["price"]

    def test_contributions_sum_to_the_margin_and_belong_to_the_columns(self, fitted: tuple[Classifier, list[Choice]]) -> None:
        model, frame = fitted[0], planted(50, 4)[0]
        pushes, baseline = model.contributions(frame)
        assert pushes.shape == (50, len(NAMES))
        assert np.allclose(pushes.sum(axis=1) + baseline, model.margin(frame), atol=1e-4)
        assert np.abs(pushes).mean(axis=0)[NAMES.index("gap")] < np.abs(pushes).mean(axis=0)[NAMES.index("price")]

    def test_it_saves_loads_and_takes_what_it_never_saw(self, fitted: tuple[Classifier, list[Choice]]) -> None:
        model, frame = fitted[0], planted(50, 5)[0]
        again = restore_classifier(json.loads(json.dumps(model.dump(), sort_keys=True)))
        assert np.array_equal(again.margin(frame), model.margin(frame))
        odd = pl.DataFrame({"price": [1.5, None], "kind": ["never", None], "size": [0.0, 0.0]})
        assert np.isfinite(model.margin(odd)).all()
        assert np.array_equal(model.margin(odd)[:1], model.margin(odd.with_columns(kind=pl.lit(None, pl.String)))[:1])

    def test_equal_input_gives_equal_output(self) -> None:
        frame, _, target = planted(600, 1)
        one, other = (fit_classifier(frame, NAMES, target, np.arange(600), seed=3)[0] for _ in range(2))
        assert one.dump() == other.dump()


def test_rows_kept_for_calibration_teach_the_trees_nothing() -> None:
    frame, _, target = planted(1200, 1)
    later = np.arange(1200) >= 900
    model, _ = fit_classifier(frame, NAMES, target, np.arange(1200), seed=3, calibrate=later)
    turned, _ = fit_classifier(frame, NAMES, np.where(later, 1 - target, target), np.arange(1200), seed=3, calibrate=later)
    assert [bag.dump() for bag in model.bags] == [bag.dump() for bag in turned.bags]
    assert (model.slope > 0.3, turned.slope) == (True, 0.0)


def test_chance_outcomes_give_chances_that_hardly_differ() -> None:
    frame, _, _ = planted(3000, 1)
    target = (np.random.default_rng(8).random(3000) < 0.3).astype(float)
    model, choices = fit_classifier(frame, NAMES, target, np.arange(3000), seed=3)
    assert model.chance(frame).std() < 0.05
    assert choices[0].rounds < 30


class TestColumns:
    def test_a_mean_never_holds_the_row_s_own_answer_nor_that_of_its_group(self) -> None:
        """60 values, each shared by 10 groups of 3 rows. Within a group all answers are equal, so leaving out only the row would tell them."""
        groups = np.repeat(np.arange(600), 3)
        target = np.random.default_rng(0).integers(0, 2, 600)[groups].astype(float)
        frame = pl.DataFrame({"value": (groups % 60).astype(float)})
        columns = learn_columns(frame, ["value"], target, groups, means=True)
        learned = columns.learning_matrix(frame, target, groups, np.random.default_rng(1))[:, 1]
        assert abs(auc(target, learned, np.ones(1800)) - 0.5) < 0.03
        assert auc(target, columns.matrix(frame)[:, 1], np.ones(1800)) > 0.55

    def test_values_of_one_group_each_get_no_mean(self) -> None:
        groups = np.repeat(np.arange(300), 4)
        frame = pl.DataFrame({"own": groups.astype(float), "few": (groups % 3).astype(float)})
        assert not learn_columns(frame, ["own", "few"], np.zeros(1200), groups, means=True).means

    def test_rare_and_unheard_of_categories_count_as_missing(self) -> None:
        frame = pl.DataFrame({"kind": ["a"] * 12 + ["b"] * 15 + ["rare"]})
        columns = learn_columns(frame, ["kind"], np.zeros(28), np.arange(28), means=False)
        assert columns.levels == {"kind": ["b", "a"]}
        matrix = columns.matrix(pl.DataFrame({"kind": ["a", "b", "rare", "new", None]}))[:, 0]
        assert matrix[:2].tolist() == [1.0, 0.0]
        assert np.isnan(matrix[2:]).all()

    def test_only_columns_that_differ_and_hold_numbers_or_words_are_learnable(self) -> None:
        frame = pl.DataFrame({"n": [1, 2], "same": [1, 1], "text": ["a", "b"], "flag": [True, None], "list": [[1], [2]]})
        assert learnable(frame) == ["n", "text", "flag"]
        assert learnable(frame.clear()) == []

    def test_sources_name_the_column_behind_each_mean(self) -> None:
        columns = Columns(["a", "b"], {"a": ["x"]}, {"b": {"1.0": 0.5}}, -1.0)
        assert columns.sources.tolist() == [0, 1, 1]
        assert columns.kinds == ("c", "q", "q")
        assert columns.matrix(pl.DataFrame({"a": ["x", "y"], "b": [1, 2]}))[:, 2].tolist() == [0.5, -1.0]


def test_the_search_prefers_what_unseen_groups_prefer() -> None:
    frame, _, target = planted(1500, 1)
    choices = choose(frame, NAMES, target, np.arange(1500), 1)
    assert choices[0].loss <= choices[1].loss
    assert {choice.shape for choice in choices} == {"shallow trees", "middling trees", "deep trees"}


def test_losses_stop_after_the_best() -> None:
    rng = np.random.default_rng(0)
    values, target = rng.normal(size=(200, 2)), rng.integers(0, 2, 200).astype(float)
    losses = boosting.held_losses(
        (values, target), (values[:50], 1 - target[:50]), {"eta": 0.3}, rounds=100, patience=5, seed=1, kinds="qq"
    )
    assert len(losses) <= 12
