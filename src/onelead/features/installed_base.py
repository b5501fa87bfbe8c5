"""Installed base: life cycle, support, breadth and value of an account's products.

Nothing of this is known for a past date: the export does not say when a product was installed, and a renewal overwrites the start of
support. Whoever took that start for the product's own would read off, for a past date, who renewed later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.units import Unit
from onelead.features._family import Feature, FeatureFamily
from onelead.features._shapes import null_unless, share, urgency
from onelead.tables import assets

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import polars as pl

    from onelead.core.context import Context, Snapshot

DOCUMENT = "Solution document, product lifecycle features"


def _build(snapshot: Snapshot, context: Context, dated_only: bool) -> ir.Table:  # noqa: ARG001, FBT001 - the shape of every family
    rows = snapshot.table("assets")
    rows = rows.filter(assets.counted(rows), rows.account_id.notnull())
    rows = rows.select(
        "account_id",
        "product_category",
        life=assets.days_until(assets.end_of_life(rows, context), context),
        service=assets.days_until(assets.end_of_service(rows, context), context),
        life_known=rows.end_of_life_date.notnull(),
        service_known=rows.end_of_service_date.notnull(),
        age=-assets.days_until(rows.support_start_date, context),
        support_left=assets.days_until(assets.plausible_support_end(rows, context), context),
        supported=assets.is_supported(rows, context),
        unit_value=assets.unit_value(rows, context),
    )
    return rows.group_by("account_id").aggregate(
        total_products=rows.count(),
        platform_diversity=rows.product_category.nunique(),
        min_days_to_eol=rows.life.min(),
        avg_days_to_eol=rows.life.cast("float64").mean(),
        min_days_to_eos=rows.service.min(),
        expired_products=rows.count(where=rows.life < 0),
        expiring_products=rows.count(where=(rows.life >= 0) & (rows.life <= context.settings.metrics.expiring_days)),
        avg_product_age=rows.age.cast("float64").mean(where=rows.age >= 0),
        installed_value=rows.unit_value.sum(),
        _eol_known=rows.count(where=rows.life_known),
        _eos_known=rows.count(where=rows.service_known),
        _supported=rows.count(where=rows.supported),
        _support_days=rows.support_left.min(where=rows.support_left >= 0),
        _support_ends=rows.support_left.count(),
    )


def _derive(context: Context) -> list[list[pl.Expr]]:
    limits = context.settings.features
    return [
        [
            urgency("min_days_to_eol", "_eol_known", limits).alias("eol_urgency_score"),
            urgency("min_days_to_eos", "_eos_known", limits).alias("eos_urgency_score"),
            null_unless("platform_diversity"),
            null_unless("expired_products", "_eol_known"),
            null_unless("expiring_products", "_eol_known"),
            share("expired_products", "_eol_known").alias("expired_share"),
            share("_supported", "total_products").alias("support_coverage"),
        ]
    ]


FEATURES = FeatureFamily(
    id="installed_base",
    label="Installed base",
    tables=("assets",),
    features=(
        Feature(
            "min_days_to_eol",
            "Days to the first end of life",
            Unit.DAYS,
            "Fewest days from the as-of date to an announced end of life of any product; negative once one is past.",
            dated=False,
            source=DOCUMENT,
        ),
        Feature(
            "avg_days_to_eol",
            "Average days to end of life",
            Unit.DAYS,
            "Mean of the days from the as-of date to the announced end of life over the products that have one.",
            dated=False,
            source=DOCUMENT,
        ),
        Feature(
            "eol_urgency_score",
            "End-of-life urgency",
            Unit.SCORE,
            "3 if min_days_to_eol is below 365, 2 below 730, else 1, also where no end is announced; thresholds are settings.",
            dated=False,
            source=DOCUMENT,
        ),
        Feature(
            "eos_urgency_score",
            "End-of-service urgency",
            Unit.SCORE,
            "3 if min_days_to_eos is below 365, 2 below 730, else 1, also where no end is announced; thresholds are settings.",
            dated=False,
            source=DOCUMENT,
        ),
        Feature(
            "platform_diversity",
            "Product platforms",
            Unit.COUNT,
            "Different product categories among the products.",
            dated=False,
            source="Solution document, opportunity propensity features",
        ),
        Feature(
            "total_products", "Products", Unit.COUNT, "Installed products.", dated=False, source="Solution document, model architecture"
        ),
        Feature(
            "min_days_to_eos",
            "Days to the first end of service",
            Unit.DAYS,
            "Fewest days from the as-of date to an announced end of service life of any product; negative once one is past.",
            dated=False,
        ),
        Feature("expired_products", "Expired products", Unit.COUNT, "Products past their announced end of life.", dated=False),
        Feature(
            "expiring_products",
            "Expiring products",
            Unit.COUNT,
            "Products that end their life within 180 days from the as-of date (a setting).",
            dated=False,
        ),
        Feature(
            "expired_share",
            "Share past end of life",
            Unit.RATIO,
            "expired_products divided by the products that state an end of life (none announced counts as stated).",
            dated=False,
        ),
        Feature(
            "support_coverage",
            "Support coverage",
            Unit.RATIO,
            "Products whose support status says active divided by all products; an unknown status counts as unsupported.",
            dated=False,
        ),
        Feature(
            "avg_product_age",
            "Average age of support",
            Unit.DAYS,
            "Mean of the days since the start of a product's current warranty or support, over the products whose start is not after the as-of date.",
            dated=False,
        ),
        Feature(
            "installed_value",
            "Value of the installed base",
            Unit.MONEY,
            "Sum of contract values, else of the price book's replacement values (an estimate); unpriced products are left out.",
            dated=False,
        ),
    ),
    build=_build,
    built=(
        "total_products",
        "platform_diversity",
        "min_days_to_eol",
        "avg_days_to_eol",
        "min_days_to_eos",
        "expired_products",
        "expiring_products",
        "avg_product_age",
        "installed_value",
        "_eol_known",
        "_eos_known",
        "_supported",
        "_support_days",
        "_support_ends",
    ),
    derive=_derive,
    undated=True,
)
