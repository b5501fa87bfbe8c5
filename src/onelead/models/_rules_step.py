"""Step 2: weak supervision. Labels made by rules, learned by the documented gradient boosting.

Such a model repeats the rules; how well it does says nothing about customers. Agreement with rules is not accuracy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from onelead.models._artefact import pack
from onelead.models._base import ModelOutput
from onelead.models._card import build_card
from onelead.models._scores import NOT_TOLD, scored, tells_apart, thirds
from onelead.models.learning import boosting
from onelead.models.learning.contributions import long_contributions
from onelead.models.learning.matrix import matrix, missing_shares, usable_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onelead.models._base import ModelInput
    from onelead.models.learning.matrix import Floats, Ints

CLASSES = ("High", "Medium", "Low")
ROUNDS = 100
TREES: dict[str, object] = {"eta": 0.1, "max_depth": 6}
FOLDS = 5
ASKED = {"urgency_score": "urgency", "eol_urgency_score": "end-of-life urgency", "total_products": "number of products"}
"""Features that the rules ask for, in words."""
LEARNED_MOST = 5_000
"""Accounts that the trees learn from at most: the labels are a plain formula, more rows only cost time."""
NOTE = "Learned from labels made by rules, not from outcomes."
LOUD = "Agreement with the rules is not accuracy: nothing here was compared with what customers did."


def rule_labels(features: pl.DataFrame) -> pl.DataFrame:
    """account_id, rule_score and label (High, Medium, Low: thirds, equal scores in one class).

    rule_score = 2 × percentile rank of urgency + 2 × of end-of-life urgency + 1.5 if open opportunities + 0.5 × percentile rank of
    the product count (solution document, "Synthetic Label Generation"). Ranks are average ranks divided by the number of accounts
    that have a value, as pandas does; a missing value adds nothing.
    """

    def part(name: str, points: float) -> pl.Expr:
        if name not in features.columns:
            return pl.lit(0.0)
        value = pl.col(name).cast(pl.Float64)
        return (points * value.rank("average") / value.count()).fill_null(0.0)

    has_open = (
        pl.col("has_active_opportunities").cast(pl.Float64) > 0 if "has_active_opportunities" in features.columns else pl.lit(value=False)
    )
    score = part("urgency_score", 2) + part("eol_urgency_score", 2) + part("total_products", 0.5) + 1.5 * has_open.fill_null(value=False)
    # Rounded, so that sums that are equal on paper tie whatever order they were added in.
    return features.select("account_id", score.round(9).alias("rule_score")).with_columns(thirds("rule_score").alias("label"))


@dataclass(frozen=True)
class RulesScorer:
    """The trees and the features they know."""

    columns: list[str]
    trees: boosting.Boosted

    def score(self, features: pl.DataFrame, documented: pl.DataFrame) -> pl.DataFrame:
        """Class probabilities of the trees; composite = 0.6 P(high) + 0.3 P(medium) + 0.1 confidence."""
        chances = self.trees.probabilities(matrix(features, self.columns))
        sure = chances.max(axis=1)
        columns = {
            "predicted_propensity": np.array(CLASSES)[chances.argmax(axis=1)].tolist(),
            "prediction_confidence": sure,
            "prob_high": chances[:, 0],
            "prob_medium": chances[:, 1],
            "prob_low": chances[:, 2],
            "composite_score": 0.6 * chances[:, 0] + 0.3 * chances[:, 1] + 0.1 * sure,
        }
        return scored(features["account_id"], columns, documented, "rules")


def restore(content: Mapping[str, Any]) -> RulesScorer:
    """A scorer from the artefact's content."""
    return RulesScorer(list(content["columns"]), boosting.restore(content["trees"], len(CLASSES)))


