"""Values of earlier snapshots beside those of now: amounts are compared in one currency only, nothing is converted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead import metrics as kpis
from onelead.core.units import Unit
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from onelead.store import Publication
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

OTHER = "other"
UNNAMED = "an unnamed currency"
"""What stands for the currency of a snapshot of an earlier release, which does not name it."""


def published_values(view: View, parts: Parts, found: Publication) -> pl.DataFrame:
    """The metrics as an earlier snapshot published them: metric, value, estimated, other.

    ``other`` is the currency of an amount that is not in the workspace's currency of now; its ``value`` is null, as it cannot be compared.
    """
    frame = view.elsewhere(parts, found.id, stored_values)
    now = view.context.settings.prices.currency
    if found.settings_version.startswith(view.context.settings.results_version):  # the same settings: the same currency
        return frame.select("metric", "value", "estimated", pl.lit(None, pl.String).alias(OTHER))
    money = [metric.id for metric in kpis.metrics().values() if metric.unit is Unit.MONEY]
    unlike = pl.col("metric").is_in(money) & pl.col("value").is_not_null() & pl.col("currency").ne_missing(now)
    return frame.select(
        "metric",
        value=pl.when(~unlike).then("value"),
        estimated=pl.col("estimated") & ~unlike,
        other=pl.when(unlike).then(pl.col("currency").fill_null(UNNAMED)),
    )


@of_the_snapshot
def stored_values(view: View, _: Parts) -> pl.DataFrame:
    """The metrics of all accounts as the snapshot stores them; one of an earlier release does not name the currency."""
    frame = view.snapshot.frame("metric_values")
    return frame if "currency" in frame.columns else frame.with_columns(currency=pl.lit(None, pl.String))
