"""Which product category to offer beside the ones an account has: what others with the same products run too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from onelead.rules._proposal import RuleInput

OWNERS_BOTH = 2
"""A suggestion rests on at least this many accounts that run both categories."""


def platforms(given: RuleInput) -> pl.DataFrame:
    """account_id, categories (sorted list of distinct known product categories) and their number, for accounts with assets."""
    return (
        given.assets.lazy()
        .group_by("account_id")
        .agg(pl.col("product_category").drop_nulls().unique().sort().alias("categories"))
        .with_columns(platforms=pl.col("categories").list.len().cast(pl.Int64))
        .sort("account_id")
        .collect()
    )


def suggestions(owned: pl.DataFrame, share: float) -> pl.DataFrame:
    """account_id, beside, offer, both, owners: the category that most accounts with ``beside`` run and this one does not.

    ``owned`` is (account_id, categories). At least ``share`` of the ``owners`` of ``beside`` run ``offer``, and at least two accounts do.
    """
    pairs = owned.lazy().select("account_id", pl.col("categories").alias("category")).explode("category", empty_as_null=False).collect()
    pairs = pairs.with_columns(pl.col("category").cast(pl.Categorical))
    owners = pairs.group_by("category").agg(pl.len().cast(pl.Int64).alias("owners"))
    together = (
        pairs.lazy()
        .join(pairs.lazy(), on="account_id", suffix="_other")
        .filter(pl.col("category") != pl.col("category_other"))
        .group_by("category", "category_other")
        .agg(pl.len().cast(pl.Int64).alias("both"))
        .join(owners.lazy(), on="category")
        .filter((pl.col("both") >= OWNERS_BOTH) & (pl.col("both") >= share * pl.col("owners")))
        .collect()
    )
    offered = pairs.join(together, on="category").join(
        pairs.rename({"category": "category_other"}), on=["account_id", "category_other"], how="anti"
    )
    return (
        offered.with_columns(beside=pl.col("category").cast(pl.String), offer=pl.col("category_other").cast(pl.String))
        .sort("account_id", -pl.col("both") / pl.col("owners"), -pl.col("both"), "offer", "beside")
        .unique("account_id", keep="first", maintain_order=True)
        .select("account_id", "beside", "offer", "both", "owners")
    )


def no_suggestions() -> pl.DataFrame:
    """No rows, the columns of ``suggestions``."""
    text, number = pl.String, pl.Int64
    return pl.DataFrame(schema={"account_id": text, "beside": text, "offer": text, "both": number, "owners": number})
