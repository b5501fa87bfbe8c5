"""Assets as rules see them: readings in Polars, and the asset rows of an account and product category as evidence.

The readings say the same as the shared Ibis expressions of ``tables/assets.py``; a test compares them row by row.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from onelead.rules._proposal import KEYS_SHOWN, RuleInput
from onelead.rules._services import topic_of
from onelead.rules._text import distance, flag, json_object, plural, products, share_of, thousands, written_out, yours

if TYPE_CHECKING:
    from onelead.core.context import Context

NO_CATEGORY = "Uncategorised assets"


def prepared(assets: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Counted assets of known accounts with: eol, eol_days, eos_past, support_end, support_days, supported, and value columns.

    ``value`` is the contract value, else the price book's replacement value; ``support_value`` the contract value, else a share of the
    replacement value (a setting). Both null where unpriced. ``from_book`` marks the estimated ones.
    """
    category, contract, successor = pl.col("product_category"), pl.col("contract_value"), successor_of(context)
    book = {name.lower(): float(price) for name, price in context.settings.prices.price_book.items()}
    price, successor_price = (
        name.str.to_lowercase().replace_strict(book, default=None, return_dtype=pl.Float64) if book else pl.lit(None, pl.Float64)
        for name in (category, successor)
    )
    return (
        assets.lazy()
        .filter(~pl.col("is_repeat").fill_null(value=False) & pl.col("account_id").is_not_null())
        .with_columns(
            eol=_announced("end_of_life_date", context), eos=_announced("end_of_service_date", context), support_end=_support_end(context)
        )
        .select(
            "account_id",
            "asset_id",
            "product_category",
            "product_name",
            "business_area",
            "practice_area",
            "eol",
            "support_end",
            _days("eol", context).alias("eol_days"),
            _days("support_end", context).alias("support_days"),
            (pl.col("eos") < context.as_of).fill_null(value=False).alias("eos_past"),
            _supported(context).alias("supported"),
            pl.coalesce(contract, price).alias("value"),
            pl.coalesce(contract, price * context.settings.prices.support_share).alias("support_value"),
            (contract.is_null() & price.is_not_null()).alias("from_book"),
            "support_status",
            _level(context).alias("level"),
            successor.alias("successor"),
            pl.coalesce(successor_price, contract, price).alias("refresh_value"),
            (successor_price.is_not_null() | (contract.is_null() & price.is_not_null())).alias("refresh_from_book"),
        )
        .collect()
    )


def _announced(column: str, context: Context) -> pl.Expr:
    sentinel = date.fromisoformat(context.settings.reading.no_end_announced_from)
    return pl.when(pl.col(column) < sentinel).then(pl.col(column))


def _support_end(context: Context) -> pl.Expr:
    """Support end, null where none is announced or where it lies too long after its start to be true."""
    limit = 365.25 * context.settings.load.max_warranty_years
    length = (pl.col("support_end_date") - pl.col("support_start_date")).dt.total_days()
    return pl.when(~(length > limit).fill_null(value=False)).then(_announced("support_end_date", context))


def _days(column: str, context: Context) -> pl.Expr:
    return (pl.col(column) - pl.lit(context.as_of)).dt.total_days()


def _supported(context: Context) -> pl.Expr:
    prefixes = context.settings.reading.support_active_prefixes
    active = [pl.col("support_status").str.starts_with(prefix) for prefix in prefixes]
    return pl.any_horizontal(active).fill_null(value=False) if active else pl.lit(value=False)


def _level(context: Context) -> pl.Expr:
    """Place of the support level, from 0; the longest beginning that fits counts."""
    places = {prefix: place for place, prefixes in enumerate(context.settings.reading.support_levels.values()) for prefix in prefixes}
    level = pl.lit(0, dtype=pl.Int64)
    for prefix in sorted(places, key=len):
        level = pl.when(pl.col("support_status").str.starts_with(prefix)).then(pl.lit(places[prefix])).otherwise(level)
    return level


def successor_of(context: Context) -> pl.Expr:
    """What the refresh table names for a product: by its name, else its id, else its category; spelling in capitals or not is the same."""
    table = {key.lower(): value for key, value in context.settings.metrics.successors.items()}
    if not table:
        return pl.lit(None, dtype=pl.String)
    columns = ("product_name", "product_id", "product_category")
    return pl.coalesce(pl.col(name).str.to_lowercase().replace_strict(table, default=None, return_dtype=pl.String) for name in columns)


