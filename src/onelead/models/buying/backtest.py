"""What the forecast would have been worth: learned until an earlier day, compared with what was bought after it, beside simple ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from onelead.models.buying import bgnbd
from onelead.models.buying import model as buying_model
from onelead.models.buying.history import DAYS, histories

if TYPE_CHECKING:
    from onelead.models.buying.history import Histories, Purchases
    from onelead.models.learning.matrix import Floats

ROUNDED = 5
TEST_MAX = 50_000
"""Customers that are compared, drawn when there are more: beyond, the figures hardly move."""


def naive(seen: Histories, weeks: float) -> Floats:
    """Everybody goes on at the rate of their repeat purchases so far."""
    return seen.x / np.maximum(seen.age, 1 / DAYS) * weeks


def figures(forecast: Floats, bought: Floats) -> dict[str, float]:
    """Mean absolute error with its 90 % range over customers, root mean squared error, and the forecast total over the real one."""
    error = np.abs(forecast - bought)
    around = 1.645 * float(error.std()) / len(error) ** 0.5
    total = float(bought.sum())
    found = {
        "mae": float(error.mean()),
        "mae_low": float(error.mean()) - around,
        "mae_high": float(error.mean()) + around,
        "rmse": float(np.sqrt(((forecast - bought) ** 2).mean())),
    }
    if total > 0:
        found["total_ratio"] = float(forecast.sum()) / total
    return {name: round(value, ROUNDED) for name, value in found.items()}


def back_test(seen: Purchases, weeks: float, seed: int) -> dict[str, object]:
    """Learn until ``weeks`` before the newest day (until half the history at most), forecast the rest, compare. Figures per customer."""
    seen = _sample(seen, seed)
    whole = int(seen.days["day"].min())  # type: ignore[arg-type]
    cut = seen.as_of - int(min(weeks * DAYS, (seen.as_of - whole) / 2))
    ahead = (seen.as_of - cut) / DAYS
    past = seen.until(cut)
    summary = past.summary()
    bought = seen.counts_after(summary["account_id"], cut, seen.as_of)
    model = buying_model.learn(past, summary, seed)
    outlook = model.outlook(summary, cut, ahead, seed)
    history = histories(summary, cut)
    forecasts = {
        "model": outlook.purchases,
        "model, nearest per account": outlook.likely,
        "Pareto/NBD": model.plain.expected(history, ahead),
        "BG/NBD": bgnbd.fit(history).expected(history, ahead),
        "rate so far": naive(history, ahead),
        "always zero": np.zeros(len(history)),
    }
    inside = (bought >= outlook.low) & (bought <= outlook.high)
    low, high = np.quantile(outlook.totals, [0.1, 0.9])
    return {
        "learned_weeks": round((cut - whole) / DAYS, 1),
        "forecast_weeks": round(ahead, 1),
        "customers": len(history),
        "figures": {name: figures(forecast, bought) for name, forecast in forecasts.items()},
        "inside_80_percent_interval": round(float(inside.mean()), ROUNDED),
        "inside_80_percent_interval_of_repeat_buyers": round(float(inside[history.x > 0].mean()), ROUNDED),
        "total": {"bought": float(bought.sum()), "forecast_low": float(low), "forecast_high": float(high)},
    }


def _sample(seen: Purchases, seed: int) -> Purchases:
    accounts = seen.days["account_id"].unique().sort()
    if len(accounts) <= TEST_MAX:
        return seen
    drawn = np.random.default_rng(seed).choice(len(accounts), TEST_MAX, replace=False)
    return seen.of(accounts.gather(np.sort(drawn)))
