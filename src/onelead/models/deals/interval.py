"""How sure a chance is: how far trees that learned from other accounts disagree about the same deal.

Sets of trees are learned again, each from accounts drawn with replacement, and hardly smoothed: refits as strongly smoothed as the model
agree on an answer that the smoothing has bent. Their spread on the log-odds, with Student's t for the few there are, is laid around the
model's own (Efron and Tibshirani 1993, ch. 13). Measured on planted chances: 76 to 81 % of them lie inside an interval of 80 %, from 500
to 12,000 deals. What no column shows of a deal is not in it: it speaks of the chance of deals that look like this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from onelead.models.deals.training import TARGET, codes
from onelead.models.learning.classifier import Choice, fit_single
from onelead.models.learning.logistic import sigmoid

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from onelead.models.deals.training import Split
    from onelead.models.learning.classifier import Classifier
    from onelead.models.learning.matrix import Floats, Ints

REFITS = 5
T80 = 1.533
"""Student's t with ``REFITS`` − 1 degrees of freedom that leaves 10 % on each side."""
HARDLY_SMOOTHED = Choice("middling trees", means=False, rounds=160, loss=0.0)


def refits(split: Split, names: Sequence[str], seed: int) -> list[Classifier]:
    """Sets of trees on the learning rows of accounts drawn with replacement."""
    rows, calibrating = split.learning(measured=False)
    learn = rows.filter(~calibrating)
    rng = np.random.default_rng([seed, 1])
    found = []
    for place in range(REFITS):
        mine = learn[_drawn(codes(learn), rng)]
        found.append(fit_single(mine, names, mine[TARGET].to_numpy(), codes(mine), HARDLY_SMOOTHED, seed + place + 1))
    return found


def interval(classifier: Classifier, again: Sequence[Classifier], rows: pl.DataFrame) -> tuple[Floats, Floats]:
    """The 80 % interval of the chance of each row of moments; it holds the chance."""
    margin = classifier.margin(rows)
    spread = np.std([model.margin(rows) for model in again], axis=0, ddof=1)
    return sigmoid(margin - T80 * spread), sigmoid(margin + T80 * spread)


def _drawn(groups: Ints, rng: np.random.Generator) -> Ints:
    """Places of the rows of groups drawn with replacement: a group drawn twice comes twice."""
    count = int(groups.max()) + 1
    times = rng.multinomial(count, np.full(count, 1 / count))[groups]
    return np.repeat(np.arange(len(groups)), times)
