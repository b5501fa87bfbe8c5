"""Use case: what each team is to bring in this fiscal quarter, and what of it is won."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.metrics._views import VIEWS
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

PROGRESS = VIEWS["quota_progress"]
COLUMNS = {"team": pl.String, "quota": pl.Float64, "won": pl.Float64, "attainment": pl.Float64, "left": pl.Float64}


@of_the_snapshot
def quotas_by_team(view: View, _: Parts) -> pl.DataFrame:
    """Teams with a quota in the fiscal quarter of the as-of date, the largest first: team, quota, won, attainment (won ÷ quota), left.

    Counted as the metric quota_attainment does, in the workspace's currency. Quotas belong to no account: who sees some accounts only sees
    none; who sees the deals of some owners, those of these owners.
    """
    if view.account_filter is not None:
        return pl.DataFrame(schema=COLUMNS)
    rows = PROGRESS.build(view.snapshot, view.context)
    rows = rows.filter(rows.kind != "Open")
    if view.viewer.deal_owners is not None:
        rows = rows.filter(rows.owner_name.isin(sorted(view.viewer.deal_owners)))
    of = {name: rows["value"].sum(where=rows.kind == kind) for name, kind in {"quota": "Quota", "won": "Won"}.items()}
    sums = view.snapshot.execute(rows.group_by("team").aggregate(**of)).filter(pl.col("quota") > 0)
    counted = sums.with_columns(pl.col("won").fill_null(0.0))
    return counted.select(
        "team",
        "quota",
        "won",
        attainment=pl.col("won") / pl.col("quota"),
        left=pl.max_horizontal(pl.col("quota") - pl.col("won"), pl.lit(0.0)),
    ).sort(["quota", "team"], descending=[True, False], nulls_last=True)
