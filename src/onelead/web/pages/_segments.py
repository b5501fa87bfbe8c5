"""Segments: what its blocks load."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.web._page import Choice, Missing, Number
from onelead.web.figures import explore as figures
from onelead.web.figures.common import month_name
from onelead.workspace.segmenting import KINDS, SPENDS, TRENDS, account_segments, segments
from onelead.workspace.unusual import jumped_metrics, silent_accounts, unusual_months

if TYPE_CHECKING:
    from collections.abc import Callable

    from onelead.web._ask import Ask
    from onelead.web._page import Figure, Row

UNKNOWN = "Unknown"
PLACES = {"total": "All", "region": "Region", "product": "Product line", "team": "Team"}
KIND_CHOICES = tuple(Choice(name, label) for name, label in KINDS.items())


def kind_of(ask: Ask) -> str:
    """The kind of segment shown."""
    return ask.one("kind") or "behaviour"


def accounts(ask: Ask) -> pl.DataFrame:
    """Accounts of the segment chosen, of all where none is."""
    frame: pl.DataFrame = ask(account_segments).with_columns(pl.col("behaviour", "industry", "size").fill_null(UNKNOWN))
    wanted = ask.one("segment")
    return frame if wanted is None else frame.filter(pl.col(kind_of(ask)) == wanted)


def listed(ask: Ask) -> pl.DataFrame:
    """Segments of the kind."""
    return ask(segments, kind_of(ask)).with_columns(pl.col("segment").fill_null(UNKNOWN))


def chosen(ask: Ask) -> str:
    """Which segment the accounts are of."""
    return ask.one("segment") or "of all segments"


def segment_link(row: Row, ask: Ask) -> str:
    """The accounts of a segment."""
    return ask.here(segment=row["segment"]) + "#b-accounts"


def account_link(row: Row, ask: Ask) -> str | None:
    """The account's page."""
    return ask.account_link(row["account_id"])


def metric_link(row: Row, ask: Ask) -> str:
    """How the metric moved."""
    return ask.link("/business-metrics", metric=row["metric"])


def behaving(ask: Ask) -> pl.DataFrame:
    """Accounts by spend and trend. Raises Missing where nothing was bought."""
    frame = ask(account_segments).drop_nulls("behaviour")
    if frame.is_empty():
        raise Missing(
            "Behaviour is told from what accounts buy.", hint="Load transactions.", link=ask.link("/load"), link_text="Load a file"
        )
    return frame.group_by("spend", "trend").agg(pl.len().cast(pl.Int64).alias("accounts"), pl.col("revenue").sum()).sort("spend", "trend")


def grid(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Spend × trend, the number of accounts in each cell; a cell opens them."""
    counted = {(spend, trend): count for spend, trend, count in frame.select("spend", "trend", "accounts").iter_rows()}
    cells = [[counted.get((spend, trend)) for trend in TRENDS] for spend in SPENDS]
    texts = [[ask.fmt.count(cell) if cell else "" for cell in row] for row in cells]
    links = [
        [ask.here(kind=None, segment=f"{spend} spend, {trend}") + "#b-accounts" if (spend, trend) in counted else None for trend in TRENDS]
        for spend in SPENDS
    ]
    return figures.heat([f"{spend} spend" for spend in SPENDS], list(TRENDS), cells, texts, links)


def moving(trend: str, column: str) -> Callable[[Ask], Number]:
    """Accounts of a trend, with their revenue of this year or the year before."""

    def number(ask: Ask) -> Number:
        frame = ask(account_segments)
        if frame["behaviour"].null_count() == frame.height:
            return Number(None, reason="Nothing is known of what accounts buy")
        found = frame.filter(pl.col("trend") == trend)
        words = {"revenue": "in twelve months", "before": "the year before"}[column]
        return Number(found.height, of=f"{ask.fmt.money(float(found[column].sum() or 0.0))} {words}")

    return number


def silent_count(ask: Ask) -> Number:
    """Accounts that have been silent for longer than is their way."""
    frame = ask(silent_accounts)
    if ask(account_segments)["behaviour"].drop_nulls().is_empty():
        return Number(None, reason="Nothing is known of what accounts buy")
    return Number(frame.height, of="by their own rhythm")


def silent(ask: Ask) -> pl.DataFrame:
    """Silent accounts."""
    return ask(silent_accounts)


def months(ask: Ask) -> pl.DataFrame:
    """Months that stand out."""
    place = pl.col("dimension").replace(PLACES)
    return ask(unusual_months).with_columns(
        place=pl.when(pl.col("dimension") == "total").then(pl.lit("All")).otherwise(pl.format("{}: {}", place, "member")),
        written=pl.col("month").map_elements(lambda month: month_name(month, ask.fmt), return_dtype=pl.String),
    )


def metrics(ask: Ask) -> pl.DataFrame:
    """Metrics that jumped."""
    return ask(jumped_metrics)