def learn_rules(data: ModelInput, why_not: list[dict[str, object]]) -> ModelOutput:
    """Scores from labels made by rules."""
    settings = data.context.settings.propensity
    features = data.features.sort("account_id")
    columns = usable_columns(features)
    ruled = rule_labels(features)
    labels = ruled["label"].replace_strict(list(CLASSES), [0, 1, 2], return_dtype=pl.Int64).to_numpy()
    values = matrix(features, columns)
    rng = np.random.default_rng(settings.seed)
    learned = np.sort(rng.permutation(len(labels))[:LEARNED_MOST])
    agreement = _agreement(values[learned], labels[learned], settings.seed, rng)
    scorer = RulesScorer(columns, _train(values[learned], labels[learned], settings.seed))
    scores = scorer.score(features, data.documented)
    pushes, baseline = scorer.trees.contributions(values, klass=0)
    contributions = long_contributions(
        "propensity", features["account_id"], columns, values, pushes, keep=settings.contributions_kept, note=NOTE
    )
    why = " ".join(str(entry["reason"]) for entry in why_not)
    told = "" if tells_apart(ruled["rule_score"]) else f"All accounts are Low: {NOT_TOLD}. "
    card = build_card(
        data,
        label_source="rules",
        summary=f"Learned from labels made by rules for {len(learned):,} accounts, not from outcomes. {LOUD} {told}{why}",
        learned_from=_learned_from(features, labels, learned),
        features=missing_shares(features, columns),
        method={
            "name": "gradient boosting",
            "trees": ROUNDS,
            "learning_rate": TREES["eta"],
            "depth": TREES["max_depth"],
            "composite": "0.6 P(high) + 0.3 P(medium) + 0.1 confidence",
            "contributions": "log-odds of High"
            + ("" if len(values) <= boosting.EXACT_CONTRIBUTIONS_MAX else ", approximated along the path"),
        },
        split={"by": "account", "folds": FOLDS, "note": "for the agreement only; the scores come from a fit on all accounts learned from"},
        metrics=agreement,
        baseline_log_odds=round(baseline, 6),
        limits=_limits(features),
        why_not_higher=why_not,
    )
    return ModelOutput(scores, contributions, card, pack("rules", {"columns": columns, "trees": scorer.trees.dump()}))


def _train(values: Floats, labels: Ints, seed: int) -> boosting.Boosted:
    return boosting.train(values, labels.astype(np.float64), None, TREES, rounds=ROUNDS, seed=seed, classes=len(CLASSES))


def _agreement(values: Floats, labels: Ints, seed: int, rng: np.random.Generator) -> dict[str, object]:
    """How often a model of the other folds gives an unseen account the label that the rules give it."""
    fold = np.empty(len(labels), dtype=np.int64)
    for klass in range(len(CLASSES)):
        members = rng.permutation(np.flatnonzero(labels == klass))
        fold[members] = np.arange(len(members)) % FOLDS
    shares = []
    common = []
    for held in range(FOLDS):
        seen, asked = fold != held, fold == held
        guess = _train(values[seen], labels[seen], seed).margin(values[asked]).argmax(axis=1)
        shares.append(float((guess == labels[asked]).mean()))
        common.append(float((labels[asked] == np.bincount(labels[seen]).argmax()).mean()))
    return {
        "measured_on": "cross-validation by account: each account by a model that had not seen it",
        "meaning": LOUD,
        "agreement_with_rules": {
            "value": round(float(np.mean(shares)), 4),
            "low": round(min(shares), 4),
            "high": round(max(shares), 4),
            "spread": "lowest and highest fold",
        },
        "baselines": {"most_common_class": {"agreement_with_rules": round(float(np.mean(common)), 4)}},
    }


def _learned_from(features: pl.DataFrame, labels: Ints, learned: Ints) -> dict[str, object]:
    counts = np.bincount(labels[learned], minlength=len(CLASSES))
    return {
        "rows": len(learned),
        "accounts": len(learned),
        "accounts_scored": features.height,
        "labels": dict(zip(CLASSES, counts.tolist(), strict=True)),
        "rule": "2 × percentile rank of urgency + 2 × of end-of-life urgency + 1.5 if there are open opportunities "
        "+ 0.5 × percentile rank of the number of products; thirds, equal scores in one class; a missing value adds nothing",
    }


def _limits(features: pl.DataFrame) -> list[str]:
    limits = [
        LOUD,
        "The labels are computed from features that the model is given, so that it can only repeat the rules.",
        "On screens these scores are words, not percentages.",
    ]
    for name, words in ASKED.items():
        gone = features[name].null_count() if name in features.columns else features.height
        if gone:
            limits.append(f"{gone:,} of {features.height:,} accounts state no {words}; it adds nothing to their rule score.")
    return limits
