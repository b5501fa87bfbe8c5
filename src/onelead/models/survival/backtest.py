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
    from collections.abc import Sequence
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
    """``use``: the richest model that beats all simpler ones. ``reason``: why not a richer one. ``model``: that one, learned from everything.

    "covariates": the hazard with all that is known. It has to save log-loss against time alone beyond the 95 % range, over the accounts of folds that it did
    not learn from, and on later days as well. "time": the hazard of tenure and renewal dates alone; it has to save log-loss against Kaplan–Meier on later days
    beyond that range. "none": Kaplan–Meier.
    """

    use: Literal["covariates", "time", "none"]
    reason: str
    figures: dict[str, object]
    model: Hazard | None = None


@dataclass(frozen=True)
class Test:
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


def chances(model: Hazard, rows: pl.DataFrame, horizons: Sequence[int] = HORIZONS) -> dict[int, Floats]:
    """Horizon in days → chance to end within it."""
    curves = model.curves(rows, int(np.ceil(max(horizons) / PERIOD)))
    return {days: leaving(curves, days) for days in horizons}


def naive_chances(found: Spells, rows: pl.DataFrame, horizons: Sequence[int] = HORIZONS) -> dict[int, Floats]:
    """The same by Kaplan–Meier: what ended after so long, whoever it was."""
    curve = kaplan_meier(found.entry, found.until, found.ended)
    tenure = rows[TENURE].to_numpy()
    return {days: curve.leaving(tenure, days) for days in horizons}


def back_test(frame: pl.DataFrame, covariates: pl.DataFrame | None, as_of: date, seed: int) -> Tested:
    """Learn on the latest earlier day that leaves the longest horizon with enough ends before and after, then measure each horizon that fits."""
    for gap in reversed(HORIZONS):
        cut = as_of - timedelta(days=gap)
        past = spells(frame, cut)
        if past.ended.sum() < MIN_ENDS:
            continue
        test = Test(frame, running(past, covariates).with_row_index("row"), cut, gap, as_of)
        if test.enough(gap):
            return _compared(test, past, covariates, seed)
    reason = f"Nothing can be tested: no earlier day has {MIN_ENDS} ends before it, and {MIN_HELD} spells after it that ended and {MIN_HELD} that did not."
    return Tested("none", reason, {})


def _compared(test: Test, past: Spells, covariates: pl.DataFrame | None, seed: int) -> Tested:
    naive = naive_chances(past, test.rows)
    figures: dict[str, object] = {"learned_until": test.cut.isoformat()}
    everything = spells(test.frame, test.as_of)
    time, whole = fit_hazard(past, None, seed), fit_hazard(everything, None, seed)
    if time is None or whole is None:
        return Tested("none", "Nothing varies, not even how long spells last, or there are too few accounts to hold one out.", figures)
    plain = chances(time, test.rows)
    by_days, saved = _measured(test, plain, {"kaplan_meier": naive})
    figures["time"] = {"recipe": time.name, "by_days": by_days}
    reason = (
        "" if saved["kaplan_meier"]["low"] > 0 else f"On later days the hazard by time does not beat Kaplan-Meier; log-loss saved: {saved}."
    )
    periods = int(np.ceil(test.gap / PERIOD)) + 1
    figures["value"] = _money(test, time.curves(test.rows, periods), naive[test.gap])
    simpler = Tested("none" if reason else "time", reason, figures, None if reason else whole)
    richer = fit_hazard(past, covariates, seed) if covariates is not None else None
    full = fit_hazard(everything, covariates, seed) if richer else None
    if richer is None or full is None or full.held is None or whole.held is None:
        return simpler
    by_days, saved = _measured(test, chances(richer, test.rows), {"kaplan_meier": naive, "time": plain})
    apart = full.held.saved(whole.held)
    figures["covariates"] = {"recipe": richer.name, "by_days": by_days, "log_loss_saved_in_folds": apart}
    if apart["low"] > 0 and all(gain["value"] > 0 for gain in saved.values()):
        figures["value"] = _money(test, richer.curves(test.rows, periods), naive[test.gap])
        return Tested("covariates", "", figures, full)
    text = f"What is known of the accounts does not beat what is simpler; log-loss saved on later days: {saved}, in folds of accounts: {apart}."
    return Tested(simpler.use, f"{simpler.reason} {text}".strip(), figures, simpler.model)


def _money(test: Test, curves: Floats, naive: Floats) -> dict[str, object] | None:
    """What the contracts brought after the cut by what was expected of them; None where no yearly value is known. ``naive``: by Kaplan–Meier at its end."""
    known = test.rows.filter(pl.col("yearly_value").is_not_null()).join(
        spells(test.frame, test.as_of).rows.select("spell", over="ended", last="end"), on="spell"
    )
    if known.is_empty():
        return None
    at, yearly = known["row"].to_numpy(), known["yearly_value"].to_numpy()
    lived = (
        known.select(pl.when("over").then((pl.col("last") - test.cut).dt.total_days()).otherwise(test.gap).clip(0, test.gap))
        .to_series()
        .to_numpy()
    )
    share = test.gap / 365.25
    steps = np.stack([1.0 - leaving(curves, float(day)) for day in np.linspace(0, test.gap, 13)], axis=1)
    expected = {
        "model": ((steps[:, 1:] + steps[:, :-1]) / 2).mean(axis=1)[at] * yearly * share,
        "kaplan_meier": (1.0 - naive[at] / 2) * yearly * share,
        "all_stay": yearly * share,
    }
    real = lived / 365.25 * yearly
    figures = {
        name: {"total": round(float(each.sum()), 2), "total_ratio": round(float(each.sum() / max(real.sum(), 1e-9)), 4), "mae": round(float(np.abs(each - real).mean()), 2)}
        for name, each in expected.items()
    }  # fmt: skip
    return {"days": test.gap, "contracts": len(at), "real": round(float(real.sum()), 2), "expected": figures}


def _measured(
    test: Test, ours: dict[int, Floats], rivals: dict[str, dict[int, Floats]]
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
