"""Where there are dates: survival of accounts and contracts, learned from what was known of them on past days."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np
import polars as pl

from onelead.models._base import ModelOutput
from onelead.models._card import build_card
from onelead.models._scores import CONTRIBUTION_SCHEMA, as_predictions
from onelead.models.churn.features import FEATURES
from onelead.models.churn.known import known_on, known_today
from onelead.models.churn.question import Fitted, before, pack
from onelead.models.survival import forecast as survival
from onelead.models.survival.backtest import HORIZONS, MIN_ENDS
from onelead.models.survival.hazard import ROWS_MAX
from onelead.models.survival.spells import PERIOD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.models._base import ModelInput
    from onelead.models.churn.question import Question
    from onelead.models.survival.forecast import SurvivalForecast

MONTHS = 48
"""Past days, a period apart, on which what was known is read; before them only time counts."""
CHANCE = ("probability", "probability_low", "probability_high")
SOURCES = {"outcomes": "outcomes", "base rate": "rates", "none": "none"}


def forecast(question: Question, data: ModelInput, spells: pl.DataFrame) -> SurvivalForecast:
    """Chances that the running ``spells`` end, with the model that is in use where none is better."""
    as_of = data.context.as_of
    learners = _learners(spells)
    days = {as_of - timedelta(days=PERIOD * month) for month in range(MONTHS + 1)} | {as_of - timedelta(days=gap) for gap in HORIZONS}
    if used := before(question, data.incumbent, as_of):
        days.add(used.as_of)
    learning = known_on(data, learners, sorted(days - {as_of}))
    known = pl.concat([learning, known_today(data)], how="diagonal")
    settings = data.context.settings
    return survival.forecast(
        spells,
        as_of,
        covariates=known if known.width > 2 else None,  # noqa: PLR2004 - more than account and day
        learners=learners,
        before=used,
        years=settings.models.lifetime_years,
        discount=settings.models.lifetime_discount,
        seed=settings.propensity.seed,
    )


def _learners(spells: pl.DataFrame) -> pl.Series:
    """Accounts that are learned from: all, or as many as give ``ROWS_MAX`` periods, drawn by their ids so that they stay the same."""
    accounts = spells["account_id"].unique().sort()
    begun = pl.max_horizontal("start", "seen_from")
    watched = (
        spells.select(((pl.coalesce("end", pl.col("end").max()) - begun).dt.total_days().clip(lower_bound=0) / PERIOD).sum()).item() or 0
    )
    share = ROWS_MAX / max(watched, ROWS_MAX)
    if share >= 1:
        return accounts
    return pl.Series("account_id", [name for name in accounts if crc32(name.encode()) / 2**32 < share], dtype=pl.String)


def answer(question: Question, data: ModelInput, found: SurvivalForecast, predictions: pl.DataFrame, limits: Sequence[str]) -> ModelOutput:
    """``predictions`` with the drivers, the card and the fitted model behind them."""
    source = SOURCES[str(found.card["label_source"])]
    card = _card(question, data, found, source, limits)
    if found.model is None or source != "outcomes":
        return ModelOutput(predictions, _drivers(question, found), card, b"")
    if found.kept and data.incumbent is not None:
        return ModelOutput(predictions, _drivers(question, found), card, data.incumbent.artefact)
    artefact = pack(question, Fitted(data.context.as_of.isoformat(), hazard=found.model))
    return ModelOutput(predictions, _drivers(question, found), card, artefact)


def by_term(predictions: pl.DataFrame, found: SurvivalForecast, days: pl.Series) -> pl.DataFrame:
    """``predictions`` of ``found`` and, as horizon 0, the chance that each running spell ends within its own number of ``days`` (null: unknown)."""
    first = predictions.filter(pl.col("horizon_days") == HORIZONS[0]).drop("horizon_days", *CHANCE)
    told = found.card["label_source"] != "none"
    ends = found.ending(days.fill_null(0.0).to_numpy()) if told else (np.full(len(days), np.nan),) * 3
    named = found.spells.select(
        pl.coalesce("subject", "account_id").alias("subject_id"),
        *(
            pl.when(days.is_not_null()).then(pl.Series(values)).fill_nan(None).alias(name)
            for name, values in zip(CHANCE, ends, strict=True)
        ),
    )
    term = first.join(named, on="subject_id", how="left", maintain_order="left").with_columns(horizon_days=pl.lit(0, pl.Int64))
    return pl.concat([predictions, term.select(predictions.columns)]).sort("subject_id", "horizon_days")


def at_horizons(question: Question, found: SurvivalForecast) -> pl.DataFrame:
    """One prediction a running spell and horizon, still without value."""
    source = SOURCES[str(found.card["label_source"])]
    rows = [
        found.spells.select(
            pl.coalesce("subject", "account_id").alias("subject_id"),
            "account_id",
            pl.lit(days).alias("horizon_days"),
            *(pl.col(f"ends_{end}{days}").alias(f"probability{name}") for end, name in (("", ""), ("low_", "_low"), ("high_", "_high"))),
        )
        for days in HORIZONS
    ]
    named = pl.concat(rows).with_columns(
        model=pl.lit(question.id), subject_kind=pl.lit(question.subject), label_source=pl.lit(source), basis=pl.lit("dates")
    )
    return as_predictions(named).sort("subject_id", "horizon_days")


def with_value(predictions: pl.DataFrame, values: pl.DataFrame, key: str) -> pl.DataFrame:
    """``predictions`` with the ``value`` of their ``key`` (a column of both)."""
    joined = predictions.drop("value").join(values.select(key, "value"), on=key, how="left", maintain_order="left")
    return joined.select(predictions.columns)


def _drivers(question: Question, found: SurvivalForecast) -> pl.DataFrame:
    owners = found.spells.select(pl.coalesce("subject", "account_id").alias("subject_id"), owner="account_id")
    rows = (
        found.drivers.drop("subject_id")
        .rename({"account_id": "subject_id"})
        .join(owners, on="subject_id", how="left", maintain_order="left")
    )
    named = rows.with_columns(pl.col("owner").alias("account_id"), model=pl.lit(question.id), subject_kind=pl.lit(question.subject))
    return named.select(CONTRIBUTION_SCHEMA.names()).cast(CONTRIBUTION_SCHEMA)


def _card(question: Question, data: ModelInput, found: SurvivalForecast, source: str, limits: Sequence[str]) -> dict[str, object]:
    told: Any = found.card
    tested = told.get("back_test", {})
    by_days = tested.get(found.use, {}).get("by_days", {})
    last = by_days[max(by_days, key=int)] if by_days else None
    reasons = told.get("why_not_higher", [])
    return build_card(
        data,
        label_source=source,
        summary=_summary(told, found, by_days),
        model=question.id,
        question=question.text,
        learned_from={**told["learned_from"], "left_out": told["left_out"]},
        features=[
            {"feature": name, "label": FEATURES[name][0], "doc": FEATURES[name][1]} for name in (found.model.columns if found.model else [])
        ],
        method={
            **told.get("method", {"name": "none"}),
            "horizons": list(HORIZONS),
            "minimum": {"ends": MIN_ENDS},
            "in_use": told.get("incumbent"),
        },
        split={"by": "time", "learned_until": tested["learned_until"], "tested_until": told["as_of"]} if by_days else None,
        metrics=_metrics(tested, last, by_days) if last else None,
        calibration=last["calibration"] if last else None,
        signal=bool(told.get("signal")),
        baseline_log_odds=round(found.baseline, 6) if found.model else None,
        limits=[*limits, *told["limits"]],
        why_not_higher=[{"step": "outcomes", "reason": reason} for reason in reasons],
    )


def _metrics(tested: dict[str, Any], last: dict[str, Any], by_days: dict[str, Any]) -> dict[str, Any]:
    rivals = {name: last[name] for name in last["log_loss_saved"]}
    return {
        "measured_on": f"later data: learned until {tested['learned_until']}, compared with who ended in the {max(by_days, key=int)} days after it",
        "spread": "90 % range over accounts drawn anew; gains: 95 %",
        "model": last["model"],
        "baselines": rivals,
        "log_loss_saved_against": last["log_loss_saved"],
        "log_loss_saved_in_folds": tested.get("covariates", {}).get("log_loss_saved_in_folds"),
        "by_days": {
            days: {key: entry[key] for key in ("spells", "ended", "expected", "model", *rivals)} for days, entry in by_days.items()
        },
    }


def _summary(told: dict[str, Any], found: SurvivalForecast, by_days: dict[str, Any]) -> str:
    if told["label_source"] == "none":
        return str(told["summary"])
    running, year = found.spells.height, float(found.spells[f"ends_{HORIZONS[-1]}"].sum())
    ahead = f"Of {running:,} that run, {year:.0f} are expected to end within {HORIZONS[-1]} days."
    if not by_days:
        return f"Everybody gets the share that ended after as long a time: nothing better was shown. {ahead}"
    days = max(by_days, key=int)
    auc, naive = by_days[days]["model"]["auc"], by_days[days]["kaplan_meier"]["auc"]["value"]
    seen = "" if found.use == "covariates" else " from how long they have lasted alone"
    kept = " The model in use stays." if found.kept else ""
    return (
        f"Learned{seen} from {told['learned_from']['ends']:,} that ended.{kept} On later days ({days} ahead): AUC {auc['value']:.2f} ({auc['low']:.2f} to "
        f"{auc['high']:.2f}), by time alone {naive:.2f}; {by_days[days]['ended']} of {by_days[days]['spells']:,} ended, {by_days[days]['expected']:.0f} were expected. {ahead}"
    )
