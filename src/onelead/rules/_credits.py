"""Service credits as rules see them: contracts that end, and what of them is unused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from onelead.rules._proposal import KEYS_SHOWN, RuleInput
from onelead.rules._services import topic_of
from onelead.rules._text import amount, counted, distance, flag, json_object, plural, written_out
from onelead.tables.service_credits import LAST_DAY_OF_BUCKET

if TYPE_CHECKING:
    from onelead.core.context import Context

SUBJECT = "Service credits"


def prepared(credits_: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Counted credit rows, with: holds (false where it is known that nothing was purchased), key, end, end_days, bucket_days, purchased, unused.

    ``bucket_days`` is the last day of the expiry bucket, only where no contract end date is given: buckets count from the day of the export
    and say no more than "by then". ``unused`` is purchased − delivered, null where either is unknown.
    """
    sentinel = date.fromisoformat(context.settings.reading.no_end_announced_from)
    end = pl.col("contract_end_date")
    row = pl.lit("row ") + pl.col("source_row").cast(pl.String)
    return (
        credits_.lazy()
        .filter(~pl.col("is_repeat").fill_null(value=False))
        .with_columns(end=pl.when(end < sentinel).then(end))
        .select(
            "account_id",
            "practice",
            "end",
            pl.col("purchased_credits").ne_missing(0.0).alias("holds"),
            pl.coalesce("project_id", row, pl.lit("row ?")).alias("key"),
            (pl.col("end") - pl.lit(context.as_of)).dt.total_days().alias("end_days"),
            pl.when(end.is_null())
            .then(pl.col("expiry_bucket").replace_strict(LAST_DAY_OF_BUCKET, default=None, return_dtype=pl.Int64))
            .alias("bucket_days"),
            pl.col("purchased_credits").alias("purchased"),
            pl.col("delivered_credits").alias("delivered"),
            pl.col("active_credits").alias("active"),
            (pl.col("purchased_credits") - pl.col("delivered_credits")).alias("unused"),
        )
        .collect()
    )


def by_account(given: RuleInput, rows: pl.Expr) -> pl.DataFrame:
    """The attributed credit rows with something purchased that ``rows`` selects, one row an account, soonest end first.

    Columns: account_id, account_name, topic, evidence_count, evidence_keys, first (an end date, or the last day of a bucket), first_days,
    bucketed (rows with a bucket only), unsized (rows with unknown credits), purchased, delivered, active, unused (null: unknown).
    """
    first_days = pl.coalesce("end_days", "bucket_days")
    sums = [
        pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in ("purchased", "delivered", "active", "unused")
    ]
    both = [
        pl.when(pl.col("unused").count() > 0)
        .then(pl.col("purchased").filter(pl.col("unused").is_not_null()).sum())
        .alias("purchased_known"),
        pl.when(pl.col("active").count() > 0)
        .then(pl.col("purchased").filter(pl.col("active").is_not_null()).sum())
        .alias("purchased_with_active"),
    ]
    grouped = (
        given.credits.lazy()
        .filter(pl.col("account_id").is_not_null() & pl.col("holds") & rows)
        .with_columns(first_days=first_days)
        .sort("first_days", "key", nulls_last=True)
        .group_by("account_id", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("evidence_count"),
            pl.col("key").head(KEYS_SHOWN).alias("evidence_keys"),
            pl.col("first_days").filter(pl.col("first_days") >= 0).min().alias("first_days"),
            pl.col("bucket_days").is_not_null().sum().cast(pl.Int64).alias("bucketed"),
            pl.col("purchased").is_null().sum().cast(pl.Int64).alias("unsized"),
            *sums,
            *both,
            pl.col("practice").drop_nulls().first(),
        )
    )
    named = grouped.collect().join(given.top_accounts, on="account_id", how="inner", maintain_order="left")
    return named.with_columns(
        first=pl.lit(given.context.as_of) + pl.duration(days=pl.col("first_days")),
        topic=topic_of(pl.col("practice"), given.context.settings.actions),
    )


