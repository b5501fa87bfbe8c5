"""What the card of the outcome model says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from onelead.models._card import build_card
from onelead.models.learning.matrix import missing_shares
from onelead.models.outcomes.training import FOLDS

if TYPE_CHECKING:
    import polars as pl

    from onelead.models._base import ModelInput
    from onelead.models.learning.matrix import Ints
    from onelead.models.outcomes.labels import Labels
    from onelead.models.outcomes.learn import Evidence
    from onelead.models.outcomes.scorer import OutcomeScorer
    from onelead.models.outcomes.training import Training


def outcome_card(
    data: ModelInput,
    *,
    labels: Labels,
    rows: pl.DataFrame,
    columns: list[str],
    training: Training,
    evidence: Evidence,
    scorer: OutcomeScorer,
    baseline: float,
    unscored: int,
) -> dict[str, object]:
    """The card of a model that found signal."""
    figures: dict[str, dict[str, dict[str, float]]] = evidence.figures  # type: ignore[assignment]
    auc, saved, draws = figures["model"]["auc"], figures["log_loss_saved_against"], data.context.settings.propensity.bootstrap_draws
    summary = (
        f"Learned from observed starts of {labels.rows['account_id'].n_unique()} accounts at {len(labels.dates)} past dates. "
        f"On the newest dates and accounts it had not seen: AUC {auc['value']:.2f} ({auc['low']:.2f} to {auc['high']:.2f}; chance is 0.50)."
    )
    return build_card(
        data,
        label_source="outcomes",
        summary=summary,
        learned_from=_learned_from(labels, rows, unscored),
        features=missing_shares(rows, columns),
        method={
            "name": evidence.recipe_name,
            "chosen_by": "log-loss on the last date before the hold-out, by models of earlier dates and other accounts",
            "calibration": "sigmoid on predictions for accounts not learned from",
            "interval": f"80 %, normal on the log-odds: {draws} hardly smoothed refits on accounts drawn anew, and account_sd",
            "prob_high, prob_medium, prob_low": "share of that normal distribution that lies in the class",
            **_apart(scorer),
            "after_measuring": "refitted on all dates and accounts; no figure here is measured on that fit",
        },
        split=_split(training),
        metrics=evidence.figures,
        calibration=evidence.calibration,
        signal=True,
        baseline_log_odds=round(baseline, 6),
        limits=_limits(labels, rows, unscored, saved["recency_only"]),
    )


def _learned_from(labels: Labels, rows: pl.DataFrame, unscored: int) -> dict[str, object]:
    return {
        "rows": rows.height,
        "accounts": rows["account_id"].n_unique(),
        "positives": int(rows["positive"].sum()),
        "accounts_with_positive": labels.with_positive,
        "accounts_without_positive": labels.without_positive,
        "dates": [day.isoformat() for day in labels.dates],
        "recorded_outcomes": labels.recorded,
        "accounts_not_scored": unscored,
    }


def _split(training: Training) -> dict[str, object]:
    held, past = training.newest, training.past
    return {
        "by": "time and account",
        "training_dates": _days(training.dates[past]),
        "holdout_dates": _days(training.held_dates),
        "training_rows": int(past.sum()),
        "holdout_rows": int(held.sum()),
        "holdout_accounts": len(np.unique(training.accounts[held])),
        "holdout_positives": int(training.target[held].sum()),
        "folds_of_accounts": FOLDS,
    }


def _apart(scorer: OutcomeScorer) -> dict[str, object]:
    meaning = "what accounts add to their log-odds that no column shows; upper end of its 80 % profile likelihood interval"
    return {"account_sd": round(scorer.account_sd, 4), "account_sd_is": meaning}


def _days(dates: Ints) -> list[str]:
    found: list[str] = np.unique(dates).astype("datetime64[D]").astype(str).tolist()
    return found


def _limits(labels: Labels, rows: pl.DataFrame, unscored: int, recency: dict[str, float]) -> list[str]:
    limits = [
        "A start counts as won when its stage is success or open as known today; some open ones will still be lost.",
        "It says what went before starts in the past. It does not say what causes them.",
        "The interval covers the choice of accounts to learn from and what sets accounts apart that no column shows; not a market that changes.",
        "On twelve samples with a known truth the interval held the true chance of 86 % of the accounts on average (75 to 92 % by sample).",
        "Whether there is a signal is decided on the same hold-out as the AUC, so the AUC given here is slightly optimistic.",
        "Products, support, credits and open opportunities are not used: the export does not say since when an account has them.",
        "Past dates are told from today's export: start, practice and country of a project are taken as they were recorded at its start.",
    ]
    if recency["low"] <= 0:
        limits.append("On the hold-out it is not better, beyond its spread, than the days since the last start alone.")
    if unscored:
        limits.append(f"{unscored} accounts have no dated project history and keep the class of the documented score, without probability.")
    if rows.height < labels.rows.height:
        limits.append(f"Learned from {rows.height} of {labels.rows.height} rows: whole accounts, drawn with the seed.")
    if labels.recorded:
        limits.append(f"{labels.recorded} labels are recorded outcomes of actions, so of accounts that somebody chose to act on.")
    if labels.recorded_unused:
        limits.append(
            f"{labels.recorded_unused} recorded outcomes were not used: they say neither yes nor no, or lie outside the dates that labels are made for."
        )
    return limits
