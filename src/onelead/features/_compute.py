"""Features of every account: one query a table, joined and scored in Polars."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from onelead.core.registry import discover
from onelead.core.units import Unit
from onelead.features._family import Feature, FeatureFamily

if TYPE_CHECKING:
    from onelead.core.context import Context, Snapshot

DOCUMENTED = (
    "min_days_to_eol",
    "avg_days_to_eol",
    "eol_urgency_score",
    "eos_urgency_score",
    "rfm_score",
    "recency_score",
    "frequency_score",
    "monetary_score",
    "urgency_score",
    "project_success_rate",
    "platform_diversity",
    "practice_diversity",
    "has_active_opportunities",
    "credit_drawdown",
    "delivery_rate",
    "low_utilization_risk",
    "contract_renewal_urgency",
    "total_products",
    "recent_engagement",
    "days_since_start",
    "total_projects",
    "geographic_diversity",
)
"""Names of the solution document, in its order; the others follow family by family.

Its opportunity_propensity_score is no feature here: it is a weighted sum of six of these, and a model that is given it as well
would be given them twice. It stands beside them (``documented_score``).
"""

TYPES = {Unit.COUNT: pl.Int64, Unit.SCORE: pl.Int64, Unit.FLAG: pl.Boolean}


@cache
def families() -> dict[str, FeatureFamily]:
    """Every family by id: those with a query first, then those that only combine."""
    found = discover("onelead.features", "FEATURES", FeatureFamily)
    return dict(sorted(found.items(), key=lambda entry: entry[1].build is None))


@cache
def features() -> tuple[Feature, ...]:
    """Every feature: the document's in its order, then the others."""
    every = {feature.id: feature for family in families().values() for feature in family.features}
    return (*(every[name] for name in DOCUMENTED), *(feature for name, feature in every.items() if name not in DOCUMENTED))


def compute(snapshot: Snapshot, context: Context, *, dated_only: bool = False) -> pl.DataFrame:
    """The features of every top-level account as of ``context.as_of``: account_id and one column a feature, sorted by account_id.

    Counts and scores are integers, flags booleans, the rest floats; what is not known is null. With ``dated_only`` nothing enters that
    was not known on the as-of date: only dated features are returned, from rows that carry a date up to it (projects that had started,
    opportunities that had been created), and a project's outcome, end and size count only once it had ended. To compare dates, use
    ``dated_only`` on all of them, the newest included.
    """
    frame = _accounts(snapshot)
    here = set(snapshot.tables())
    for family in families().values():
        if family.build is None:
            continue
        if here.issuperset(family.tables) and not (dated_only and family.undated):
            built = snapshot.execute(family.build(snapshot, context, dated_only))
            frame = frame.join(built, on="account_id", how="left", maintain_order="left")
        else:
            frame = frame.with_columns(pl.lit(None, pl.Float64).alias(name) for name in family.built)
    for family in families().values():
        for step in family.derive(context) if family.derive else ():
            frame = frame.with_columns(*step)
    wanted = [feature for feature in features() if feature.dated or not dated_only]
    return frame.select("account_id", *(pl.col(feature.id).cast(TYPES.get(feature.unit, pl.Float64)) for feature in wanted))


def _accounts(snapshot: Snapshot) -> pl.DataFrame:
    accounts = snapshot.frame("accounts", ["account_id", "level"])
    return accounts.filter(pl.col("level") == "account").select(pl.col("account_id").unique()).sort("account_id")
