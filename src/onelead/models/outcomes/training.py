"""The rows to learn from, cut by time and by account, and the fits that measuring and calibrating need.

The newest dates are the hold-out. Accounts are dealt into folds, and a hold-out row is only predicted by a model that saw
neither its account (at any date) nor any of the newest dates. Calibration learns on predictions for accounts that the model
behind them did not see (out of fold), inside the same training period.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from onelead.models.learning.logistic import fit_sigmoid, sigmoid

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from numpy.typing import NDArray

    from onelead.models.learning.matrix import Floats, Ints

    class Fitted(Protocol):
        """What a recipe gives: log-odds for rows."""

        def margin(self, values: Floats) -> Floats:
            """Log-odds of each row."""
            ...

    Recipe = Callable[[Floats, Floats, Floats], Fitted]
    Mask = NDArray[np.bool_]

FOLDS = 5
NEWEST_SHARE = 4
"""One date in so many, at least one, is held out: the newest."""


def held_out(dates: int) -> int:
    """How many of so many dates are held out."""
    return max(1, dates // NEWEST_SHARE)


def last_training_date(dates: Ints, horizon: int) -> int:
    """The last date (in days) whose window of ``horizon`` days is over when the hold-out begins; later ones would know some of its answers."""
    every = np.unique(dates)
    return int(every[-held_out(len(every))]) - max(horizon, 1)


@dataclass(frozen=True)
class Training:
    """Rows sorted by account and date. ``values`` rows × features (NaN is missing), ``target`` 0/1, ``recency`` days, ``fold`` by account.

    ``horizon``: days of the window that ``target`` looks at.
    """

    accounts: Ints
    dates: Ints
    values: Floats
    recency: Floats
    target: Floats
    fold: Ints
    horizon: int = 0

    @property
    def held_dates(self) -> Ints:
        """The dates of the hold-out, the newest ones."""
        every = np.unique(self.dates)
        return every[-held_out(len(every)) :]

    @property
    def newest(self) -> Mask:
        """Rows of the hold-out."""
        return np.isin(self.dates, self.held_dates)

    @property
    def past(self) -> Mask:
        """Rows that the hold-out's models may learn from."""
        found: Mask = self.dates <= last_training_date(self.dates, self.horizon)
        return found

    def with_values(self, values: Floats) -> Training:
        """The same rows with other features."""
        return Training(self.accounts, self.dates, values, self.recency, self.target, self.fold, self.horizon)


def deal_folds(accounts: Ints, target: Floats, rng: np.random.Generator) -> Ints:
    """A fold for each row, the same for all rows of an account; accounts with and without a positive are dealt evenly."""
    count = int(accounts.max()) + 1
    ever = np.bincount(accounts, target, minlength=count) > 0
    fold = np.empty(count, dtype=np.int64)
    for group in (ever, ~ever):
        members = rng.permutation(np.flatnonzero(group))
        fold[members] = np.arange(len(members)) % FOLDS
    return fold[accounts]


def _fit(data: Training, rows: Mask, recipe: Recipe) -> Fitted:
    return recipe(data.values[rows], data.target[rows], np.ones(int(rows.sum())))


def out_of_fold(data: Training, rows: Mask, recipe: Recipe, folds: list[int]) -> Floats:
    """Log-odds of ``rows``, each from a model that did not see the row's account; NaN elsewhere."""
    margin = np.full(len(data.target), np.nan)
    for held in folds:
        model = _fit(data, rows & (data.fold != held) & np.isin(data.fold, folds), recipe)
        ask = rows & (data.fold == held)
        margin[ask] = model.margin(data.values[ask])
    return margin


def held_out_chances(data: Training, recipe: Recipe) -> Floats:
    """Calibrated chances of the hold-out rows; NaN elsewhere."""
    chance = np.full(len(data.target), np.nan)
    past = data.past
    for held in range(FOLDS):
        others = [fold for fold in range(FOLDS) if fold != held]
        learn = past & (data.fold != held)
        ask = data.newest & (data.fold == held)
        calibration = out_of_fold(data, learn, recipe, others)
        slope, shift = fit_sigmoid(calibration[learn], data.target[learn], np.ones(int(learn.sum())))
        chance[ask] = sigmoid(slope * _fit(data, learn, recipe).margin(data.values[ask]) + shift)
    return chance


def base_rates(data: Training) -> Floats:
    """The naive chance of each hold-out row: the share of positives in the training period among the other folds."""
    chance = np.full(len(data.target), np.nan)
    past = data.past
    for held in range(FOLDS):
        chance[data.newest & (data.fold == held)] = data.target[past & (data.fold != held)].mean()
    return chance


def validation_loss(data: Training, recipe: Recipe) -> float:
    """Mean log-loss on the last date before the hold-out, by models of earlier dates and other accounts: what recipes are chosen by.

    With a single training date, the accounts alone are kept apart.
    """
    past = data.past
    last = past & (data.dates == data.dates[past].max())
    before = past & (data.dates <= data.dates[last].min() - max(data.horizon, 1))
    learn = before if before.any() else past
    losses = np.zeros(len(data.target))
    for held in range(FOLDS):
        rows = learn & (data.fold != held)
        ask = last & (data.fold == held)
        if not ask.any():
            continue
        margin = _fit(data, rows, recipe).margin(data.values[ask])
        losses[ask] = np.logaddexp(0.0, margin) - data.target[ask] * margin
    return float(losses[last].mean())
