"""What the chances of ending would have been worth: learned until an earlier day, compared with who ended after it, beside Kaplan–Meier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from onelead.models.learning import measure
from onelead.models.survival.hazard import fit_hazard, leaving
from onelead.models.survival.km import kaplan_meier
from onelead.models.survival.spells import PERIOD, TENURE, active, known, spells

if TYPE_CHECKING:
    from datetime import date

    from onelead.models.learning.matrix import Floats
    from onelead.models.survival.hazard import Hazard
    from onelead.models.survival.spells import Spells

HORIZONS = (30, 90, 180, 365)
MIN_ENDS = 20
"""Ends that are learned from, at least."""
MIN_HELD = 10
"""Spells that ended, and that did not, which the hold-out needs; with fewer no figure on it means anything."""


@dataclass(frozen=True)
class Tested:
    """``use``: the richest model that saves log-loss against all simpler ones beyond the 95 % range over accounts. ``reason``: why not a richer one.

    "covariates": the hazard with all that is known; "time": the hazard of tenure and renewal dates alone; "none": Kaplan–Meier.
    """

    use: Literal["covariates", "time", "none"]
    reason: str
    figures: dict[str, object]


@dataclass(frozen=True)
class _Test:
    """Spells that ran on ``cut``, and where to look up what became of them until ``as_of``."""

    frame: pl.DataFrame
    rows: pl.DataFrame
    cut: date
    gap: int
    as_of: date

    def outcomes(self, days: int) -> pl.DataFrame:
        """row, account_id, happened (0/1) of the rows whose fate within ``days`` is known."""
        limit = self.cut + timedelta(days=days)
        fates = spells(self.frame, self.as_of).rows.select("spell", over="ended", last="end")
        happened = (pl.col("over") & (pl.col("last") <= limit)).fill_null(value=False)
        lost = (pl.col("seen_until") < limit).fill_null(value=False)
        found = self.rows.join(fates, on="spell", how="inner", maintain_order="left").filter(happened | ~lost)
        return found.select("row", "account_id", happened=happened.cast(pl.Float64))

    def enough(self, days: int) -> bool:
        """Whether figures on this horizon mean anything."""
        real = self.outcomes(days)
        ends = int(real["happened"].sum() or 0)
        return min(ends, real.height - ends) >= MIN_HELD


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
        test = _Test(frame, running(past, covariates).with_row_index("row"), cut, gap, as_of)
        if test.enough(gap):
            return _compared(test, past, covariates, seed)
    reason = f"Nothing can be tested: no earlier day has {MIN_ENDS} ends before it, and {MIN_HELD} spells after it that ended and {MIN_HELD} that did not."
    return Tested("none", reason, {})


def _compared(test: _Test, past: Spells, covariates: pl.DataFrame | None, seed: int) -> Tested:
    rivals = {"kaplan_meier": naive_chances(past, test.rows)}
    figures: dict[str, object] = {"learned_until": test.cut.isoformat()}
    use: Literal["covariates", "time", "none"] = "none"
    reasons = []
    steps: tuple[tuple[Literal["covariates", "time"], pl.DataFrame | None], ...] = (("time", None), ("covariates", covariates))
    for step, sheet in steps:
        if (step == "covariates" and sheet is None) or (model := fit_hazard(past, sheet, seed)) is None:
            continue
        ours = chances(model, test.rows)
        by_days, saved = _measured(test, ours, rivals)
        figures |= {step: {"recipe": model.name, "by_days": by_days}}
        if saved and all(gain["low"] > 0 for gain in saved.values()):
            use = step
        else:
            reasons.append(f"On the back-test the hazard by {step} does not beat what is simpler; log-loss saved: {saved}.")
        rivals["time"] = ours
    return Tested(use, "" if use == "covariates" else " ".join(reasons), figures)


def _measured(
    test: _Test, ours: dict[int, Floats], rivals: dict[str, dict[int, Floats]]
) -> tuple[dict[str, object], dict[str, dict[str, float]]]:
    """Figures by horizon, and the log-loss saved against each rival on the longest one."""
    by_days: dict[str, object] = {}
    saved: dict[str, dict[str, float]] = {}
    for days in (each for each in HORIZONS if each <= test.gap and test.enough(each)):
        real = test.outcomes(days)
        at, target = real["row"].to_numpy(), real["happened"].to_numpy()
        codes = real["account_id"].rank("dense").to_numpy().astype(np.int64) - 1
        draws = measure.account_draws(codes, measure.REPLICATES, np.random.default_rng(0))
        saved = {name: measure.gain(target, ours[days][at], rival[days][at], draws) for name, rival in rivals.items()}
        by_days[str(days)] = {
            "spells": len(target),
            "ended": int(target.sum()),
            "expected": round(float(ours[days][at].sum()), 2),
            "model": measure.report(target, ours[days][at], draws).figures,
            **{name: measure.report(target, rival[days][at], draws).figures for name, rival in rivals.items()},
            "log_loss_saved": saved,
            "calibration": measure.calibration_table(target, ours[days][at]),
        }
    return by_days, saved
