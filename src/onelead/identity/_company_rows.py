"""Companies as accounts and links, and the accounts of the tables of the sales model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.identity._companies import KEPT, SALES
from onelead.identity._links import link_id
from onelead.identity._mentions import FACTS, cleaned
from onelead.tables.account_links import TABLE as LINKS
from onelead.tables.accounts import TABLE as ACCOUNTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onelead.identity._companies import Companies

REFERENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "contracts": (("opportunity_id", "opportunities"),),
    "invoices": (("contract_id", "contracts"), ("opportunity_id", "opportunities")),
    "transactions": (("contract_id", "contracts"), ("opportunity_id", "opportunities"), ("invoice_id", "invoices")),
    "payments": (("invoice_id", "invoices"),),
    "activities": (("opportunity_id", "opportunities"), ("contact_id", "contacts")),
    "opportunity_history": (("opportunity_id", "opportunities"),),
    "leads": (("opportunity_id", "opportunities"),),
}
"""What a row without a customer reaches its account by: its column, and the table whose key that is."""
_OWNED = ("account_id", "named_account_id")


def company_accounts(placed: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """``accounts`` (of everything else) and those of companies. A company below another, or below an account from elsewhere, is "named"."""
    if placed.is_empty():
        return accounts
    counts = placed.group_by("own").agg(
        pl.len().cast(pl.Int64).alias("raw_ids"), pl.col("customer_id").sort().str.join(", ").alias("source_ids")
    )
    totals = placed.group_by("account_id").agg(
        pl.len().cast(pl.Int64).alias("all_ids"), pl.col("customer_id").sort().str.join(", ").alias("all_sources")
    )
    first = placed.unique("own", keep="first", maintain_order=True).join(counts, on="own", how="left", maintain_order="left")
    below = pl.col("named_account_id").is_not_null()
    rows = first.join(totals, left_on="own", right_on="account_id", how="left", maintain_order="left").select(
        pl.col("own").alias("account_id"),
        pl.coalesce("name", pl.format("Customer {}", "customer_id")).alias("account_name"),
        pl.when(below).then(pl.lit("named")).otherwise(pl.lit("account")).alias("level"),
        pl.when(below).then("account_id").alias("parent_id"),
        pl.col("territory").alias("territory_id"),
        pl.when(below).then("source_ids").otherwise("all_sources").alias("source_ids"),
        pl.when(below).then("raw_ids").otherwise("all_ids").alias("raw_ids"),
        "customer_id",
        *KEPT,
    )
    grown = accounts.join(totals, on="account_id", how="left", maintain_order="left").with_columns(
        pl.col("raw_ids") + pl.col("all_ids").fill_null(0), pl.concat_str("source_ids", "all_sources", separator=", ", ignore_nulls=True)
    )
    empty = ACCOUNTS.contract.create_empty()
    return pl.concat([empty, grown.drop("all_ids", "all_sources"), rows], how="diagonal").select(
        pl.col(name).cast(kind) for name, kind in empty.schema.items()
    )


def company_links(placed: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """A link for each company's id, with the number of rows that carry it."""
    ids = [tables[name].select(customer_id=cleaned("customer_id")) for name in ("companies", "leads", *FACTS, *SALES) if name in tables]
    counts = pl.concat([frame.drop_nulls().group_by("customer_id").len() for frame in ids]).group_by("customer_id").agg(pl.col("len").sum())
    merged = pl.col("own") != pl.coalesce("before", "customer_id")
    rows = placed.join(counts, on="customer_id", how="left").select(
        pl.lit("customer_id").alias("kind"),
        pl.col("customer_id").alias("value"),
        pl.col("own").alias("account_id"),
        pl.lit(None, pl.String).alias("candidate_id"),
        pl.lit("own").alias("method"),
        pl.lit(1.0).alias("confidence"),
        pl.when(merged & (pl.col("head") != pl.col("customer_id"))).then(pl.lit("decided")).otherwise(pl.lit("auto")).alias("status"),
        pl.format("{} rows of the company", pl.col("len").fill_null(0)).alias("evidence"),
        pl.col("len").fill_null(0).cast(pl.Int64).alias("rows"),
    )
    return rows.with_columns(link_id().alias("link_id")).select(LINKS.contract.create_empty().columns)


