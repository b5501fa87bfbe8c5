"""How good forecasts of series are, and the naive ones that they must beat.

MASE: Hyndman and Koehler 2006. sMAPE and Naive2: Makridakis and Hibon 2000 (the M3 competition). Arrays are one series, oldest first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from onelead.models.learning.matrix import Floats

SEASONAL_Z = 1.645
"""A season counts when its autocorrelation is beyond the 90 % limit, as in the M3 competition."""


def seasonal_naive(values: Floats, season: int, horizon: int) -> Floats:
    """The last season again and again; the last value where a season is longer than the series."""
    length = season if len(values) >= season else 1
    found: Floats = np.resize(values[-length:], horizon)
    return found


def naive_scale(values: Floats, season: int) -> float:
    """Mean absolute change from one season to the next inside ``values``, in their unit: what MASE divides by."""
    lag = season if len(values) > season else 1
    return float(np.abs(values[lag:] - values[:-lag]).mean()) if len(values) > lag else 0.0


def mase(actual: Floats, forecast: Floats, scale: float) -> float:
    """Mean absolute error in units of ``scale`` (``naive_scale`` of what came before); NaN when that is zero."""
    return float(np.abs(actual - forecast).mean() / scale) if scale > 0 else float("nan")


def smape(actual: Floats, forecast: Floats) -> float:
    """Symmetric mean absolute percentage error, 0 to 200; both zero counts as right."""
    size = np.abs(actual) + np.abs(forecast)
    parts = np.divide(2 * np.abs(actual - forecast), size, out=np.zeros(len(size)), where=size > 0)
    return float(100 * parts.mean())


def _is_seasonal(values: Floats, season: int) -> bool:
    if season <= 1 or len(values) < 3 * season:
        return False
    centred = values - values.mean()
    total = float(centred @ centred)
    if total <= 0:
        return False
    lags = np.array([centred[lag:] @ centred[:-lag] for lag in range(1, season + 1)]) / total
    limit = SEASONAL_Z * np.sqrt((1 + 2 * (lags[:-1] ** 2).sum()) / len(values))
    return bool(abs(lags[-1]) > limit)


def _indices(values: Floats, season: int) -> Floats:
    """One factor per place in the season by classical multiplicative decomposition; their mean is 1."""
    weights = np.ones(season) / season if season % 2 else np.r_[0.5, np.ones(season - 1), 0.5] / season
    trend = np.convolve(values, weights, mode="valid")
    start = len(weights) // 2
    ratios = values[start : start + len(trend)] / trend
    places = (np.arange(len(trend)) + start) % season
    means = np.bincount(places, ratios, minlength=season) / np.bincount(places, minlength=season)
    found: Floats = means * season / means.sum()
    return found


def naive2(values: Floats, season: int, horizon: int) -> Floats:
    """The last value, adjusted for the season where there is one; the last value only where a value is not above zero."""
    steps = np.full(horizon, values[-1])
    if values.min() <= 0 or not _is_seasonal(values, season):
        return steps
    factors = _indices(values, season)
    last = len(values) - 1
    found: Floats = steps / factors[last % season] * factors[(last + 1 + np.arange(horizon)) % season]
    return found
