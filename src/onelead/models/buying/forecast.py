"""Customer lifetime value where nobody signs for a term: how often customers will buy again, and what that is worth.

Each account gets a mean number of purchases in the next weeks and its worth, with 80 % intervals, and the probability that it is still a customer. The
means add up to the forecast of the whole. ``likely_purchases`` is a second forecast, for single accounts: most accounts buy nothing, some
much, and a mean of 0.4 is never what happens. It has the same sum and the least mean absolute error for that sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from onelead.core.errors import UsageError
from onelead.models.buying import backtest
from onelead.models.buying import model as buying_model
from onelead.models.buying.history import DAYS, histories, purchases
from onelead.models.learning.matrix import one_thread

if TYPE_CHECKING:
    from datetime import date

    from onelead.models.buying.history import Purchases
    from onelead.models.buying.model import Buying

MIN_CUSTOMERS, MIN_REPEAT, MIN_WEEKS = 100, 30, 12
"""Customers, customers who bought on more than one day, and weeks since the first purchase of all. Below: no forecast."""
SCHEMA = pl.Schema(
    {
        "account_id": pl.String,
        "frequency": pl.Int64,
        "recency_weeks": pl.Float64,
        "age_weeks": pl.Float64,
        "alive": pl.Float64,
        "alive_low": pl.Float64,
        "alive_high": pl.Float64,
        "expected_purchases": pl.Float64,
        "purchases_low": pl.Float64,
        "purchases_high": pl.Float64,
        "likely_purchases": pl.Float64,
        "expected_value": pl.Float64,
        "value_low": pl.Float64,
        "value_high": pl.Float64,
    }
)
LIMITS = [
    "The next weeks are taken to be like the past on average: no season, campaign or price change to come is in it.",
    "The interval of the total holds chance and what the data leave open about the parameters, not the chance that buying changes.",
    "Intervals of counts hold at least 80 %: whole numbers cannot hold it exactly, and most accounts buy nothing.",
    "Values are not discounted, and are taken not to depend on how often an account buys.",
]


@dataclass(frozen=True)
class BuyingForecast:
    """``accounts``: one row per account, in the columns of ``SCHEMA`` (null where the model abstains); ``card``: plain JSON.

    ``model`` and the ``seen`` purchases it learned from, for further questions; None where it abstains.
    """

    accounts: pl.DataFrame
    card: dict[str, object]
    model: Buying | None = None
    seen: Purchases | None = None


def forecast(transactions: pl.DataFrame, as_of: date, *, weeks: float = 52.0, seed: int = 0) -> BuyingForecast:
    """Purchases and their value in the ``weeks`` after ``as_of``.

    ``transactions``: account_id, date, value in one currency; see ``purchases`` for what is left out. Later rows are ignored.
    ``frequency`` counts repeat purchases (days), ``recency_weeks`` runs from the first to the last purchase, ``age_weeks`` from the first to ``as_of``.
    With fewer than ``MIN_CUSTOMERS`` customers, ``MIN_REPEAT`` of them with a repeat purchase, or ``MIN_WEEKS`` of history it abstains.
    Raises UsageError when a column is missing or ``weeks`` is not positive.
    """
    if not weeks > 0:
        raise UsageError(f"A forecast over {weeks:g} weeks is none.", hint="Ask for more than 0 weeks.")
    seen = purchases(transactions, as_of)
    summary = seen.summary()
    card: dict[str, object] = {
        "model": "buying",
        "question": f"How often will each account buy in the next {weeks:g} weeks, and what is it worth?",
        "as_of": as_of.isoformat(),
        "seed": seed,
        "left_out": seen.left_out,
        "learned_from": {"customers": summary.height, "repeat": int((summary["purchases"] > 1).sum()), "purchase_days": seen.days.height},
    }
    base = _base(summary, seen)
    if reasons := _too_little(seen, summary):
        summary_text = f"OneLead abstains: too little to learn from. {' '.join(reasons)}"
        return BuyingForecast(base, card | {"label_source": "none", "summary": summary_text, "why_not_higher": reasons, "limits": []})
    with one_thread():
        return _fitted(seen, summary, base, card, weeks, seed)


def _fitted(seen: Purchases, summary: pl.DataFrame, base: pl.DataFrame, card: dict[str, object], weeks: float, seed: int) -> BuyingForecast:
    tested = backtest.back_test(seen, weeks, seed)
    model = buying_model.learn(seen, summary, seed)
    found = model.outlook(summary, seen.as_of, weeks, seed)
    columns = {
        "alive": found.alive,
        "alive_low": found.alive_low,
        "alive_high": found.alive_high,
        "expected_purchases": found.purchases,
        "purchases_low": found.low,
        "purchases_high": found.high,
        "likely_purchases": found.likely,
    }
    if found.value is not None:
        columns |= dict(zip(("expected_value", "value_low", "value_high"), found.value, strict=True))
    filled = base.with_columns(pl.Series(name, values) for name, values in columns.items())
    low, high = pl.Series(found.totals).quantile(0.1), pl.Series(found.totals).quantile(0.9)
    figures = {
        "method": {
            "name": "Pareto/NBD on the calendar and on a clock of common ups and downs, half each; Gamma-Gamma for the value",
            "calendar": _parameters(model.plain),
            "clock": _parameters(model.timed),
            "value": None if model.worth is None else {"p": model.worth.p, "q": model.worth.q, "gamma": model.worth.gamma},
        },
        "total": {"expected": float(found.purchases.sum()), "low": low, "high": high},
        "back_test": tested,
    }
    limits = [*LIMITS, *([] if model.worth else ["Too few purchases have a known value: what they are worth is not forecast."])]
    if weeks > (longest := float(histories(summary, seen.as_of).age.max())):
        limits.append(
            f"The forecast looks {weeks:g} weeks ahead on {longest:.0f} weeks of history; the back-test could only look at half of it."
        )
    text = f"Expected in the next {weeks:g} weeks: {found.purchases.sum():.0f} purchases (80 %: {low:.0f} to {high:.0f})."
    told = card | {"label_source": "outcomes", "summary": text, **figures, "limits": limits}
    return BuyingForecast(filled.select(SCHEMA.names()), told, model, seen)


def _parameters(model: object) -> dict[str, float]:
    return {name: float(getattr(model, name)) for name in ("r", "alpha", "s", "beta")}


def _base(summary: pl.DataFrame, seen: Purchases) -> pl.DataFrame:
    """The measured columns; the forecast ones null."""
    day = pl.lit(seen.as_of)
    measured = summary.select(
        "account_id",
        frequency=pl.col("purchases").cast(pl.Int64) - 1,
        recency_weeks=(pl.col("last") - pl.col("first")) / DAYS,
        age_weeks=(day - pl.col("first")) / DAYS,
    )
    return measured.with_columns(pl.lit(None, kind).alias(name) for name, kind in SCHEMA.items() if name not in measured.columns)


def _too_little(seen: Purchases, summary: pl.DataFrame) -> list[str]:
    """Why there is no forecast; empty when there is one. The back-test learns from half the time, so that what counts is counted there too."""
    repeat = int((summary["purchases"] > 1).sum())
    weeks = 0.0 if summary.is_empty() else (seen.as_of - int(summary["first"].min())) / DAYS  # type: ignore[arg-type]
    wanted = (("customers", summary.height, MIN_CUSTOMERS), ("customers who bought again", repeat, MIN_REPEAT))
    reasons = [f"There are {found} {what}; it needs {least}." for what, found, least in wanted if found < least]
    if weeks < MIN_WEEKS:
        reasons.append(f"The history is {weeks:.0f} weeks long; it needs {MIN_WEEKS}.")
    if not reasons and seen.until(seen.as_of - int((seen.as_of - int(summary["first"].min())) / 2)).summary().height < MIN_CUSTOMERS:  # type: ignore[arg-type]
        reasons.append(f"Fewer than {MIN_CUSTOMERS} customers are older than half the history, so that nothing can be tested.")
    return reasons
