"""Use case: what stands behind the headline numbers at a glance: how they came about over a year, how they split, how far they may be off."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.workspace.asking import metric_by

if TYPE_CHECKING:
    from datetime import date

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

MONTHS = 12
STATUSES_SHOWN = 4


def glance(view: View, _: Parts) -> dict[str, Any]:
    """Lifecycle numbers behind their tiles.

    Returns a dict: days (twelve month ends and the as-of date), expired and at_risk (on each of these days, how many of today's assets had
    passed their end of life, and what these are worth: a reading of end-of-life dates, not of old exports), unsupported [(status, count)],
    at_risk_low and at_risk_high (the estimated part may be off by the price spread of the settings; None where nothing is known).
    """
    days = month_ends(view.context.as_of)
    # one query for the line and for the split: at a million assets each one counts
    split = metric_by(view, "revenue_at_risk", ("end_of_life_date", "is_estimated"), ()).drop_nulls("value").filter(pl.col("rows") > 0)
    spread = view.context.settings.prices.spread
    known = float(split.filter(~pl.col("is_estimated"))["value"].sum())
    estimated = float(split.filter(pl.col("is_estimated"))["value"].sum())
    statuses = metric_by(view, "unsupported_products", ("support_status",), ()).filter(pl.col("value") > 0).sort("value", descending=True)
    return {
        "days": days,
        "expired": _over(metric_by(view, "expired_products", ("end_of_life_date",), ()), days),
        "at_risk": _over(split, days),
        "at_risk_low": known + estimated * (1 - spread) if split.height else None,
        "at_risk_high": known + estimated * (1 + spread) if split.height else None,
        "unsupported": _shares([(status, int(count)) for status, count in statuses.select("support_status", "value").iter_rows()]),
    }


def month_ends(day: date) -> list[date]:
    """The twelve month ends before ``day``, the oldest first, and the day itself."""
    out = [day]
    first = day.replace(day=1)
    for _ in range(MONTHS):
        out.append(first - timedelta(days=1))
        first = out[-1].replace(day=1)
    return sorted(set(out))


def _over(by_day: pl.DataFrame, days: list[date]) -> list[float]:
    """A metric of expired assets on each of ``days``: they count from the day after their end of life."""
    known = by_day.drop_nulls(["end_of_life_date", "value"])
    return [float(known.filter(pl.col("end_of_life_date") < day)["value"].sum()) for day in days]


def _shares(found: list[tuple[str | None, int]]) -> list[tuple[str, int]]:
    """The largest shares by name, what is left as "other"."""
    named = [(str(status) if status else "unknown", count) for status, count in found]
    rest = sum(count for _, count in named[STATUSES_SHOWN:])
    return named[:STATUSES_SHOWN] + ([("other", rest)] if rest else [])