def by_category(given: RuleInput, rows: pl.Expr, *, date_column: str, value_column: str, book_column: str = "from_book") -> pl.DataFrame:
    """The assets that ``rows`` selects, one row an account and product category, soonest date first.

    Columns: account_id, account_name, product_category, subject, topic, evidence_count, evidence_keys, first and last date, first_days,
    past (rows whose date has passed) with ahead_first (the first date not passed), unsupported, lapsed, eos_past, lowest (support level), no_status,
    unpriced, successors (names), and the value with its
    range: prices from the book may be off by the settings' spread, contract values are exact; all null if nothing is priced.
    """
    spread = given.context.settings.prices.spread
    days, value, day = pl.col(f"{date_column}_days"), pl.col(value_column), pl.col("eol" if date_column == "eol" else "support_end")
    low = pl.when(pl.col(book_column)).then(value * (1 - spread)).otherwise(value)
    high = pl.when(pl.col(book_column)).then(value * (1 + spread)).otherwise(value)
    grouped = (
        given.assets.lazy()
        .filter(rows)
        .sort(day, "asset_id")
        .group_by("account_id", "product_category", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("evidence_count"),
            pl.col("asset_id").head(KEYS_SHOWN).alias("evidence_keys"),
            day.first().alias("first"),
            day.last().alias("last"),
            days.first().alias("first_days"),
            days.filter(days < 0).len().cast(pl.Int64).alias("past"),
            day.filter(days >= 0).min().alias("ahead_first"),
            ((pl.col("support_days") < 0) & pl.col("supported")).sum().cast(pl.Int64).alias("lapsed"),
            pl.col("supported").not_().sum().cast(pl.Int64).alias("unsupported"),
            pl.col("eos_past").sum().cast(pl.Int64).alias("eos_past"),
            (pl.col("level") == 0).sum().cast(pl.Int64).alias("lowest"),
            pl.col("support_status").is_null().sum().cast(pl.Int64).alias("no_status"),
            value.is_null().sum().cast(pl.Int64).alias("unpriced"),
            *(_known_sum(part).alias(name) for name, part in (("value", value), ("value_low", low), ("value_high", high))),
            pl.col(book_column).any().alias("estimated"),
            pl.col("successor").drop_nulls().unique(maintain_order=True).alias("successors"),
            pl.concat_str("business_area", "practice_area", separator=" ", ignore_nulls=True).drop_nulls().first().alias("area"),
        )
    )
    named = grouped.collect().join(given.top_accounts, on="account_id", how="inner", maintain_order="left")
    text = pl.concat_str("product_category", "area", separator=" ", ignore_nulls=True)
    return named.with_columns(
        subject=pl.col("product_category").fill_null(NO_CATEGORY), topic=topic_of(text, given.context.settings.actions)
    )


def _known_sum(value: pl.Expr) -> pl.Expr:
    return pl.when(value.count() > 0).then(value.sum())


def where_dates(column: str, bounds: dict[str, date]) -> pl.Expr:
    """The where-object that finds a category's rows by a date column between bounds (see ``_evidence``)."""
    limits = json_struct({operator: day.isoformat() for operator, day in bounds.items()})
    return json_object({"product_category": pl.col("product_category"), "is_repeat": False, column: limits})


def json_struct(fields: dict[str, str]) -> pl.Expr:
    """A constant object inside a JSON object."""
    return pl.struct([pl.lit(value).alias(name) for name, value in fields.items()])


def noun() -> pl.Expr:
    """The assets of a row as "5 x86 Premium Servers"."""
    return products(pl.col("evidence_count"), pl.col("product_category"))


def asset_flags() -> list[pl.Expr]:
    """Risk flags that any action on assets carries where they hold; each names its products, as it is read away from its action too."""
    count, eos, bare, lapsed = (pl.col(name) for name in ("evidence_count", "eos_past", "unsupported", "lapsed"))
    return [
        flag(eos > 0, share_of(eos, count, noun()) + pl.lit(" past end of service life: parts and fixes may no longer be had")),
        flag(bare > 0, share_of(bare, count, noun()) + pl.lit(" without active support")),
        flag(
            lapsed > 0,
            share_of(lapsed, count, noun()) + pl.lit(" with support that has ended by its date, though the status says active"),
        ),
    ]


def left_out() -> pl.Expr:
    """The end of a sentence where some assets have no price (where none has one, the value is unknown and says so itself), else empty."""
    some = (pl.col("unpriced") > 0) & (pl.col("unpriced") < pl.col("evidence_count"))
    return flag(some, pl.lit("; the value leaves out ") + thousands(pl.col("unpriced")) + pl.lit(" without a price")).fill_null("")


def asset_areas(*areas: pl.Expr | str) -> list[pl.Expr]:
    """Opportunity areas: those given, the move to a successor where the refresh table names one, and support for what has none."""
    return [
        *(area if isinstance(area, pl.Expr) else pl.lit(area) for area in areas),
        pl.lit("Refresh to ") + listed(pl.col("successors")),
        flag(pl.col("unsupported") > 0, pl.lit("Support for what runs without")),
    ]


def listed(names: pl.Expr) -> pl.Expr:
    """Names of a list column as "A, B and C"; null where there are none."""
    last = names.list.last()
    return (
        pl.when(names.list.len() > 1).then(names.list.head(names.list.len() - 1).list.join(", ") + pl.lit(" and ") + last).otherwise(last)
    )


def opener_fields() -> dict[str, pl.Expr]:
    """Placeholders that every opener on assets may use."""
    things = products(pl.col("evidence_count"), pl.col("product_category"), "product")
    return {
        "account_name": pl.col("account_name"),
        "greeting": pl.col("greeting"),
        "products": things,
        "named": yours(things),
        "count": pl.col("evidence_count"),
        "first_date": written_out(pl.col("first")),
        "first_distance": distance(pl.col("first_days")),
        "last_date": written_out(pl.col("last")),
        "unsupported": pl.col("unsupported"),
    }


def first_on() -> pl.Expr:
    """When: ", the first on 2019-03-31 (about 5 years ago)"; " on …" where there is but one."""
    which = plural(pl.col("evidence_count"), " on ", ", the first on ")
    return which + written_out(pl.col("first")) + pl.lit(" (") + distance(pl.col("first_days")) + pl.lit(")")


def by(days: int, given: RuleInput) -> date:
    """The as-of date plus ``days``."""
    return given.context.as_of + timedelta(days=days)
