"""How well won deals are told from lost ones, on public data (IBM's sales win/loss sample), beside tuned boosters in the same run.

Nine columns that are known when a deal is created; the amount rounded to $1,000, because amounts that are not round thousands win far too
often: they were probably written at the close. Five folds; all rows of an opportunity number are in one, and the number is no feature.
Baselines: scikit-learn's tuned histogram boosting, and a single XGBoost of the shape that our own search likes best (without means of
shared values, averaging and calibration). The exact amount stands beside as suspicious.
"""

from __future__ import annotations

import os
import statistics
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks._harness import Record

FILE = Path("ibm-sales-win-loss") / "WA_Fn-UseC_-Sales-Win-Loss.csv"
CATEGORIES = ["Supplies Subgroup", "Supplies Group", "Region", "Route To Market", "Competitor Type"]
NUMBERS = ["Client Size By Revenue", "Client Size By Employee Count", "Revenue From Client Past Two Years"]
AMOUNT = "Opportunity Amount USD"
NAMES = [*CATEGORIES, AMOUNT, *NUMBERS]
FOLDS, SEED, PROCESSES = 5, 20, 2
COMMAND = "python -m benchmarks win"
BOOSTER = "scikit-learn HistGradientBoosting, tuned by inner grouped folds"
SINGLE = "one XGBoost of the best shape without means, averaging, calibration"
TARGETS = {"auc": ">= baseline", "brier": "<= baseline - 0.002", "ece": "<= 0.012"}

Figures = dict[str, float]


@dataclass(frozen=True)
class Deals:
    """Rows of the file: what is known at creation, won or not, and a code for each opportunity number."""

    frame: pl.DataFrame
    target: np.ndarray
    groups: np.ndarray

    def rows(self, chosen: np.ndarray) -> Deals:
        codes = pl.Series(self.groups[chosen]).rank("dense").to_numpy().astype(np.int64) - 1
        return Deals(self.frame.filter(chosen), self.target[chosen], codes)


def deals(file: Path, *, exact: bool = False) -> Deals:
    """The file as it is learned from."""
    raw = pl.read_csv(file)
    frame = raw.select(NAMES) if exact else raw.select(NAMES).with_columns(((pl.col(AMOUNT) / 1000).round() * 1000).alias(AMOUNT))
    groups = raw["Opportunity Number"].rank("dense").to_numpy().astype(np.int64) - 1
    return Deals(frame, (raw["Opportunity Result"] == "Won").cast(pl.Float64).to_numpy(), groups)


def _figures(target: np.ndarray, chance: np.ndarray) -> Figures:
    from onelead.models.learning.measure import deciles, measure

    found = measure(target, chance, np.ones(len(target)), deciles(chance))
    return {"auc": found["auc"], "brier": found["brier"], "ece": found["calibration_error"]}


def one_fold(file: Path, held: int) -> dict[str, Figures]:
    """Figures on the rows of fold ``held``: of our model, of both baselines, and of our model given exact amounts."""
    from benchmarks.baselines.tuned_booster import chances
    from onelead.models.learning.classifier import fit_bags, fit_classifier, fit_single

    every = deals(file)
    inside = (np.random.default_rng(SEED).permutation(int(every.groups.max()) + 1) % FOLDS)[every.groups] == held
    learn, ask = every.rows(~inside), every.rows(inside)
    model, choices = fit_classifier(learn.frame, NAMES, learn.target, learn.groups, seed=SEED)
    plain = min((choice for choice in choices if not choice.means), key=lambda choice: choice.loss)
    single = fit_single(learn.frame, NAMES, learn.target, learn.groups, plain, SEED)
    exact = deals(file, exact=True)
    known, unknown = exact.rows(~inside), exact.rows(inside)
    leaky = fit_bags(known.frame, NAMES, known.target, known.groups, choices[0], SEED)
    codes = pl.concat([learn.frame, ask.frame]).with_columns(pl.col(CATEGORIES).rank("dense") - 1).cast(pl.Float64).to_numpy()
    booster = chances((codes[: len(learn.target)], learn.target, learn.groups), codes[len(learn.target) :], range(len(CATEGORIES)))
    return {
        "ours": _figures(ask.target, model.chance(ask.frame)),
        "booster": _figures(ask.target, booster),
        "single": _figures(ask.target, single.chance(ask.frame)),
        "exact": _figures(unknown.target, leaky.chance(unknown.frame)),
    }


def _record(record_id: str, mine: list[float], name: str | None, theirs: list[float] | None, target: str | None) -> Record:
    """Means over the folds; the spread is that of our value."""
    value = statistics.mean(mine)
    other = None if theirs is None else statistics.mean(theirs)
    return Record(
        id=record_id,
        value=round(value, 5),
        unit="",
        baseline=name,
        baseline_value=None if other is None else round(other, 5),
        ratio=None if other is None else round(value / other, 4),
        target=target,
        spread=(round(min(mine), 5), round(max(mine), 5)),
        command=COMMAND,
    )


def records() -> list[Record]:
    """win.ibm.*: AUC, Brier score and calibration error over ten bins; empty where the data is not present."""
    folder = os.environ.get("ONELEAD_BENCH_DATA")
    if folder is None or not (Path(folder) / FILE).exists():
        print("  win.ibm: not present (ONELEAD_BENCH_DATA names the folder that holds ibm-sales-win-loss)")
        return []
    os.environ["OMP_NUM_THREADS"] = "1"  # for the children: one core a fold, so that both boosters get the same
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        folds = list(pool.map(one_fold, [Path(folder) / FILE] * FOLDS, range(FOLDS)))
    column = {(who, what): [fold[who][what] for fold in folds] for who in folds[0] for what in TARGETS}
    found = [_record(f"win.ibm.{what}", column["ours", what], BOOSTER, column["booster", what], TARGETS[what]) for what in TARGETS]
    found += [_record(f"win.ibm.single.{what}", column["ours", what], SINGLE, column["single", what], None) for what in TARGETS]
    suspicious = "the same without the exact amount, which was probably written at the close: suspicious"
    return [*found, _record("win.ibm.exact_amount.auc", column["exact", "auc"], suspicious, column["ours", "auc"], None)]
