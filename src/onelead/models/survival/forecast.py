"""Churn and renewal where there are dates: the chance that a running contract ends within 30, 90, 180, 365 days, its drivers, and its worth.

Spells that still run count for the time they did (censoring); spells that are known only because they still ran on a later day count from that day on
(left truncation). What is known of accounts is used only where a back-test shows that it beats tenure and renewal dates alone, and those only where they
beat Kaplan–Meier, which says how long spells last whoever they belong to; the card says which one it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.models._scores import CONTRIBUTION_SCHEMA
from onelead.models.learning.contributions import long_contributions
from onelead.models.learning.logistic import sigmoid
from onelead.models.learning.matrix import one_thread
from onelead.models.survival.backtest import HORIZONS, MIN_ENDS, back_test, running
from onelead.models.survival.hazard import fit_hazard, leaving
from onelead.models.survival.km import kaplan_meier
from onelead.models.survival.spells import PERIOD, TENURE, spells
from onelead.models.survival.value import YEAR, worth

if TYPE_CHECKING:
    from datetime import date

    from onelead.models.learning.matrix import Floats
    from onelead.models.survival.backtest import Tested
    from onelead.models.survival.hazard import Hazard
    from onelead.models.survival.km import KaplanMeier
    from onelead.models.survival.spells import Spells

Z80 = 1.2816
DRIVERS = 5
CHANCES = [f"{name}_{days}" for days in HORIZONS for name in ("ends", "ends_low", "ends_high")]
MONEY = ["lifetime_value", "lifetime_low", "lifetime_high"]
SCHEMA = pl.Schema(
    {"account_id": pl.String, "start": pl.Date, TENURE: pl.Float64, "yearly_value": pl.Float64}
    | dict.fromkeys([*CHANCES, *MONEY], pl.Float64)
)
LIMITS = [
    "What is known of an account stays as it is today over the whole forecast.",
    "The 80 % interval of a chance is what the data leave open about the model, not what sets an account apart that no column shows.",
    "The interval of a lifetime value is what the contract will have brought if it ends early or late; its yearly value stays the same.",
]


@dataclass(frozen=True)
class SurvivalForecast:
    """``spells``: one row per running spell in the columns of ``SCHEMA``; ``drivers``: pushes on the log-odds of ending within 30 days; ``card``: JSON."""

    spells: pl.DataFrame
    drivers: pl.DataFrame
    card: dict[str, object]


def forecast(
    frame: pl.DataFrame, as_of: date, *, covariates: pl.DataFrame | None = None, years: float = 3.0, discount: float = 0.1, seed: int = 0
) -> SurvivalForecast:
    """Chances to end of the spells that run on ``as_of``, and their worth over the next ``years`` at a yearly ``discount``.

    ``frame``: spells, see ``spells``. ``covariates``: account_id, known_on (date) and numbers or truth values; a row holds from its date on until the next, and
    nothing is used before it was known. With fewer than ``MIN_ENDS`` ends it abstains (all chances null).
    """
    found = spells(frame, as_of)
    rows = running(found, covariates)
    ends = int(found.ended.sum())
    card: dict[str, object] = {
        "model": "survival",
        "question": f"Does the running contract end within {', '.join(str(days) for days in HORIZONS)} days?",
        "as_of": as_of.isoformat(),
        "seed": seed,
        "left_out": found.left_out,
        "learned_from": {"spells": found.rows.height, "ends": ends, "running": rows.height},
        "limits": LIMITS,
    }
    if ends < MIN_ENDS:
        reason = f"There are {ends} ends; it needs {MIN_ENDS}."
        text = f"OneLead abstains: too little to learn from. {reason}"
        empty = pl.DataFrame(schema=CONTRIBUTION_SCHEMA)
        return SurvivalForecast(_framed(rows, {}), empty, card | {"label_source": "none", "summary": text, "why_not_higher": [reason]})
    with one_thread():
        tested = back_test(frame, covariates, as_of, seed)
        model = None if tested.use == "none" else fit_hazard(found, covariates if tested.use == "covariates" else None, seed)
        return _forecast(found, rows, model, tested, card, value=(years, discount, seed))


def _forecast(
    found: Spells, rows: pl.DataFrame, model: Hazard | None, tested: Tested, card: dict[str, object], *, value: tuple[float, float, int]
) -> SurvivalForecast:
    years, discount, seed = value
    curve = kaplan_meier(found.entry, found.until, found.ended)
    lifetime_periods = int(np.ceil(years * YEAR / PERIOD))
    periods = max(lifetime_periods, int(np.ceil(HORIZONS[-1] / PERIOD)))
    curves = _km_curves(curve, rows, periods) if model is None else model.curves(rows, periods)
    columns = _km_chances(curve, rows) if model is None else _model_chances(model, rows, curves, seed)
    yearly = rows["yearly_value"].fill_null(float("nan")).to_numpy()
    lifetime = worth(curves[:, : lifetime_periods + 1], yearly, discount)
    columns |= dict(zip(MONEY, (lifetime.expected, lifetime.low, lifetime.high), strict=True))
    year = columns[f"ends_{HORIZONS[-1]}"]
    method = "Kaplan-Meier" if model is None else f"discrete-time hazard: {model.name}"
    figures = {
        "label_source": "outcomes" if tested.use == "covariates" else "base rate",
        "summary": f"{method}. {float(year.sum()):.1f} of {rows.height} running spells are expected to end within {HORIZONS[-1]} days.",
        "signal": tested.use == "covariates",
        "why_not_higher": [tested.reason] if tested.reason else [],
        "method": {"name": method} | ({} if model is None else {"features": model.columns, "losses": model.losses, **model.learned}),
        "value": {"years": years, "discount": discount},
        "back_test": tested.figures,
    }
    drivers = pl.DataFrame(schema=CONTRIBUTION_SCHEMA) if model is None else _drivers(model, rows)
    return SurvivalForecast(_framed(rows, columns), drivers, card | figures)


def _ranged(days: int, chance: Floats, deviation: Floats) -> dict[str, Floats]:
    """A chance with its 80 % interval, by the standard ``deviation`` of its log-odds."""
    held = np.clip(chance, 1e-9, 1 - 1e-9)
    odds = np.log(held / (1 - held))
    ends = (chance, sigmoid(odds - Z80 * deviation), sigmoid(odds + Z80 * deviation))
    return dict(zip((f"ends_{days}", f"ends_low_{days}", f"ends_high_{days}"), ends, strict=True))


def _model_chances(model: Hazard, rows: pl.DataFrame, curves: Floats, seed: int) -> dict[str, Floats]:
    columns: dict[str, Floats] = {}
    for days in HORIZONS:
        columns |= _ranged(days, leaving(curves, days), model.deviation(rows, days, np.random.default_rng(seed)))
    return columns


def _km_chances(curve: KaplanMeier, rows: pl.DataFrame) -> dict[str, Floats]:
    columns: dict[str, Floats] = {}
    tenure = rows[TENURE].to_numpy()
    for days in HORIZONS:
        columns |= _ranged(days, curve.leaving(tenure, float(days)), curve.deviation(tenure, float(days)))
    return columns


def _km_curves(curve: KaplanMeier, rows: pl.DataFrame, periods: int) -> Floats:
    tenure = rows[TENURE].to_numpy()
    return np.stack([1.0 - curve.leaving(tenure, float(ahead * PERIOD)) for ahead in range(periods + 1)], axis=1)


def _drivers(model: Hazard, rows: pl.DataFrame) -> pl.DataFrame:
    values = model.values(rows, 0)
    pushes, _ = model.model.contributions(values)
    return long_contributions("survival", rows["account_id"], model.columns, values, pushes, keep=DRIVERS, note=None)


def _framed(rows: pl.DataFrame, columns: dict[str, Floats]) -> pl.DataFrame:
    filled = rows.select("account_id", "start", TENURE, "yearly_value").with_columns(
        pl.Series(name, columns[name]).fill_nan(None) if name in columns else pl.lit(None, pl.Float64).alias(name)
        for name in [*CHANCES, *MONEY]
    )
    return filled.select(SCHEMA.names())
