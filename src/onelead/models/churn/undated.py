"""Without a date of leaving: by a flag where there is one, else by how accounts buy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from onelead.models._base import ModelOutput
from onelead.models._card import build_card
from onelead.models._scores import CONTRIBUTION_SCHEMA, as_predictions
from onelead.models.buying import forecast as buying
from onelead.models.buying.history import DAYS
from onelead.models.churn.question import Fitted, pack
from onelead.models.churn.terms import facts, purchases
from onelead.models.learning import measure
from onelead.models.learning.classifier import fit_classifier
from onelead.models.learning.columns import learnable
from onelead.models.learning.contributions import deal_contributions
from onelead.models.learning.matrix import one_thread
from onelead.models.survival.backtest import HORIZONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.models._base import ModelInput
    from onelead.models.buying.forecast import BuyingForecast
    from onelead.models.churn.question import Question
    from onelead.models.learning.matrix import Floats

MIN_FLAGGED = 50
"""Accounts with the flag, and without it, that learning needs."""
TOO_GOOD = 0.98
"""AUC of a single column from which it is taken to be written because of the leaving, not before it."""
STATED = ("industry", "size_class", "employees", "annual_revenue", "segment", "region", "country")
PARTS = 5


def buyers(data: ModelInput) -> BuyingForecast:
    """How accounts go on buying; see ``models.buying``."""
    rows = purchases(data).select("account_id", date="day", value="value")
    return buying.forecast(
        rows, data.context.as_of, weeks=52 * data.context.settings.models.lifetime_years, seed=data.context.settings.propensity.seed
    )


def by_buying(question: Question, data: ModelInput, stakes: pl.DataFrame, why: Sequence[str]) -> ModelOutput:
    """The chance that an account has stopped buying by then, those who have already included."""
    found = buyers(data)
    source = "rates" if found.model else "none"
    rows = [_buying_rows(found, days) for days in HORIZONS]
    named = pl.concat(rows).with_columns(
        model=pl.lit(question.id), subject_kind=pl.lit("account"), subject_id="account_id", label_source=pl.lit(source)
    )
    told: Any = found.card
    card = build_card(
        data,
        label_source=source,
        summary=_buying_summary(found),
        model=question.id,
        question=question.text,
        learned_from=told["learned_from"],
        features=[],
        method={"name": "chance of having stopped to buy, from how often and how lately an account bought (Pareto/NBD)", "horizons": list(HORIZONS), "of_purchases": told.get("method")},
        split=told.get("back_test") and {key: told["back_test"][key] for key in ("learned_weeks", "forecast_weeks", "customers")},
        metrics=told.get("back_test") and {"measured_on": "purchases after an earlier day", "purchases": told["back_test"]["figures"]},
        limits=["Nobody wrote down when these accounts left: they are taken to have when they stop to buy.", *told.get("limits", [])],
        why_not_higher=[{"step": "outcomes", "reason": reason} for reason in [*why, *(told["why_not_higher"] if source == "none" else [])]],
    )  # fmt: skip
    predicted = as_predictions(named.join(stakes, on="account_id", how="left")).sort("subject_id", "horizon_days")
    return ModelOutput(predicted, pl.DataFrame(schema=CONTRIBUTION_SCHEMA), card, b"")


def _buying_rows(found: BuyingForecast, days: int) -> pl.DataFrame:
    if found.model is None or found.seen is None:
        return found.accounts.select("account_id", pl.lit(days).alias("horizon_days"), pl.lit(None, pl.Float64).alias("probability"))
    gone = np.clip(found.model.gone(found.seen.summary(), found.seen.as_of, days / DAYS), 0.0, 1.0)
    now = 1.0 - found.accounts["alive"].to_numpy()
    left = np.clip(1.0 - (1.0 - gone) / np.maximum(1.0 - now, 1e-12), 0.0, 1.0)
    low, high = (1.0 - found.accounts[name].to_numpy() * (1.0 - left) for name in ("alive_high", "alive_low"))
    return found.accounts.select(
        "account_id",
        pl.lit(days).alias("horizon_days"),
        pl.Series("probability", gone),
        pl.Series("probability_low", np.minimum(low, gone)),
        pl.Series("probability_high", np.maximum(high, gone)),
    )


def _buying_summary(found: BuyingForecast) -> str:
    if found.model is None:
        return str(found.card["summary"])
    gone = float((1.0 - found.accounts["alive"]).sum())
    return f"From purchases alone: of {found.accounts.height:,} accounts that ever bought, {gone:,.0f} are thought to have stopped by now."


def flagged(data: ModelInput) -> pl.DataFrame:
    """Accounts whose companies all state whether they are customers: account_id, target, what is stated of them."""
    rows = facts(data, "companies", ["account_id", "is_churned", "churned_date", *STATED]).unique(
        "account_id", keep="first", maintain_order=True
    )
    dated = pl.col("churned_date") <= data.context.as_of  # who leaves on a day to come is a customer still
    left = pl.coalesce(dated, "is_churned")
    return rows.with_columns(target=left.cast(pl.Float64)).drop_nulls("target").drop("is_churned", "churned_date").sort("account_id")


def by_flag(question: Question, data: ModelInput, stakes: pl.DataFrame, why: Sequence[str]) -> ModelOutput | None:
    """A classification by what is stated of the company; None where a flag is too rare, or where nothing stated tells the accounts apart."""
    rows = flagged(data)
    target = rows["target"].to_numpy()
    if min(target.sum(), (1 - target).sum()) < MIN_FLAGGED:
        return None
    names = learnable(rows.select(STATED))
    refused = [name for name in names if _alone(rows[name], target) >= TOO_GOOD]
    names = [name for name in names if name not in refused]
    if not names:
        return None
    with one_thread():
        return _classified(question, data, rows, names, refused, stakes, why)


def _classified(question: Question, data: ModelInput, rows: pl.DataFrame, names: list[str], refused: list[str], stakes: pl.DataFrame, why: Sequence[str]) -> ModelOutput | None:  # fmt: skip
    seed, target = data.context.settings.propensity.seed, rows["target"].to_numpy()
    groups = np.arange(rows.height)
    held = np.random.default_rng(seed).permutation(rows.height) % PARTS == 0
    trial, choices = fit_classifier(rows.filter(~held), names, target[~held], np.arange(int((~held).sum())), seed=seed)
    draws = measure.account_draws(np.arange(int(held.sum())), measure.REPLICATES, np.random.default_rng(seed))
    chance, rate = trial.chance(rows.filter(held)), np.full(int(held.sum()), float(target[~held].mean()))
    report, saved = measure.report(target[held], chance, draws), measure.gain(target[held], chance, rate, draws)
    if saved["low"] <= 0:
        return None
    model, _ = fit_classifier(rows, names, target, groups, seed=seed, chosen=choices[0])
    today = rows.filter(pl.col("target") == 0.0)
    predicted = today.select("account_id", pl.Series("probability", model.chance(today)), subject_id="account_id").with_columns(
        model=pl.lit(question.id), subject_kind=pl.lit("account"), label_source=pl.lit("outcomes"), basis=pl.lit("flag")
    )
    asked = today.rename({"account_id": "opportunity_id"}).with_columns(account_id="opportunity_id").drop("target")
    pushes, baseline = deal_contributions(question.id, asked, model, keep=data.context.settings.propensity.contributions_kept)
    card = build_card(
        data,
        label_source="outcomes",
        summary=f"Only a flag says who left, not when: how alike each customer is to those who did. On accounts held out: AUC {report.figures['auc']['value']:.2f}.",
        model=question.id,
        question="Is the account like those that left? No date says when they did, so no time ahead is told.",
        learned_from={"rows": rows.height, "accounts": rows.height, "left": int(target.sum())},
        features=[{"feature": name} for name in names],
        method={"name": "averaged boosted trees, calibrated", "minimum": {"with_and_without_the_flag": MIN_FLAGGED}, "refused_columns": refused},
        split={"by": "account", "holdout_accounts": int(held.sum())},
        metrics={"measured_on": "accounts held out; no dates, so not on later data", "model": report.figures, "baselines": {"base_rate": measure.report(target[held], rate, draws).figures}, "log_loss_saved_against": {"base_rate": saved}},
        calibration=measure.calibration_table(target[held], chance),
        signal=True,
        baseline_log_odds=round(baseline, 6),
        limits=["Only what is stated of the company is looked at: what happened after it left would give it away.", "It says what went before, not what causes it."],
        why_not_higher=[],
    )  # fmt: skip
    card["method"] = {**(card["method"] if isinstance(card["method"], dict) else {}), "no_dates": list(why)}
    scores = as_predictions(predicted.join(stakes, on="account_id", how="left")).sort("subject_id")
    return ModelOutput(scores, _of_accounts(pushes), card, pack(question, Fitted(data.context.as_of.isoformat(), classifier=model)))


def _of_accounts(pushes: pl.DataFrame) -> pl.DataFrame:
    return pushes.with_columns(pl.lit("account").alias("subject_kind"))


def _alone(values: pl.Series, target: Floats) -> float:
    """AUC of one column's own shares (categories) or order (numbers), whichever way round."""
    if values.dtype.is_numeric():
        known = values.cast(pl.Float64).fill_null(float("-inf")).to_numpy()
        found = measure.auc(target, known, np.ones(len(target)))
        return max(found, 1 - found)
    if values.n_unique() > len(values) / 10:
        return 0.5
    rate = (
        pl.DataFrame([values.alias("value"), pl.Series("target", target)])
        .select(pl.col("target").mean().over("value"))["target"]
        .to_numpy()
    )
    return measure.auc(target, rate, np.ones(len(target)))