def numbered_ids(placed: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """``known`` and the companies whose account has another id than theirs, to be remembered; the others found their own anew."""
    news = placed.filter((pl.col("own") != pl.col("customer_id")) & (pl.col("head") == pl.col("customer_id")))
    rows = news.select(pl.lit("customer_id").alias("kind"), pl.col("customer_id").alias("value"), pl.col("own").alias("account_id"))
    return pl.concat([known, rows.join(known, on=["kind", "value"], how="anti")])


def sales_names(tables: Mapping[str, pl.DataFrame], companies: Companies) -> dict[str, int]:
    """Names on rows of the sales model without an id that no company bears: how many rows carry each. A lead is no customer."""
    asked = [
        tables[name].filter(cleaned("customer_id").is_null()).select(name=cleaned("account_name")).drop_nulls().group_by("name").len()
        for name in SALES
        if name in tables and "account_name" in tables[name].columns
    ]
    if not any(frame.height for frame in asked):
        return {}
    counts = pl.concat(asked).group_by("name").agg(pl.col("len").sum())
    counts = counts.filter(companies.by_name(counts["name"]).is_null())
    return dict(counts.iter_rows())


def assign_sales(
    tables: Mapping[str, pl.DataFrame], owners: pl.DataFrame, names: pl.DataFrame, companies: Companies
) -> dict[str, pl.DataFrame]:
    """The tables of the sales model with the accounts of their rows.

    By customer id (``owners``: customer_id and both accounts), else by the company that alone bears the name, else by a name that accounts
    are known by (``names``), else by what the row refers to. ``tables`` hold the fact tables with their accounts already.
    """
    found = dict(tables)
    for table in ("companies", *SALES, "leads"):
        if table not in tables:
            continue
        frame = tables[table]
        # The accounts stand beside the rows until they are known: a join of whole rows would copy all of them each time.
        own = frame.select(customer_id=cleaned("customer_id")).join(owners, on="customer_id", how="left", maintain_order="left")
        if "account_name" in frame.columns and table != "leads" and own["customer_id"].null_count():
            own = _by_name(own, frame, owners, names, companies)
        for column, other in REFERENCES.get(table, ()):
            if other in found and own["account_id"].null_count():
                own = _through(own, frame[column], found[other])
        found[table] = frame.with_columns(own["account_id"], own["named_account_id"])
    return found


def _by_name(own: pl.DataFrame, frame: pl.DataFrame, owners: pl.DataFrame, names: pl.DataFrame, companies: Companies) -> pl.DataFrame:
    said = frame.select(cleaned("account_name").alias("name"))["name"]
    asked = pl.select(pl.when(pl.lit(own["customer_id"]).is_null()).then(pl.lit(said)).alias("name"))["name"]
    company = pl.DataFrame({"customer_id": companies.by_name(asked), "name": asked})
    one = company.select("customer_id").join(owners, on="customer_id", how="left", maintain_order="left")
    two = company.select("name").join(names, on="name", how="left", maintain_order="left")
    return own.with_columns(own[name].fill_null(one[name]).fill_null(two[name]) for name in _OWNED)


def _through(own: pl.DataFrame, refers: pl.Series, other: pl.DataFrame) -> pl.DataFrame:
    """Rows without an account take that of the row of ``other`` that they refer to; they are few, so only they are joined."""
    column = refers.name
    lost = own.select(pl.when(pl.col("account_id").is_null()).then(pl.lit(refers)).alias(column)).with_row_index("row").drop_nulls()
    if lost.is_empty():
        return own
    homes = other.select(column, *_OWNED).filter(pl.col("account_id").is_not_null() & pl.col(column).is_not_null())
    homes = homes.join(lost.select(column), on=column, how="semi").unique(column, keep="first", maintain_order=True)
    got = lost.join(homes, on=column).select("row", *(pl.col(name).alias(f"{name}_via") for name in _OWNED))
    joined = own.with_row_index("row").join(got, on="row", how="left", maintain_order="left")
    return joined.select("customer_id", *(pl.coalesce(name, f"{name}_via").alias(name) for name in _OWNED))
