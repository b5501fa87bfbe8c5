"""What the measures of a scorecard are made of, by account."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import polars as pl

from onelead.core.errors import UnknownNameError
from onelead.metrics import metrics
from onelead.metrics._views import VIEWS
from onelead.scorecards._load import known_inputs

if TYPE_CHECKING:
    from onelead.core.context import Context, Snapshot
    from onelead.scorecards._card import Scorecard

HAS_ROWS = "@has_rows"


def needed_measures(card: Scorecard) -> list[str]:
    """Ids of the metrics and features that the card's measures are made of, each once, in the order of the file.

    An id that both have means the metric.
    """
    return list(dict.fromkeys(name for measure in card.measures for name in measure.inputs))


def measures(snapshot: Snapshot, context: Context, features: pl.DataFrame, card: Scorecard) -> pl.DataFrame:
    """account_id and one column an id of ``needed_measures``; one row a top-level account, sorted by account_id.

    ``features`` are those of ``features.compute``. Metrics are computed by account, one query a table. What has no data is null; a
    metric whose measure says ``no_rows = "zero"`` is 0 for an account without a row, provided that its table holds rows at all.

    Raises UnknownNameError for an id that is neither a metric by account nor a feature.
    """
    accounts = snapshot.frame("accounts", ["account_id", "level"])
    frame = accounts.filter(pl.col("level") == "account").select(pl.col("account_id").unique()).sort("account_id")
    wanted = needed_measures(card)
    by_table: dict[str, list[str]] = defaultdict(list)
    for name in wanted:
        if name in metrics() and name in known_inputs():
            by_table[metrics()[name].table].append(name)
        elif name not in features.columns:
            raise UnknownNameError("measure", name, sorted(known_inputs()))
    zero = {name for measure in card.measures if measure.no_rows == "zero" for name in measure.inputs}
    for table, names in by_table.items():
        frame = _with_metrics(frame, _by_account(snapshot, context, table, names), zero.intersection(names))
    others = [name for name in wanted if name not in frame.columns]
    if others:
        frame = frame.join(features.select("account_id", *others), on="account_id", how="left", maintain_order="left")
    return frame.select("account_id", *wanted)


def _by_account(snapshot: Snapshot, context: Context, table: str, names: list[str]) -> pl.DataFrame:
    """Metrics of one table by account in one query; what ``metrics.query`` gives for each, without compiling a query for each."""
    if not set(snapshot.tables()).issuperset(VIEWS[table].tables):
        return pl.DataFrame(schema={"account_id": pl.String, **dict.fromkeys(names, pl.Float64)})
    rows = VIEWS[table].build(snapshot, context)
    values = {name: metrics()[name].value(rows, context).cast("float64") for name in names}
    return snapshot.execute(rows.group_by("account_id").aggregate(**values))


def _with_metrics(frame: pl.DataFrame, groups: pl.DataFrame, zero: set[str]) -> pl.DataFrame:
    found = groups.with_columns(pl.lit(value=True).alias(HAS_ROWS))
    frame = frame.join(found, on="account_id", how="left", maintain_order="left")
    if len(groups):
        frame = frame.with_columns(pl.when(pl.col(HAS_ROWS).is_null()).then(0.0).otherwise(pl.col(name)).alias(name) for name in zero)
    return frame.drop(HAS_ROWS)
