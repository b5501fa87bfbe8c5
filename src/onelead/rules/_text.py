"""Words and JSON as Polars expressions, so that a hundred thousand sentences are built without a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.core.units import CURRENCY_SIGNS

if TYPE_CHECKING:
    from collections.abc import Mapping


def thousands(number: pl.Expr) -> pl.Expr:
    """A whole number with a comma between groups of three digits: 1,983. The sign is dropped."""
    digits = number.abs().round(0).cast(pl.Int64).cast(pl.String)
    return digits.str.reverse().str.replace_all(r"(\d{3})", "${1},").str.reverse().str.strip_chars_start(",")


def amount(number: pl.Expr) -> pl.Expr:
    """A quantity such as credits: whole where it is whole, else with one decimal; null stays null."""
    tenths = (number.abs() * 10).round(0).cast(pl.Int64)
    fraction = pl.when(tenths % 10 == 0).then(pl.lit("")).otherwise(pl.format(".{}", tenths % 10))
    return thousands(tenths // 10) + fraction


def money(value: pl.Expr, currency: str, estimated: pl.Expr) -> pl.Expr:
    """Money without cents, "(estimated)" after an estimate; null stays null."""
    sign = CURRENCY_SIGNS.get(currency)
    text = pl.lit(sign) + thousands(value) if sign else thousands(value) + pl.lit(f" {currency}")
    return text + pl.when(estimated).then(pl.lit(" (estimated)")).otherwise(pl.lit(""))


def written_out(day: pl.Expr) -> pl.Expr:
    """31 March 2019, as sentences and letters write it."""
    return day.dt.strftime("%-d %B %Y")


DAYS_TOLD = 730
"""Nobody feels what 1,983 days are: what is longer than this is told in years."""


def span(days: pl.Expr) -> pl.Expr:
    """A length of time: "1 day", "14 days", "about 5 years"; the sign is dropped."""
    years = pl.lit("about ") + thousands(days / 365.25) + pl.lit(" years")
    return pl.when(days.abs() > DAYS_TOLD).then(years).otherwise(counted(days.abs(), "day", "days"))


def distance(days: pl.Expr) -> pl.Expr:
    """How far away a day is: "about 5 years ago", "today", "in 14 days"."""
    return pl.when(days == 0).then(pl.lit("today")).when(days < 0).then(span(days) + pl.lit(" ago")).otherwise(pl.lit("in ") + span(days))


def plural(count: pl.Expr, one: str, many: str) -> pl.Expr:
    """``one`` for a count of 1, else ``many``."""
    return pl.when(count == 1).then(pl.lit(one)).otherwise(pl.lit(many))


def counted(count: pl.Expr, one: str, many: str) -> pl.Expr:
    """A count with its noun: "1 asset", "2,400 assets"."""
    return thousands(count) + pl.lit(" ") + plural(count, one, many)


def products(count: pl.Expr, category: pl.Expr, noun: str = "asset") -> pl.Expr:
    """A count of assets of a category, readable for names in the plural and others: "5 x86 Premium Servers", "30 WLAN HW assets"."""
    number, things = thousands(count), plural(count, f" {noun}", f" {noun}s")
    bare = pl.lit(" without a category" if noun == "asset" else "")
    return (
        pl.when(category.is_null())
        .then(number + things + bare)
        .when((count == 1) & category.str.ends_with("s"))
        .then(pl.lit(f"1 {noun} in ") + category)
        .when(category.str.ends_with("s"))
        .then(number + pl.lit(" ") + category)
        .otherwise(number + pl.lit(" ") + category + things)
    )


def yours(things: pl.Expr) -> pl.Expr:
    """What follows "your": "1 WLAN HW product" without its number, several with it."""
    return things.str.replace(r"^1 ", "")


def share_of(part: pl.Expr, whole: pl.Expr, things: pl.Expr) -> pl.Expr:
    """Some or all of ``things`` (with their number, ``whole``): "3 of 4 x86 Premium Servers", "All 4 x86 Premium Servers"."""
    some = thousands(part) + pl.lit(" of ") + things
    return pl.when(whole == 1).then(things).when(part == whole).then(pl.lit("All ") + things).otherwise(some)


def flag(condition: pl.Expr, text: pl.Expr) -> pl.Expr:
    """``text`` where the condition holds, else null (lists drop their nulls)."""
    return pl.when(condition).then(text).otherwise(pl.lit(None, dtype=pl.String))


def sentences(*parts: pl.Expr | str) -> pl.Expr:
    """A list column of the given texts; null ones are left out."""
    return pl.concat_list([part if isinstance(part, pl.Expr) else pl.lit(part) for part in parts]).list.drop_nulls()


def json_object(fields: Mapping[str, pl.Expr | str | float | bool | None]) -> pl.Expr:
    """A JSON object with these fields, in this order."""
    parts = [(value if isinstance(value, pl.Expr) else pl.lit(value)).alias(name) for name, value in fields.items()]
    return pl.struct(parts).struct.json_encode()


def json_list(texts: pl.Expr) -> pl.Expr:
    """A list column as a JSON list. Polars encodes structs only: the list is wrapped as a field, and the wrapping cut off."""
    return pl.struct(texts.alias("x")).struct.json_encode().str.slice(5).str.head(-1)
