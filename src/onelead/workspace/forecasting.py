"""Use cases of the Forecast page: what today's data says about the coming months, and under which assumptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.settings import ActionSettings
from onelead.rules import chance_of, rules
from onelead.workspace.deals import OPEN, WON, deals
from onelead.workspace.pipeline import known_sum
from onelead.workspace.worklist import listed

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

UNIFORM = ActionSettings(chance={"deal": 0.5}, chance_weight=2.0)
"""Nothing assumed of the win rate: one deal won and one lost before the first is seen."""
SUMMED = ("type", "due_date", "chance", "value", "expected_value", "expected_value_low", "expected_value_high", "estimated")
"""What ``by_month`` and ``by_type`` read of an action."""
OVERDUE, UNDATED = "Overdue", "No date"


def expected_by_month(view: View, parts: Parts) -> pl.DataFrame:
    """Expected value of the waiting actions by month of their due date: see ``by_month``."""
    return by_month(listed(view, parts, SUMMED))


def by_month(waiting: pl.DataFrame) -> pl.DataFrame:
    """Actions by month of their due date: month, actions, expected, low, high, at_stake, unvalued, estimated.

    expected = sum of chance × value. low and high are the sums of the single ranges: every action at its low end, or every one at its
    high end at once, so that they are wider than the range of the sum. ``at_stake`` is the value if every action succeeds; ``unvalued``
    counts actions whose value is unknown; they add nothing.
    """
    return (
        waiting.group_by(month=pl.col("due_date").dt.truncate("1mo"))
        .agg(
            pl.len().cast(pl.Int64).alias("actions"),
            known_sum("expected_value").alias("expected"),
            known_sum("expected_value_low").alias("low"),
            known_sum("expected_value_high").alias("high"),
            known_sum("value").alias("at_stake"),
            pl.col("value").is_null().sum().cast(pl.Int64).alias("unvalued"),
            (pl.col("estimated") & pl.col("value").is_not_null()).any().alias("estimated"),
        )
        .sort("month")
    )


def expected_by_type(view: View, parts: Parts) -> pl.DataFrame:
    """Waiting actions by type: see ``by_type``."""
    return by_type(listed(view, parts, SUMMED))


def by_type(waiting: pl.DataFrame) -> pl.DataFrame:
    """Actions by type, the most expected value first: type, actions, chance (mean over those with a value), at_stake, expected, low, high.

    Also estimated, and label: the rule's own words.
    """
    return (
        waiting.group_by("type")
        .agg(
            pl.len().cast(pl.Int64).alias("actions"),
            pl.col("chance").mean(),
            known_sum("value").alias("at_stake"),
            known_sum("expected_value").alias("expected"),
            known_sum("expected_value_low").alias("low"),
            known_sum("expected_value_high").alias("high"),
            (pl.col("estimated") & pl.col("expected_value").is_not_null()).any().alias("estimated"),
        )
        .with_columns(label=pl.col("type").replace({rule.id: rule.label for rule in rules().values()}))
        .sort(["expected", "type"], descending=[True, False], nulls_last=True)
    )


def recorded_win_rate(view: View, parts: Parts) -> dict[str, Any]:
    """The win rate of the closed deals with its 80 % range (Beta with a uniform prior), and whether it may weigh a forecast.

    ``enough`` from as many closed deals as the setting asks for, with at least one won and one lost.
    """
    frame = deals(view, parts).filter(pl.col("state") != OPEN)
    won = frame.filter(pl.col("state") == WON).height
    closed = frame.height
    needed = view.context.settings.revenue.win_rate_from
    rate = won / closed if closed else None
    spread = chance_of("deal", UNIFORM, {"deal": (won, closed)}) if closed else None
    low = min(spread.low, rate) if spread and rate is not None else None
    high = max(spread.high, rate) if spread and rate is not None else None
    enough = closed >= needed and 0 < won < closed
    return {"closed": closed, "won": won, "rate": rate, "low": low, "high": high, "needed": needed, "enough": enough}


def deal_schedule(view: View, parts: Parts) -> pl.DataFrame:
    """Open deals by month of their expected close: period ("2024-10", Overdue, No date), month, deals, value, unvalued, weighted, low, high.

    weighted = value × the recorded win rate (null while too few deals are closed), low and high by the ends of its range. The rate is one
    for all deals: it knows neither stage nor age.
    """
    frame = deals(view, parts).filter(pl.col("state") == OPEN)
    rate = recorded_win_rate(view, parts)
    month = pl.when(pl.col("days_to_close") >= 0).then(pl.col("close_date").dt.truncate("1mo"))
    late, undated = pl.col("days_to_close") < 0, pl.col("close_date").is_null()
    period = pl.when(late).then(pl.lit(OVERDUE)).when(undated).then(pl.lit(UNDATED)).otherwise(month.dt.strftime("%Y-%m"))
    order = pl.when(late).then(0).when(undated).then(2).otherwise(1)
    found = frame.group_by(order=order, month=month, period=period).agg(
        pl.len().cast(pl.Int64).alias("deals"),
        known_sum("value").alias("value"),
        pl.col("value").is_null().sum().cast(pl.Int64).alias("unvalued"),
    )
    weights = {name: rate[key] if rate["enough"] else None for name, key in (("weighted", "rate"), ("low", "low"), ("high", "high"))}
    weighted = [(pl.col("value") * pl.lit(weight, dtype=pl.Float64)).alias(name) for name, weight in weights.items()]
    return found.with_columns(weighted).sort("order", "month").drop("order")
