"""Use cases: running contracts that could be one agreement, and buyers of products who buy no service with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.tables import canonical_tables
from onelead.workspace.asking import metric_by

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

SEVERAL = 2


def contract_groups(view: View, _: Parts) -> pl.DataFrame:
    """Accounts with two or more running contracts, the most first.

    Columns: account_id, account_name, contracts, small (contracts below the median annual value of all running ones), yearly (their annual value
    in the workspace's currency), products, ends (different last days), first_end, last_end, spread_days between these. Nothing says what
    one agreement would save; it is told what would be put together.
    """
    rows = metric_by(view, "arr", ("account_id", "account_name", "contract_id", "product_id", "end_date"), ("is_running=true",))
    rows = rows.filter(pl.col("account_id").is_not_null())
    rows = rows.with_columns(is_small=pl.col("value") < pl.col("value").median())
    found = rows.group_by("account_id", "account_name").agg(
        pl.col("rows").sum().cast(pl.Int64).alias("contracts"),
        pl.col("is_small").sum().cast(pl.Int64).alias("small"),
        pl.col("value").sum().alias("yearly"),
        pl.col("product_id").drop_nulls().n_unique().cast(pl.Int64).alias("products"),
        pl.col("end_date").drop_nulls().n_unique().cast(pl.Int64).alias("ends"),
        pl.col("end_date").min().alias("first_end"),
        pl.col("end_date").max().alias("last_end"),
    )
    several = found.filter(pl.col("contracts") >= SEVERAL)
    several = several.with_columns(spread_days=(pl.col("last_end") - pl.col("first_end")).dt.total_days())
    return several.sort(["contracts", "yearly", "account_id"], descending=[True, True, False], nulls_last=True)


def service_attach(view: View, _: Parts) -> pl.DataFrame:
    """Accounts that bought products in the last 12 months, by what they spent on services beside them; those without any first.

    Columns: account_id, account_name, products_value and services_value (revenue of the 12 months), categories (of the products), attached
    (whether any service was bought), potential (of those without: their product revenue × the median of services ÷ products over the
    attached ones; an estimate, null where nobody is attached). A product is a service where its line or category says so (settings).
    """
    revenue = metric_by(view, "revenue", ("account_id", "account_name", "product_id"), ()).filter(pl.col("account_id").is_not_null())
    words = [word.lower() for word in view.context.settings.revenue.service_words]
    kinds = (
        view.snapshot.frame("products", ["product_id", "product_line", "product_category"])
        if "products" in view.snapshot.tables()
        else None
    )
    known = canonical_tables()["products"].empty().select("product_id", "product_line", "product_category") if kinds is None else kinds
    said = pl.concat_str(pl.col("product_line").fill_null(""), pl.lit(" "), pl.col("product_category").fill_null("")).str.to_lowercase()
    known = known.unique("product_id").with_columns(is_service=said.str.contains_any(words) if words else pl.lit(value=False))
    rows = revenue.join(known, on="product_id", how="inner").filter(pl.col("value") > 0)
    service, value = pl.col("is_service"), pl.col("value")
    found = rows.group_by("account_id", "account_name").agg(
        value.filter(~service).sum().alias("products_value"),
        value.filter(service).sum().alias("services_value"),
        pl.col("product_category").filter(~service).drop_nulls().unique().sort().str.join(", ").alias("categories"),
        service.any().alias("attached"),
    )
    found = found.filter(pl.col("products_value") > 0)
    usual = found.filter("attached").select((pl.col("services_value") / pl.col("products_value")).median()).item()
    potential = pl.when(~pl.col("attached")).then(pl.col("products_value") * pl.lit(usual, pl.Float64))
    return found.with_columns(potential=potential).sort(["attached", "products_value", "account_id"], descending=[False, True, False])
