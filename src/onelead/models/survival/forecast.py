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
from onelead.models.survival.hazard import leaving
from onelead.models.survival.incumbent import judge
from onelead.models.survival.km import kaplan_meier
from onelead.models.survival.spells import PERIOD, TENURE, spells
from onelead.models.survival.value import YEAR, worth

if TYPE_CHECKING:
    from datetime import date

    from onelead.models.learning.matrix import Floats
    from onelead.models.survival.backtest import Tested
    from onelead.models.survival.hazard import Hazard
    from onelead.models.survival.incumbent import Before, Verdict
    from onelead.models.survival.km import KaplanMeier
    from onelead.models.survival.spells import Spells

Z80 = 1.2816
DRIVERS = 5
CHANCES = [f"{name}_{days}" for days in HORIZONS for name in ("ends", "ends_low", "ends_high")]
MONEY = ["lifetime_value", "lifetime_low", "lifetime_high"]
SCHEMA = pl.Schema(
    {"subject": pl.String, "account_id": pl.String, "start": pl.Date, TENURE: pl.Float64, "yearly_value": pl.Float64}
    | dict.fromkeys([*CHANCES, *MONEY], pl.Float64)
)
LIMITS = [
    "What is known of an account stays as it is today over the whole forecast.",
    "The 80 % interval of a chance is what the data leave open about the model, not what sets an account apart that no column shows.",
    "The interval of a lifetime value is what the contract will have brought if it ends early or late; its yearly value stays the same.",
]


@dataclass(frozen=True)
class SurvivalForecast:
    """``spells``: one row per running spell in the columns of ``SCHEMA``; ``drivers``: pushes on the log-odds of ending within 30 days; ``card``: JSON.

    ``curves``: what survives of each running spell after 0, 1, 2 … periods. ``model``: what they come from (None: Kaplan–Meier, or nothing);
    ``baseline``: the log-odds that its drivers add up from. ``kept``: it is the one that was in use. ``use``: see ``Tested``.
    """

    spells: pl.DataFrame
    drivers: pl.DataFrame
    card: dict[str, object]
    curves: Floats
    model: Hazard | None = None
    baseline: float = 0.0
    kept: bool = False
    use: str = "none"

    def ending(self, days: Floats) -> tuple[Floats, Floats, Floats]:
        """Chance that each running spell ends within its own number of ``days``, and its 80 % interval (as wide as at the horizons on either side)."""
        chance = np.clip(leaving(self.curves, days), 1e-9, 1 - 1e-9)
        at = [_odds(self.spells[f"ends_{name}{horizon}"].to_numpy()) for horizon in HORIZONS for name in ("low_", "")]
        widths = np.stack([middle - low for low, middle in zip(at[::2], at[1::2], strict=True)], axis=1)
        place = np.clip(np.interp(days, HORIZONS, np.arange(len(HORIZONS))), 0, len(HORIZONS) - 1)
        first = np.minimum(place.astype(np.int64), len(HORIZONS) - 2)
        row = np.arange(len(chance))
        width = widths[row, first] * (1 - (place - first)) + widths[row, first + 1] * (place - first)
        return chance, sigmoid(_odds(chance) - width), sigmoid(_odds(chance) + width)


def forecast(
    frame: pl.DataFrame,
    as_of: date,
    *,
    covariates: pl.DataFrame | None = None,
    learners: pl.Series | None = None,
    before: Before | None = None,
    years: float = 3.0,
    discount: float = 0.1,
    seed: int = 0,
) -> SurvivalForecast:
    """Chances to end of the spells that run on ``as_of``, and their worth over the next ``years`` at a yearly ``discount``.

    ``frame``: spells, see ``spells``. ``covariates``: account_id, known_on (date) and numbers or truth values; a row holds from its date on until the next, and
    nothing is used before it was known. ``learners``: accounts that are learned from and tested on (None: all). ``before``: the model in use, which gives way
    only to a better one. With fewer than ``MIN_ENDS`` ends it abstains (all chances null).
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
        empty, curves = pl.DataFrame(schema=CONTRIBUTION_SCHEMA), np.full((rows.height, 2), np.nan)
        return SurvivalForecast(
            _framed(rows, {}), empty, card | {"label_source": "none", "summary": text, "why_not_higher": [reason]}, curves
        )
    learned = frame if learners is None else frame.filter(pl.col("account_id").is_in(learners.implode()))
    with one_thread():
        tested = back_test(learned, covariates, as_of, seed)
        verdict = (
            judge(learned, covariates, as_of, seed, before) if before and covariates is not None and tested.use == "covariates" else None
        )
        model = before.hazard if before and verdict and verdict.kept else tested.model
        return _forecast(spells(learned, as_of), rows, model, tested, card, value=(years, discount, seed), verdict=verdict)


def _forecast(
    found: Spells,
    rows: pl.DataFrame,
    model: Hazard | None,
    tested: Tested,
    card: dict[str, object],
    *,
    value: tuple[float, float, int],
    verdict: Verdict | None,
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
        "incumbent": verdict and {"kept": verdict.kept, "why": verdict.reason, **verdict.figures},
    }
    drivers, baseline = (pl.DataFrame(schema=CONTRIBUTION_SCHEMA), 0.0) if model is None else _drivers(model, rows)
    kept = verdict is not None and verdict.kept
    return SurvivalForecast(_framed(rows, columns), drivers, card | figures, curves, model, baseline, kept, tested.use)


def _odds(chance: Floats) -> Floats:
    held = np.clip(chance, 1e-9, 1 - 1e-9)
    found: Floats = np.log(held / (1 - held))
    return found


def _ranged(days: int, chance: Floats, deviation: Floats) -> dict[str, Floats]:
    """A chance with its 80 % interval, by the standard ``deviation`` of its log-odds."""
    odds = _odds(chance)
    ends = (chance, sigmoid(odds - Z80 * deviation), sigmoid(odds + Z80 * deviation))
    return dict(zip((f"ends_{days}", f"ends_low_{days}", f"ends_high_{days}"), ends, strict=True))


def _model_chances(model: Hazard, rows: pl.DataFrame, curves: Floats, seed: int) -> dict[str, Floats]:
    columns: dict[str, Floats] = {}
    for days, deviation in model.deviations(rows, HORIZONS, seed).items():
        columns |= _ranged(days, leaving(curves, days), deviation)
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


def _drivers(model: Hazard, rows: pl.DataFrame) -> tuple[pl.DataFrame, float]:
    """By subject where the spells have one, else by account; and the log-odds that they add up from."""
    values = model.values(rows, 0)
    pushes, baseline = model.model.contributions(values)
    names = rows.select(pl.coalesce("subject", "account_id")).to_series()
    return long_contributions("survival", names, model.columns, values, pushes, keep=DRIVERS, note=None), baseline


def _framed(rows: pl.DataFrame, columns: dict[str, Floats]) -> pl.DataFrame:
    filled = rows.select("subject", "account_id", "start", TENURE, "yearly_value").with_columns(
        pl.Series(name, columns[name]).fill_nan(None) if name in columns else pl.lit(None, pl.Float64).alias(name)
        for name in [*CHANCES, *MONEY]
    )
    return filled.select(SCHEMA.names())
