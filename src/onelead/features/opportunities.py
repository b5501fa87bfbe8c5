"""Opportunities: how many are open, and how broad."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from ibis import literal

from onelead.core.units import Unit
from onelead.features._family import Feature, FeatureFamily
from onelead.features._shapes import null_unless
from onelead.tables import assets, opportunities

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context, Snapshot


def _build(snapshot: Snapshot, context: Context, dated_only: bool) -> ir.Table:  # noqa: FBT001 - the shape of every family
    rows = snapshot.table("opportunities")
    created = rows.created_date <= literal(context.as_of)
    known = created if dated_only else created | rows.created_date.isnull()
    rows = rows.filter(opportunities.counted(rows), rows.account_id.notnull(), known)
    rows = rows.select(
        "account_id", "product_line", open=opportunities.is_open(rows, context), age=-assets.days_until(rows.created_date, context)
    )
    return rows.group_by("account_id").aggregate(
        open_opportunities=rows.count(where=rows.open),
        product_line_diversity=rows.product_line.nunique(),
        _opportunities=rows.count(),
        _opportunity_age=rows.age.min(),
    )


def _derive(context: Context) -> list[list[pl.Expr]]:  # noqa: ARG001 - the shape of every family
    return [[(pl.col("open_opportunities") > 0).alias("has_active_opportunities"), null_unless("product_line_diversity")]]


FEATURES = FeatureFamily(
    id="opportunities",
    label="Opportunities",
    tables=("opportunities",),
    features=(
        Feature(
            "has_active_opportunities",
            "Has open opportunities",
            Unit.FLAG,
            "Whether any opportunity is neither won nor lost; unknown for an account without opportunities in the export.",
            dated=False,
            source="Solution document, opportunity propensity features",
        ),
        Feature("open_opportunities", "Open opportunities", Unit.COUNT, "Opportunities that are neither won nor lost.", dated=False),
        Feature("product_line_diversity", "Product lines", Unit.COUNT, "Different product lines among the opportunities.", dated=False),
    ),
    build=_build,
    built=("open_opportunities", "product_line_diversity", "_opportunities", "_opportunity_age"),
    derive=_derive,
)
