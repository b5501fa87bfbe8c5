"""Use cases: what is out of the ordinary: months out of line with the year before, accounts silent for longer than is their way, metrics that jumped."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import polars as pl

from onelead.workspace.history import metric_board
from onelead.workspace.series_forecast import forecasts
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

SILENT_DOUBT = 0.01
"""An account is silent when so long a gap would come in one of a hundred cases, if its purchases came at random at its own rate."""
PURCHASES_LEAST = 6
STEPS_LEAST = 6
"""Changes from snapshot to snapshot that say what is usual of a metric."""
MONTHS = 12
MONTHS_LEAST = 8
JUMP = 3.5
"""Robust z-score from which a change is a jump. Source: Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993: 0.6745 × (x − median) ÷ MAD."""
MAD = 0.6745


def unusual_months(view: View, parts: Parts) -> pl.DataFrame:
    """Months of the last year that were out of line, by region, product and team and in total, the newest first.

    Columns: source, dimension, member, month, actual, expected, off (share above or below), score (robust z). Needs the history of amounts,
    which nobody sees who may not see every account. See ``out_of_line``.
    """
    frame = forecasts(view, parts)
    came = frame.filter((pl.col("span") == "month") & pl.col("mean").is_null() & pl.col("actual").is_not_null())
    keys = ["source", "dimension", "member"]
    found = [
        out_of_line(part.sort("period_start")).with_columns(**{key: pl.lit(value) for key, value in zip(keys, group, strict=True)})
        for group, part in came.select(*keys, "period_start", "actual").group_by(keys, maintain_order=True)
    ]
    columns = [*keys, "month", "actual", "expected", "off", "score"]
    empty = pl.DataFrame(schema={**dict.fromkeys(keys, pl.String), "month": pl.Date, **dict.fromkeys(columns[4:], pl.Float64)})
    return pl.concat([empty, *(part.select(columns) for part in found)]).sort(
        "month", "dimension", "member", descending=[True, False, False]
    )


def out_of_line(months: pl.DataFrame) -> pl.DataFrame:
    """Of a series (period_start, actual; a row a month, in order) the months of the last twelve that stand out: month, actual, expected, off, score.

    Expected is the mean of the twelve months before, times how the same month a year earlier stood to the mean of its twelve. What is left over
    in the logarithm is held against what was left over in the other months (robust z). Nothing stands out of fewer than MONTHS_LEAST of them.
    """
    level = pl.col("actual").rolling_mean(MONTHS).shift(1)
    ratio = pl.when((pl.col("actual") > 0) & (level > 0)).then(pl.col("actual") / level)
    frame = months.with_columns(level=level, ratio=ratio).with_columns(expected=pl.col("level") * pl.col("ratio").shift(MONTHS))
    frame = frame.with_columns(left=(pl.col("actual") / pl.col("expected")).log()).filter(pl.col("left").is_finite())
    rows = frame.tail(MONTHS).to_dicts()
    told = []
    for row in rows:
        others = frame.filter(pl.col("period_start") != row["period_start"])["left"]
        score = robust(row["left"], others) if len(others) >= MONTHS_LEAST else None
        if score is not None and abs(score) >= JUMP:
            told.append((row["period_start"], row["actual"], row["expected"], row["actual"] / row["expected"] - 1, score))
    schema = {"month": pl.Date, "actual": pl.Float64, "expected": pl.Float64, "off": pl.Float64, "score": pl.Float64}
    return pl.DataFrame(told, schema=schema, orient="row")


def silent_accounts(view: View, parts: Parts) -> pl.DataFrame:
    """Accounts that have bought nothing for longer than is their way, the least likely gap first.

    Columns: account_id, account_name, purchases, last_purchase, days (since then), usual_days (mean gap so far), chance (of so long a gap at
    their own rate, at most 1 %). At least six purchases; who left says so elsewhere.
    """
    return view.of_everyone(parts, _silent)


def jumped_metrics(view: View, parts: Parts) -> pl.DataFrame:
    """Metrics whose last change is out of line with the changes before: metric, label, unit, value, before, change, score (robust z), since."""
    board = metric_board(view, parts)
    rows = []
    for row in board.iter_rows(named=True):
        steps = [
            after - before for before, after in zip(row["line"] or [], (row["line"] or [])[1:], strict=False) if None not in (before, after)
        ]
        score = jump(steps)
        if score is not None and abs(score) >= JUMP:
            rows.append(
                {
                    **{name: row[name] for name in ("metric", "label", "unit", "value", "before", "since")},
                    "change": steps[-1],
                    "score": score,
                }
            )
    schema = {name: board.schema[name] for name in ("metric", "label", "unit", "value", "before", "since")}
    return pl.DataFrame(rows, schema={**schema, "change": pl.Float64, "score": pl.Float64}).sort(pl.col("score").abs(), descending=True)


def jump(steps: list[float]) -> float | None:
    """Robust z-score of the last change among the ones before; None with fewer than STEPS_LEAST of them, or where all of them are alike."""
    before = pl.Series(steps[:-1], dtype=pl.Float64)
    return robust(steps[-1], before) if len(before) >= STEPS_LEAST else None


def robust(value: float, others: pl.Series) -> float | None:
    """Robust z-score of a value among others (see JUMP); None where all of them are alike."""
    middle = float(others.median())  # type: ignore[arg-type]  # numbers
    spread = float((others - middle).abs().median())  # type: ignore[arg-type]
    return MAD * (value - middle) / spread if spread > 0 else None


@of_the_snapshot
def _silent(view: View, _: Parts) -> pl.DataFrame:
    table = view.snapshot.table("transactions")
    as_of = view.context.as_of
    kept = table.filter(~table.is_repeat & table.account_id.notnull() & (table.transaction_date <= as_of) & (table.amount > 0))
    days = kept.group_by(["account_id", "transaction_date"]).aggregate(amount=kept.amount.sum())
    grouped = days.group_by("account_id").aggregate(
        purchases=days.count(), first=days.transaction_date.min(), last_purchase=days.transaction_date.max()
    )
    rows = view.snapshot.execute(grouped.filter(grouped.purchases >= PURCHASES_LEAST))
    accounts = view.snapshot.frame("accounts").filter(pl.col("level") == "account")
    gone = pl.col("is_churned").fill_null(value=False) if "is_churned" in accounts.columns else pl.lit(value=False)
    names = accounts.filter(~gone).select("account_id", "account_name")
    return silent(rows.join(names, on="account_id"), as_of)


def silent(rows: pl.DataFrame, as_of: object) -> pl.DataFrame:
    """Of accounts (account_id, account_name, purchases on as many days, first, last_purchase) those that are silent on ``as_of``; see above.

    Purchases at random at a constant rate have gaps of which exp(−days ÷ mean gap) are longer.
    """
    span = (pl.col("last_purchase") - pl.col("first")).dt.total_days()
    timed = rows.with_columns(
        days=(pl.lit(as_of) - pl.col("last_purchase")).dt.total_days(), usual_days=span / (pl.col("purchases").cast(pl.Int64) - 1)
    )
    found = timed.filter((pl.col("usual_days") > 0) & (pl.col("days") > -math.log(SILENT_DOUBT) * pl.col("usual_days")))
    return found.with_columns(chance=(-pl.col("days") / pl.col("usual_days")).exp()).drop("first").sort("chance", "account_id")
