"""What the chances of ending would have been worth: learned until an earlier day, compared with who ended after it, beside Kaplan–Meier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.models import _measure
from onelead.models._survival_hazard import fit_hazard, leaving
from onelead.models._survival_km import kaplan_meier
from onelead.models._survival_spells import PERIOD, TENURE, active, known, spells

if TYPE_CHECKING:
    from datetime import date

    from onelead.models._matrix import Floats
    from onelead.models._survival_hazard import Hazard
    from onelead.models._survival_spells import Spells

HORIZONS = (30, 90, 180, 365)
MIN_ENDS = 20
"""Ends that are learned from, at least."""
MIN_HELD = 10
"""Spells that ended, and that did not, which the hold-out needs; with fewer no figure on it means anything."""


@dataclass(frozen=True)
class Tested:
    """``signal``: the hazard model saves log-loss against Kaplan–Meier beyond the 95 % range over accounts. ``reason`` says why not."""

    signal: bool
    reason: str
    figures: dict[str, object]


def running(found: Spells, covariates: pl.DataFrame | None) -> pl.DataFrame:
    """Spells that run on the as-of date with what is known of them then."""
    return known(active(found).with_columns(day=pl.lit(found.as_of)), covariates)


def chances(model: Hazard, rows: pl.DataFrame) -> dict[int, Floats]:
    """Horizon in days → chance to end within it."""
    curves = model.curves(rows, int(np.ceil(HORIZONS[-1] / PERIOD)))
    return {days: leaving(curves, days) for days in HORIZONS}


def naive_chances(found: Spells, rows: pl.DataFrame) -> dict[int, Floats]:
    """The same by Kaplan–Meier: what ended after so long, whoever it was."""
    curve = kaplan_meier(found.entry, found.until, found.ended)
    tenure = rows[TENURE].to_numpy()
    return {days: curve.leaving(tenure, days) for days in HORIZONS}


def back_test(frame: pl.DataFrame, covariates: pl.DataFrame | None, as_of: date, seed: int) -> Tested:
    """Learn on the latest earlier day that leaves the longest horizon with enough ends before and after, then measure each horizon that fits."""
    for gap in reversed(HORIZONS):
        cut = as_of - timedelta(days=gap)
        past = spells(frame, cut)
        if past.ended.sum() < MIN_ENDS:
            continue
        rows = running(past, covariates).with_row_index("row")
        real = _outcomes(frame, rows, cut, gap, as_of)
        ends = int(real["happened"].sum() or 0)
        if min(ends, real.height - ends) >= MIN_HELD and (model := fit_hazard(past, covariates, seed)):
            return _measured(model, past, rows, frame, cut, gap, as_of)
    reason = f"Nothing can be tested: no earlier day has {MIN_ENDS} ends before it, and {MIN_HELD} spells after it that ended and {MIN_HELD} that did not."
    return Tested(signal=False, reason=reason, figures={})


def _outcomes(frame: pl.DataFrame, rows: pl.DataFrame, cut: date, days: int, as_of: date) -> pl.DataFrame:
    """row, account_id, happened (0/1) of the ``rows`` (running on ``cut``) whose fate within ``days`` is known on ``as_of``."""
    limit = cut + timedelta(days=days)
    fates = spells(frame, as_of).rows.select("spell", over="ended", last="end")
    happened = (pl.col("over") & (pl.col("last") <= limit)).fill_null(value=False)
    lost = (pl.col("seen_until") < limit).fill_null(value=False)
    found = rows.join(fates, on="spell", how="inner", maintain_order="left").filter(happened | ~lost)
    return found.select("row", "account_id", happened=happened.cast(pl.Float64))


def _measured(model: Hazard, past: Spells, rows: pl.DataFrame, frame: pl.DataFrame, cut: date, gap: int, as_of: date) -> Tested:
    ours, naive = chances(model, rows), naive_chances(past, rows)
    by_horizon: dict[str, object] = {}
    saved: dict[str, float] = {}
    for days in (each for each in HORIZONS if each <= gap):
        real = _outcomes(frame, rows, cut, days, as_of)
        at, target = real["row"].to_numpy(), real["happened"].to_numpy()
        if min(target.sum(), len(target) - target.sum()) < MIN_HELD:
            continue
        codes = real["account_id"].rank("dense").to_numpy().astype(np.int64) - 1
        draws = _measure.account_draws(codes, _measure.REPLICATES, np.random.default_rng(0))
        saved = _measure.gain(target, ours[days][at], naive[days][at], draws)
        by_horizon[str(days)] = {
            "spells": len(target),
            "ended": int(target.sum()),
            "expected": round(float(ours[days][at].sum()), 2),
            "model": _measure.report(target, ours[days][at], draws).figures,
            "kaplan_meier": _measure.report(target, naive[days][at], draws).figures,
            "log_loss_saved": saved,
            "calibration": _measure.calibration_table(target, ours[days][at]),
        }
    signal = bool(saved) and saved["low"] > 0
    reason = "" if signal else f"On the back-test the model does not beat Kaplan-Meier: log-loss saved {saved}."
    figures: dict[str, object] = {"learned_until": cut.isoformat(), "recipe": model.name, "by_days": by_horizon}
    return Tested(signal=signal, reason=reason, figures=figures)
