"""Step 1: learn from observed outcomes, if there are enough of them and if they show more than the base rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.models._artefact import pack
from onelead.models._base import ModelOutput
from onelead.models.learning import measure
from onelead.models.learning.contributions import long_contributions
from onelead.models.learning.logistic import fit_logistic, fit_sigmoid, learn_basis
from onelead.models.learning.matrix import as_numbers, matrix, usable_columns
from onelead.models.learning.recipes import PENALTIES, candidates, recency_recipe
from onelead.models.learning.spread import account_sd
from onelead.models.outcomes.card import outcome_card
from onelead.models.outcomes.labels import project_starts, with_recency
from onelead.models.outcomes.scorer import OutcomeScorer
from onelead.models.outcomes.training import (
    FOLDS,
    Training,
    base_rates,
    deal_folds,
    held_out_chances,
    last_training_date,
    out_of_fold,
    validation_loss,
)

if TYPE_CHECKING:
    from onelead.models._base import ModelInput
    from onelead.models.outcomes.labels import Labels

MIN_HELD_OUT = 10
"""Accounts with and without a positive that the hold-out needs; with fewer no figure on it means anything."""


@dataclass(frozen=True)
class Evidence:
    """What the hold-out showed. ``figures`` goes on the card whatever the verdict."""

    signal: bool
    reason: str
    recipe_name: str
    figures: dict[str, object]
    calibration: list[dict[str, float]]


def learn_outcomes(data: ModelInput, labels: Labels) -> tuple[ModelOutput | None, dict[str, object]]:
    """The outcome model's output, or None and why not (an entry of the card's ``why_not_higher``)."""
    settings = data.context.settings.propensity
    rng = np.random.default_rng(settings.seed)
    rows, columns = _rows_with_features(data, _sample(labels.rows, settings.training_rows_max, rng))
    training = _training(rows, columns, rng, settings.horizon_days)
    if problem := _cannot_measure(training, columns):
        return None, {"step": "outcomes", "reason": problem}
    evidence = judge(training, settings.seed, rng)
    if not evidence.signal:
        return None, {"step": "outcomes", "reason": evidence.reason, "metrics": evidence.figures}
    scorer = _final(training, columns, data, evidence.recipe_name, rng)
    accounts, unscored = _accounts_now(data)
    scores = scorer.score(accounts, data.documented)
    values = matrix(accounts, columns)
    pushes, baseline = scorer.contributions(values)
    contributions = long_contributions(
        "propensity", accounts["account_id"], columns, values, pushes, keep=settings.contributions_kept, note=None
    )
    card = outcome_card(
        data,
        labels=labels,
        rows=rows,
        columns=columns,
        training=training,
        evidence=evidence,
        scorer=scorer,
        baseline=baseline,
        unscored=unscored,
    )
    return ModelOutput(scores, contributions, card, pack("outcomes", scorer.dump())), {}


def _sample(rows: pl.DataFrame, most: int, rng: np.random.Generator) -> pl.DataFrame:
    """At most about ``most`` rows, by drawing whole accounts."""
    if rows.height <= most:
        return rows
    accounts = rows["account_id"].unique().sort()
    drawn = rng.choice(accounts.len(), size=int(accounts.len() * most / rows.height), replace=False)
    return rows.join(pl.DataFrame({"account_id": accounts.gather(np.sort(drawn))}), on="account_id", how="semi").sort("account_id", "as_of")


def _rows_with_features(data: ModelInput, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """``rows`` with the features as of their own dates, and the features that vary in the training period."""
    parts = []
    for (day,), part in rows.partition_by("as_of", as_dict=True, maintain_order=True).items():
        features = data.history(day)
        columns = [name for name in usable_columns(features) if name not in part.columns]
        numbers = features.select("account_id").hstack(as_numbers(features, columns))
        parts.append(part.join(numbers, on="account_id", how="left"))
    every = pl.concat(parts, how="diagonal").sort("account_id", "as_of")
    last = last_training_date(every["as_of"].to_physical().to_numpy().astype(np.int64), data.context.settings.propensity.horizon_days)
    past = every.filter(pl.col("as_of").to_physical() <= last)
    own = set(rows.columns)
    return every, [name for name in usable_columns(past) if name not in own]


def _training(rows: pl.DataFrame, columns: list[str], rng: np.random.Generator, horizon: int) -> Training:
    accounts = rows["account_id"].rank("dense").to_numpy().astype(np.int64) - 1
    target = rows["positive"].cast(pl.Float64).to_numpy()
    return Training(
        accounts=accounts,
        dates=rows["as_of"].to_physical().to_numpy().astype(np.int64),
        values=matrix(rows, columns),
        recency=matrix(rows, ["recency_days"]),
        target=target,
        fold=deal_folds(accounts, target, rng),
        horizon=horizon,
    )


def _cannot_measure(training: Training, columns: list[str]) -> str | None:
    held, past = training.newest, training.past
    if not past.any():
        return "There is one past date only whose window is over, so that nothing can be tested on a later one."
    if not columns:
        return "No dated feature varies in the training period, so there is nothing to learn from."
    hits = len(np.unique(training.accounts[held & (training.target > 0)]))
    misses = len(np.unique(training.accounts[held & (training.target == 0)]))
    if min(hits, misses) < MIN_HELD_OUT:
        return f"The newest dates hold {hits} accounts with a positive and {misses} without; measuring needs {MIN_HELD_OUT} of each."
    for fold in range(FOLDS):
        learn = training.target[past & (training.fold != fold)]
        if min(learn.sum(), (1 - learn).sum()) < MIN_HELD_OUT:
            return f"The training dates hold fewer than {MIN_HELD_OUT} positives or negatives."
    return None


def judge(training: Training, seed: int, rng: np.random.Generator) -> Evidence:
    """Choose a recipe inside the training period, then measure it on the hold-out beside the naive models.

    Signal means: it saves log-loss against the base rate and ranks better than chance, both beyond the 95 % range over accounts.
    """
    recipes = candidates(seed)
    losses = {name: validation_loss(training, recipe) for name, recipe in recipes.items()}
    chosen = min(losses, key=lambda name: losses[name])
    held = training.newest
    target = training.target[held]
    chance = held_out_chances(training, recipes[chosen])[held]
    naive = base_rates(training)[held]
    recency = held_out_chances(training.with_values(training.recency), recency_recipe)[held]
    draws = measure.account_draws(training.accounts[held], measure.REPLICATES, rng)
    model = measure.report(target, chance, draws)
    saved = measure.gain(target, chance, naive, draws)
    auc_low = float(np.nanquantile(model.draws["auc"], 0.025))
    signal = saved["low"] > 0 and auc_low > 0.5  # noqa: PLR2004 - chance level of an AUC
    figures: dict[str, object] = {
        "measured_on": "hold-out: the newest dates, each account by a model that saw neither the account nor those dates",
        "spread": "90 % range over accounts drawn anew; gains: 95 %",
        "model": model.figures,
        "baselines": {
            "base_rate": measure.report(target, naive, draws).figures,
            "recency_only": measure.report(target, recency, draws).figures,
        },
        "log_loss_saved_against": {"base_rate": saved, "recency_only": measure.gain(target, chance, recency, draws)},
        "validation_log_loss": {name: round(loss, 5) for name, loss in losses.items()},
    }
    auc = model.figures["auc"]["value"]
    reason = (
        f"No signal found in the outcomes: on the hold-out the model saves {saved['value']:.4f} nats of log-loss against the base rate "
        f"(95 % range {saved['low']:.4f} to {saved['high']:.4f}; AUC {auc:.2f}, from {auc_low:.2f})."
    )
    return Evidence(signal, "" if signal else reason, chosen, figures, measure.calibration_table(target, chance))


def _final(training: Training, columns: list[str], data: ModelInput, chosen: str, rng: np.random.Generator) -> OutcomeScorer:
    """The chosen recipe on all rows, calibrated out of fold, and what its uncertainty rests on."""
    settings = data.context.settings.propensity
    recipe = candidates(settings.seed)[chosen]
    everything = np.ones(len(training.target), dtype=bool)
    margin = out_of_fold(training, everything, recipe, list(range(FOLDS)))
    once = np.ones(len(training.target))
    slope, shift = fit_sigmoid(margin, training.target, once)
    model = recipe(training.values, training.target, once)
    basis = learn_basis(training.values)
    redraws = [
        fit_logistic(training.values, training.target, weight.astype(np.float64), PENALTIES[0], basis)
        for weight in measure.account_draws(training.accounts, settings.bootstrap_draws, rng)
    ]
    apart = account_sd(slope * margin + shift, training.target, training.accounts)
    return OutcomeScorer(columns, settings.high_from, settings.medium_from, model, slope, shift, redraws, apart)


def _accounts_now(data: ModelInput) -> tuple[pl.DataFrame, int]:
    """Features as of now of the accounts that the question can be asked for (those with history), and how many cannot."""
    today = pl.lit(data.context.as_of)
    accounts = data.documented.select("account_id", today.alias("as_of"))
    starts = project_starts(data.projects, data.context)
    known = with_recency(accounts, starts).drop_nulls("recency_days").select("account_id")
    recorded = data.recorded.filter(pl.col("as_of") <= today).select("account_id")
    wanted = pl.concat([known, recorded]).unique()
    features = data.history(data.context.as_of).join(wanted, on="account_id", how="semi")
    features = features.join(accounts, on="account_id", how="semi").sort("account_id")
    return features, accounts.height - features.height
