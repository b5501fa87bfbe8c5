"""Values of earlier snapshots beside those of now: amounts are compared in one currency only, nothing is converted."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import polars as pl

from onelead import metrics as kpis
from onelead.core.units import Unit

if TYPE_CHECKING:
    from onelead.engines import Engine
    from onelead.store import Publication
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

OTHER = "other"
UNNAMED = "an unnamed currency"
"""What stands for the currency of a snapshot of an earlier release, which does not name it."""
_stored: WeakKeyDictionary[Engine, dict[str, pl.DataFrame]] = WeakKeyDictionary()


def published_values(view: View, parts: Parts, found: Publication) -> pl.DataFrame:
    """The metrics as an earlier snapshot published them: metric, value, estimated, other.

    ``other`` is the currency of an amount that is not in the workspace's currency of now; its ``value`` is null, as it cannot be compared.
    """
    frame = _read(parts, found)
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


def _read(parts: Parts, found: Publication) -> pl.DataFrame:
    """The stored values of a publication; layers are immutable, so they are read once."""
    kept = _stored.setdefault(parts.engine, {})
    if found.results not in kept:
        snapshot = parts.engine.open(found.base, found.results)
        try:
            frame = snapshot.frame("metric_values")
        finally:
            snapshot.close()
        # a snapshot of an earlier release does not name the currency
        kept[found.results] = frame if "currency" in frame.columns else frame.with_columns(currency=pl.lit(None, pl.String))
    return kept[found.results]
