"""Service credits: how far they are used. Credits have no start date, so nothing of this is known for a past date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.core.units import Unit
from onelead.features._family import Feature, FeatureFamily
from onelead.features._shapes import share
from onelead.tables import assets, service_credits

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context, Snapshot

DOCUMENT = "Solution document, service utilization features"


def _build(snapshot: Snapshot, context: Context, dated_only: bool) -> ir.Table:  # noqa: ARG001, FBT001 - the shape of every family
    rows = snapshot.table("service_credits")
    rows = rows.filter(~rows.is_repeat, rows.account_id.notnull())
    drawn = rows.purchased_credits.notnull() & rows.active_credits.notnull()
    unused = service_credits.unused(rows)
    left = assets.days_until(service_credits.contract_end(rows, context), context)
    return rows.group_by("account_id").aggregate(
        unused_credits=unused.sum(),
        _drawn_of=rows.purchased_credits.sum(where=drawn),
        _drawn=(rows.purchased_credits - rows.active_credits).sum(where=drawn),
        _delivered_of=rows.purchased_credits.sum(where=unused.notnull()),
        _delivered=rows.delivered_credits.sum(where=unused.notnull()),
        _credit_spend=rows.purchased_credits.sum() * context.settings.prices.credit,
        _credit_days=left.min(where=left >= 0),
        _credit_ends=left.count(),
    )


def _derive(context: Context) -> list[list[pl.Expr]]:
    limit = context.settings.features.low_utilization_below
    return [
        [share("_drawn", "_drawn_of").alias("credit_drawdown"), share("_delivered", "_delivered_of").alias("delivery_rate")],
        [(pl.col("credit_drawdown") < limit).alias("low_utilization_risk")],
    ]


FEATURES = FeatureFamily(
    id="service_credits",
    label="Service credits",
    tables=("service_credits",),
    features=(
        Feature(
            "credit_drawdown",
            "Credit drawdown",
            Unit.RATIO,
            "(purchased − active credits) / purchased credits; the document's credit_utilization, renamed because the metric of that name is delivered / purchased.",
            dated=False,
            source=DOCUMENT,
        ),
        Feature("delivery_rate", "Delivery rate", Unit.RATIO, "Delivered credits divided by purchased ones.", dated=False, source=DOCUMENT),
        Feature(
            "low_utilization_risk",
            "Low use of credits",
            Unit.FLAG,
            "Whether credit_drawdown is below 0.5 (a setting).",
            dated=False,
            source=DOCUMENT,
        ),
        Feature("unused_credits", "Unused credits", Unit.COUNT, "Purchased less delivered credits.", dated=False),
    ),
    build=_build,
    built=("unused_credits", "_drawn_of", "_drawn", "_delivered_of", "_delivered", "_credit_spend", "_credit_days", "_credit_ends"),
    derive=_derive,
    undated=True,
)
