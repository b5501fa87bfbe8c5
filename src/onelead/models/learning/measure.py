"""How good probabilities are, with the spread over accounts. Formulas: Fawcett 2006 (AUC), Brier 1950."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from onelead.models.learning.matrix import Floats, Ints

REPLICATES = 300
BINS = 10
CLIP = 1e-6
METRICS = ("auc", "brier", "log_loss", "calibration_error")


def auc(target: Floats, chance: Floats, weight: Floats) -> float:
    """Chance that a positive ranks above a negative, ties half; NaN without both."""
    _, rank = np.unique(chance, return_inverse=True)
    positive = np.bincount(rank, weight * target)
    negative = np.bincount(rank, weight * (1 - target))
    pairs = positive.sum() * negative.sum()
    below = np.cumsum(negative) - negative / 2
    return float(positive @ below / pairs) if pairs else float("nan")


def log_losses(target: Floats, chance: Floats) -> Floats:
    """Log-loss of each row, in nats."""
    held = np.clip(chance, CLIP, 1 - CLIP)
    losses: Floats = -(target * np.log(held) + (1 - target) * np.log(1 - held))
    return losses


def deciles(chance: Floats) -> Ints:
    """The bin of each row: ten of equal size, fewer where chances tie."""
    edges = np.unique(np.quantile(chance, np.linspace(0, 1, BINS + 1)[1:-1]))
    return np.searchsorted(edges, chance, side="right")


def calibration_error(target: Floats, chance: Floats, weight: Floats, bins: Ints) -> float:
    """Mean distance of predicted and observed share over bins of equal size (expected calibration error)."""
    gap = np.bincount(bins, weight * (chance - target))
    return float(np.abs(gap).sum() / weight.sum())


def measure(target: Floats, chance: Floats, weight: Floats, bins: Ints) -> dict[str, float]:
    """AUC, Brier score, log-loss and calibration error."""
    total = weight.sum()
    return {
        "auc": auc(target, chance, weight),
        "brier": float(weight @ (chance - target) ** 2 / total),
        "log_loss": float(weight @ log_losses(target, chance) / total),
        "calibration_error": calibration_error(target, chance, weight, bins),
    }


def account_draws(accounts: Ints, replicates: int, rng: np.random.Generator) -> Ints:
    """Replicates × rows: how often each row counts when accounts are drawn with replacement. ``accounts`` are codes from 0."""
    count = int(accounts.max()) + 1
    drawn = rng.multinomial(count, np.full(count, 1 / count), size=replicates)
    found: Ints = drawn[:, accounts]
    return found


@dataclass(frozen=True)
class Report:
    """Figures of one model on rows that it did not learn from: metric → value, low, high (90 % over accounts drawn anew)."""

    figures: dict[str, dict[str, float]]
    draws: dict[str, Floats]


def report(target: Floats, chance: Floats, draws: Ints) -> Report:
    """Each metric with the spread that drawing the accounts anew gives. NaN values (no positive drawn) are left out."""
    bins = deciles(chance)
    point = measure(target, chance, np.ones(len(target)), bins)
    repeats = [measure(target, chance, weight.astype(np.float64), bins) for weight in draws]
    spread = {name: np.array([entry[name] for entry in repeats]) for name in METRICS}
    figures = {}
    for name in METRICS:
        low, high = np.nanquantile(spread[name], [0.05, 0.95])
        figures[name] = {"value": _round(point[name]), "low": _round(float(low)), "high": _round(float(high))}
    return Report(figures, spread)


def gain(target: Floats, model: Floats, naive: Floats, draws: Ints) -> dict[str, float]:
    """Log-loss that ``model`` saves against ``naive``, in nats a row, on the same rows: value and its 95 % range over accounts."""
    saved = log_losses(target, naive) - log_losses(target, model)
    repeats = (draws @ saved) / draws.sum(axis=1)
    low, high = np.quantile(repeats, [0.025, 0.975])
    return {"value": _round(float(saved.mean())), "low": _round(float(low)), "high": _round(float(high))}


def calibration_table(target: Floats, chance: Floats) -> list[dict[str, float]]:
    """Up to ten bins of equal size: predicted and observed share, rows."""
    bins = deciles(chance)
    table = []
    for number in np.unique(bins):
        inside = bins == number
        table.append(
            {"predicted": _round(float(chance[inside].mean())), "observed": _round(float(target[inside].mean())), "rows": int(inside.sum())}
        )
    return table


def _round(value: float) -> float:
    return round(value, 5)