def ending(given: RuleInput, *, after: int, until: int) -> pl.DataFrame:
    """Accounts whose credit contracts end more than ``after`` and at most ``until`` days from now, by date, else surely by bucket."""
    days, bucket = pl.col("end_days"), pl.col("bucket_days")
    return by_account(given, ((days > after) & (days <= until)) | ((bucket > after) & (bucket <= until)))


def ending_where(given: RuleInput, *, after: int, until: int) -> pl.Expr:
    """The where-object of ``ending``: by date, or by bucket where there is no date."""
    low, high = (given.context.as_of + timedelta(days=days) for days in (after, until))
    buckets = [bucket for bucket, last in LAST_DAY_OF_BUCKET.items() if after < last <= until]
    date_limits = pl.struct(pl.lit(low.isoformat()).alias(">"), pl.lit(high.isoformat()).alias("<="))
    ways = [pl.struct(date_limits.alias("contract_end_date")).struct.json_encode()]
    if buckets:
        in_buckets = pl.struct(pl.lit(buckets, dtype=pl.List(pl.String)).alias("in"))
        ways.append(json_object({"contract_end_date": pl.lit(None, dtype=pl.String), "expiry_bucket": in_buckets}))
    return pl.concat_str(
        pl.lit('{"is_repeat":false,"purchased_credits":{"!=":0},"any":['), pl.concat_str(ways, separator=","), pl.lit("]}")
    )


def ending_title() -> pl.Expr:
    """One line: "Renew 120 service credits that end by 2 November 2024"."""
    what = pl.when(pl.col("purchased").is_null()).then(pl.lit("service credits")).otherwise(_purchased())
    return pl.lit("Renew ") + what + pl.lit(" that end by ") + written_out(pl.col("first"))


def ending_why() -> pl.Expr:
    """One sentence: how many credits in how many contracts, the first end, and whether that is a date or a bucket."""
    rows = counted(pl.col("evidence_count"), "contract", "contracts")
    what = pl.when(pl.col("purchased").is_null()).then(pl.lit("An unknown number of service credits")).otherwise(_purchased())
    verb = pl.when(pl.col("purchased") == 1).then(pl.lit(" ends")).otherwise(pl.lit(" end"))
    first = (
        plural(pl.col("evidence_count"), " by ", ", the first by ")
        + written_out(pl.col("first"))
        + pl.lit(" (")
        + distance(pl.col("first_days"))
    )
    unused = pl.when(pl.col("unused") > 0).then(pl.lit("; ") + unused_of_them()).otherwise(pl.lit(""))
    unsized = pl.lit("; for ") + counted(pl.col("unsized"), "contract", "contracts") + pl.lit(" the number of credits is unknown")
    unknown = flag((pl.col("unsized") > 0) & pl.col("purchased").is_not_null(), unsized).fill_null("")
    bucketed = (
        pl.lit("; for ") + counted(pl.col("bucketed"), "contract", "contracts") + pl.lit(" the source gives a range of days, no date")
    )
    window = pl.when(pl.col("bucketed") > 0).then(bucketed).otherwise(pl.lit(""))
    return pl.concat_str(what, pl.lit(" in "), rows, verb, first, pl.lit(")"), unused, unknown, window)


def unused_of_them() -> pl.Expr:
    """Of the credits just named: "unused" (the only one), "all unused", or "70 of them unused"."""
    whole = pl.when(pl.col("purchased") == 1).then(pl.lit("unused")).otherwise(pl.lit("all unused"))
    some = amount(pl.col("unused")) + pl.lit(" of them unused")
    return pl.when(pl.col("unused") == pl.col("purchased")).then(whole).otherwise(some)


def _purchased() -> pl.Expr:
    return amount(pl.col("purchased")) + pl.when(pl.col("purchased") == 1).then(pl.lit(" service credit")).otherwise(
        pl.lit(" service credits")
    )
