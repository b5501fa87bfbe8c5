"""Which moments of past deals teach, which calibrate and which measure; the naive chances; and what the measuring showed.

Accounts fall into parts by a hash of their id, the same in every refresh. Those held out are never learned from, by any version: so that
models of different days can be compared on them. They are measured on the newest days; models learn from the other accounts on earlier ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np
import polars as pl

from onelead.models.learning import measure as measures
from onelead.models.learning.classifier import Classifier, fit_classifier

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onelead.models.learning.classifier import Choice
    from onelead.models.learning.matrix import Floats, Ints

PARTS, HELD, CALIBRATING = 10, (0, 1), (2, 3)
NEWEST = 3
"""One day in so many is held out, at least one: the newest."""
ROWS_MOST = 80_000
PRIOR = 20.0
"""Rows that the overall share counts as in the naive rates."""
MIN_HELD = 10
"""Accounts with and without a hit that the hold-out needs; with fewer no figure on it means anything."""
GROUP, PART, TARGET = "group", "part", "target"


def with_parts(rows: pl.DataFrame) -> pl.DataFrame:
    """``rows`` plus the group (the account, or the deal itself where it has none) and the part it falls into; at most ``ROWS_MOST`` rows."""
    named = rows.with_columns(pl.coalesce("account_id", "opportunity_id").alias(GROUP))
    groups = named[GROUP].unique().to_list()
    share = min(1.0, ROWS_MOST / max(1, rows.height))
    found = [(group, crc32(group.encode()) % PARTS) for group in groups if crc32(f"sample {group}".encode()) / 2**32 < share]
    return named.join(pl.DataFrame(found, schema={GROUP: pl.String, PART: pl.Int64}, orient="row"), on=GROUP).sort("day", "opportunity_id")


@dataclass(frozen=True)
class Split:
    """``rows``: moments with a known ``target`` (0 or 1), group and part."""

    rows: pl.DataFrame

    @property
    def days(self) -> list[Any]:
        """Days of the moments, oldest first."""
        return self.rows["day"].unique().sort().to_list()

    @property
    def held_days(self) -> list[Any]:
        """The newest days, that are held out."""
        return self.days[-max(1, len(self.days) // NEWEST) :]

    @property
    def held(self) -> pl.DataFrame:
        """What is measured on."""
        return self.rows.filter(pl.col(PART).is_in(HELD) & pl.col("day").is_in(self.held_days))

    def learning(self, *, measured: bool) -> tuple[pl.DataFrame, np.ndarray]:
        """Rows to learn from, and which of them only calibrate (other accounts, the later days). ``measured``: none of the held-out days."""
        days = [day for day in self.days if day not in self.held_days] if measured else self.days
        later = days[len(days) // 2 :]
        calibrating = pl.col(PART).is_in(CALIBRATING)
        open_to = pl.col("day").is_in(days) & ~pl.col(PART).is_in(HELD) & (~calibrating | pl.col("day").is_in(later))
        rows = self.rows.filter(open_to)
        return rows, rows[PART].is_in(CALIBRATING).to_numpy()

    def problem(self) -> str | None:
        """Why nothing could be measured, or None."""
        if len(self.days) < 2:  # noqa: PLR2004 - one to learn from, one to measure on
            return "There are fewer than two past days whose deals are mostly closed."
        held = self.held.group_by(GROUP).agg(pl.col(TARGET).max())[TARGET]
        hits, misses = int(held.sum()), int((1 - held).sum())
        if min(hits, misses) < MIN_HELD:
            return f"The newest days hold {hits} accounts with a hit and {misses} without; measuring needs {MIN_HELD} of each."
        learn, calibrating = self.learning(measured=True)
        for mask in (calibrating, ~calibrating):
            target = learn.filter(mask)[TARGET]
            if min(target.sum(), (1 - target).sum()) < MIN_HELD:
                return f"The earlier days hold fewer than {MIN_HELD} hits or misses to learn from or to calibrate on."
        return None


def fit(split: Split, names: Sequence[str], seed: int, *, measured: bool, chosen: Choice | None = None) -> tuple[Classifier, list[Choice]]:
    """A classifier of the learning rows: for measuring, or (on all days) for use."""
    rows, calibrating = split.learning(measured=measured)
    return fit_classifier(rows, names, rows[TARGET].to_numpy(), codes(rows), seed=seed, calibrate=calibrating, chosen=chosen)


def codes(rows: pl.DataFrame) -> Ints:
    """Groups as codes from 0."""
    found: Ints = rows[GROUP].rank("dense").to_numpy().astype(np.int64) - 1
    return found


def naive_rates(learn: pl.DataFrame, ask: pl.DataFrame, by: Sequence[str]) -> Floats:
    """The share of hits among ``learn`` in the same state (``by``; amounts by quarter), for each row of ``ask``; rare states lean on all."""
    overall = float(learn[TARGET].mean() or 0.0)  # type: ignore[arg-type]  # a column of numbers
    if not by:
        return np.full(ask.height, overall)
    cuts = learn["amount"].quantile(0.25), learn["amount"].quantile(0.5), learn["amount"].quantile(0.75)
    quarter = pl.sum_horizontal(*((pl.col("amount") > cut).cast(pl.Int64) for cut in cuts if cut is not None))
    keys = [quarter.alias("quarter") if name == "amount" else pl.col(name) for name in by]
    counted = learn.group_by(*keys).agg(((pl.col(TARGET).sum() + PRIOR * overall) / (pl.len() + PRIOR)).alias("rate"))
    states = ask.select(*keys)
    return (
        states.join(counted, on=states.columns, how="left", nulls_equal=True, maintain_order="left")["rate"].fill_null(overall).to_numpy()
    )


@dataclass(frozen=True)
class Evidence:
    """What the hold-out showed. ``losses``: mean log-loss of the model and, where there is one, of the incumbent."""

    signal: bool
    figures: dict[str, Any]
    calibration: list[dict[str, float]]
    losses: dict[str, float]


def judge(split: Split, challenger: Classifier, incumbent: Classifier | None, naive: Mapping[str, Sequence[str]], seed: int) -> Evidence:
    """Measure beside the ``naive`` rates (name → columns of the state). Signal: log-loss is saved against the base rate and ranks beat chance, both beyond 95 % over accounts."""
    held, (learn, _) = split.held, split.learning(measured=True)
    target, chance = held[TARGET].to_numpy(), challenger.chance(held)
    draws = measures.account_draws(codes(held), measures.REPLICATES, np.random.default_rng(seed))
    rates = {name: naive_rates(learn, held, by) for name, by in {"base_rate": (), **naive}.items()}
    model = measures.report(target, chance, draws)
    saved = {name: measures.gain(target, chance, rate, draws) for name, rate in rates.items()}
    losses = {"model": float(measures.log_losses(target, chance).mean())}
    figures: dict[str, Any] = {
        "measured_on": "hold-out: the newest days, deals of accounts that no model ever learns from",
        "spread": "90 % range over accounts drawn anew; gains: 95 %",
        "model": model.figures,
        "baselines": {name: measures.report(target, rate, draws).figures for name, rate in rates.items()},
        "log_loss_saved_against": saved,
    }
    if incumbent is not None:
        old = incumbent.chance(held)
        losses["incumbent"] = float(measures.log_losses(target, old).mean())
        figures["incumbent"] = measures.report(target, old, draws).figures
    ranks = float(np.nanquantile(model.draws["auc"], 0.025)) > 0.5  # noqa: PLR2004 - chance level of an AUC
    return Evidence(saved["base_rate"]["low"] > 0 and ranks, figures, measures.calibration_table(target, chance), losses)
