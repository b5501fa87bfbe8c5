"""Use cases: how numbers moved: from snapshot to snapshot, and by month where rows carry dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead import metrics as kpis
from onelead.core.context import Context
from onelead.workspace.deals import WON, deals
from onelead.workspace.revenue import sums_by
from onelead.workspace.snapshots import standing_publications

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

HISTORY = ("revenue_at_risk", "open_pipeline_value", "opportunity_count", "expired_products", "portfolio_value")
SCHEMA = {"as_of": pl.Date, "snapshot": pl.Int64, "metric": pl.String, "group": pl.String, "value": pl.Float64, "estimated": pl.Boolean}


def history(view: View, parts: Parts, metrics: Sequence[str] = HISTORY, by: str | None = None) -> pl.DataFrame:
    """Metrics in each kept snapshot up to this one, as of its own date: as_of, snapshot, metric, group, value, estimated.

    Of several snapshots of one date the newest counts. ``by`` groups by a column ("product_category"); else group is null. The
    settings of today are used throughout, so that a changed price does not look like a changed business.
    """
    dated = {found.as_of: found for found in reversed(standing_publications(view, parts))}
    frames = [pl.DataFrame(schema=SCHEMA)]
    for day, found in sorted(dated.items()):
        snapshot = parts.engine.open(found.base, found.results)
        try:
            context = Context(day, view.context.settings)
            if by is None:
                values = kpis.values(snapshot, context, metrics, account_filter=view.account_filter)
                frames.append(_shaped(values.with_columns(group=pl.lit(None, dtype=pl.String)), day, found.id))
            else:
                for name in metrics:
                    grouped = kpis.query(snapshot, context, name, by=(by,), account_filter=view.account_filter)
                    frames.append(_shaped(grouped.with_columns(metric=pl.lit(name), group=pl.col(by).cast(pl.String)), day, found.id))
        finally:
            snapshot.close()
    return pl.concat(frames)


def _shaped(frame: pl.DataFrame, day: date, snapshot: int) -> pl.DataFrame:
    return frame.with_columns(as_of=pl.lit(day), snapshot=pl.lit(snapshot, dtype=pl.Int64)).select(
        pl.col(name).cast(kind) for name, kind in SCHEMA.items()
    )


def won_by_month(view: View, parts: Parts, since: date | None = None) -> pl.DataFrame:
    """Amounts won by month of close: month, value, rows, change (share, on the month before). Empty where no won deal has both."""
    day = view.context.as_of
    won = deals(view, parts).filter((pl.col("state") == WON) & pl.col("value").is_not_null() & (pl.col("close_date") <= day))
    return month_over_month(sums_by(won, "value", "close_date", since))


def projects_by_month(view: View, _: Parts, since: date | None = None) -> pl.DataFrame:
    """Value of won and running services projects by month of their start: month, value, rows, change, estimated.

    Values are stated, else the middle of the size bucket; projects of unknown size are counted in ``rows`` and add nothing.
    """
    day = view.context.as_of
    where = ("stage=Success", "stage=Open", f"start_date<={day}", *((f"start_date>={since}",) if since else ()))
    found = kpis.query(view.snapshot, view.context, "project_value", by=("start_date",), where=where, account_filter=view.account_filter)
    monthly = (
        found.group_by(month=pl.col("start_date").dt.truncate("1mo"))
        .agg(pl.col("value").sum(), pl.col("rows").sum().cast(pl.Int64), pl.col("estimated").any())
        .filter(pl.col("month").is_not_null())
        .sort("month")
    )
    return month_over_month(monthly)


def month_over_month(monthly: pl.DataFrame) -> pl.DataFrame:
    """``monthly`` with its gaps filled (a month without rows is 0) and ``change``: the share by which a month differs from the one before."""
    if monthly.is_empty():
        return monthly.with_columns(change=pl.lit(None, dtype=pl.Float64))
    whole = monthly.upsample("month", every="1mo").with_columns(pl.col("value").fill_null(0.0), pl.col("rows").fill_null(0))
    before = pl.col("value").shift(1)
    return whole.with_columns(change=pl.when(before > 0).then(pl.col("value") / before - 1))
