"""Labels made by rules, worked out by hand, and what the card says about them."""

from __future__ import annotations

import json
from dataclasses import replace

import polars as pl
import pytest
from tests.models.world import documented_features, rules_input

from onelead.models import models, propensity
from onelead.models._rules_step import LOUD, RulesScorer, rule_labels
from onelead.models.learning import boosting
from onelead.models.learning.matrix import matrix


def test_rule_labels_by_hand() -> None:
    """Six accounts. Percentile rank = average rank / number of values.

    urgency 4 4 3 1 1 -: ranks of the five values 4.5 4.5 3 1.5 1.5 of 5 → 0.9 0.9 0.6 0.3 0.3, missing adds nothing
    end of life 3 1 1 1 1 1: ranks 6 3 3 3 3 3 of 6 → 1 0.5 ×5
    open: only the fourth; products 10 20 30 40 50 60: ranks 1/6 … 6/6
    scores: 1.8+2+0+0.0833 = 3.8833; 1.8+1+0.1667 = 2.9667; 1.2+1+0.25 = 2.45; 0.6+1+1.5+0.3333 = 3.4333; 0.6+1+0.4167 = 2.0167;
    0+1+0.5 = 1.5. Thirds: a and d High, b and c Medium, e and f Low.
    """
    features = pl.DataFrame(
        {
            "account_id": list("abcdef"),
            "urgency_score": [4, 4, 3, 1, 1, None],
            "eol_urgency_score": [3, 1, 1, 1, 1, 1],
            "has_active_opportunities": [False, False, False, True, False, False],
            "total_products": [10, 20, 30, 40, 50, 60],
        }
    )
    found = rule_labels(features)
    assert found["rule_score"].to_list() == pytest.approx([3.8833333, 2.9666667, 2.45, 3.4333333, 2.0166667, 1.5])
    assert found["label"].to_list() == ["High", "Medium", "Medium", "High", "Low", "Low"]


def test_ties_share_a_class_whatever_the_order_of_rows() -> None:
    """Scores by account: f highest, b and d and a tie on the places 2 to 4 (middle 3: Medium), c and e on 5 and 6 (Low). All equal: all Low."""
    features = pl.DataFrame({"account_id": list("fbdace"), "urgency_score": [4, 3, 3, 3, 2, 2]})
    labels = dict(rule_labels(features).select("account_id", "label").iter_rows())
    assert labels == {"f": "High", "b": "Medium", "d": "Medium", "a": "Medium", "c": "Low", "e": "Low"}
    assert set(rule_labels(features.with_columns(urgency_score=2))["label"]) == {"Low"}


def test_labels_that_tell_nobody_apart_say_so() -> None:
    same = rules_input(25)
    flat = same.features.with_columns(
        pl.lit(1).alias(name) for name in ("urgency_score", "eol_urgency_score", "total_products")
    ).with_columns(has_active_opportunities=pl.lit(value=False))
    found = propensity(replace(same, features=flat))
    assert set(found.scores["predicted_propensity"]) == {"Low"}
    assert "the score does not tell the accounts apart" in str(found.card["summary"])


def test_it_learns_most_of_the_rules_and_calls_it_agreement() -> None:
    found = propensity(rules_input(60))
    card = found.card
    assert card["label_source"] == "rules"
    assert card["signal"] is False
    metrics = card["metrics"]
    assert isinstance(metrics, dict)
    assert metrics["agreement_with_rules"]["value"] > metrics["baselines"]["most_common_class"]["agreement_with_rules"]
    assert LOUD in str(card["summary"])
    assert LOUD in card["limits"]  # type: ignore[operator]
    keys: list[str] = []
    json.loads(json.dumps(card), object_hook=lambda part: keys.extend(part) or part)
    assert not [key for key in keys if "accuracy" in key or key == "auc"], "agreement is never filed as a measure of accuracy"


def test_the_scores_follow_the_documented_formula_and_the_classes_the_labels() -> None:
    data = rules_input(60)
    scores = propensity(data).scores
    composite = 0.6 * pl.col("prob_high") + 0.3 * pl.col("prob_medium") + 0.1 * pl.col("prediction_confidence")
    assert scores.select((composite - pl.col("composite_score")).abs().max()).item() < 1e-12
    assert scores["probability"].null_count() == scores.height
    agree = (
        scores.join(rule_labels(data.features), on="account_id").select((pl.col("predicted_propensity") == pl.col("label")).mean()).item()
    )
    assert agree > 0.9


@pytest.mark.parametrize("exact_up_to", [1000, 10])
def test_contributions_and_baseline_sum_to_the_log_odds_of_high(monkeypatch: pytest.MonkeyPatch, exact_up_to: int) -> None:
    monkeypatch.setattr(boosting, "EXACT_CONTRIBUTIONS_MAX", exact_up_to)
    data = rules_input(40)
    found = propensity(data)
    scorer = models()["propensity"].load(found.artefact)
    assert isinstance(scorer, RulesScorer)
    margin = scorer.trees.margin(matrix(data.features.sort("account_id"), scorer.columns))[:, 0]
    sums = found.contributions.group_by("account_id").agg(pl.col("contribution").sum() + found.card["baseline_log_odds"]).sort("account_id")
    assert sums["contribution"].to_numpy() == pytest.approx(margin, abs=1e-4)
    assert ("approximated" in str(found.card["method"])) == (exact_up_to == 10)


def test_twenty_accounts_learn_nineteen_abstain() -> None:
    assert propensity(rules_input(20)).card["label_source"] == "rules"
    assert propensity(rules_input(19)).card["label_source"] == "none"


def test_missing_stays_missing() -> None:
    data = rules_input(40)
    found = propensity(data).contributions
    missing = data.features.filter(pl.col("project_success_rate").is_null())["account_id"].to_list()
    values = found.filter(pl.col("feature") == "project_success_rate", pl.col("account_id").is_in(missing))["value"]
    assert values.null_count() == values.len() == len(missing) > 0


def test_the_card_counts_what_the_rules_did_not_know() -> None:
    features = documented_features(30).with_columns(
        pl.when(pl.col("account_id") < "50010").then(None).otherwise("urgency_score").alias("urgency_score")
    )
    data = rules_input(30)
    found = propensity(type(data)(**{**data.__dict__, "features": features}))
    assert any("10 of 30 accounts state no urgency;" in limit for limit in found.card["limits"])  # type: ignore[attr-defined]
