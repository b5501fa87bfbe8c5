"""Rates of exchange by day, and amounts in another currency."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import dataframely as dy
import ibis
import polars as pl

from onelead.tables._base import Table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import ibis.expr.types as ir

    from onelead.core.context import Context


class ExchangeRateContract(dy.Schema):
    """What a row of exchange rates must satisfy."""

    currency = dy.String(nullable=False, description="ISO 4217 code of the currency that is converted.")
    base_currency = dy.String(nullable=True, description="ISO 4217 code of the currency that it is converted to; none: the workspace's.")
    rate_date = dy.Date(nullable=False, description="First day on which the rate holds; it holds until the next one.")
    rate = dy.Float64(nullable=False, min=1e-12, description="What one unit of the currency is worth in units of the base currency.")


TABLE = Table(
    id="exchange_rates",
    label="Exchange rates",
    doc="Rates of exchange by day: one unit of a currency in units of another.",
    contract=ExchangeRateContract,
    key=("currency", "base_currency", "rate_date"),
    fact=False,
)


def converted(
    frame: pl.DataFrame, rates: pl.DataFrame, *, to: str, amount: str = "amount", day: str, currency: str = "currency"
) -> pl.Series:
    """The ``amount`` of each row of ``frame`` in the currency ``to``, at the newest rate of its ``day`` or before.

    Null where the amount, or a rate on or before the day, is not known: nothing is guessed. A row without a currency is in ``to``; one in
    ``to`` needs no rate. Where a rate is given only the other way round, or both currencies against a third, it is turned round or crossed.
    """
    home = to.upper()
    rows = frame.select(
        pl.col(amount).alias("amount"),
        pl.col(currency).str.strip_chars().str.to_uppercase().fill_null(home).alias("from"),
        pl.col(day).alias("day"),
    ).with_row_index("row")
    known = _rates_to(rates, home)
    dated = rows.filter(pl.col("day").is_not_null()).sort("day")
    found = dated.join_asof(
        known.sort("rate_date"), left_on="day", right_on="rate_date", by="from", strategy="backward", check_sortedness=False
    )
    joined = rows.join(found.select("row", "factor"), on="row", how="left", maintain_order="left")
    factor = pl.when(pl.col("from") == home).then(1.0).otherwise(pl.col("factor"))
    return joined.select((pl.col("amount") * factor).alias(amount)).to_series()


def _rates_to(rates: pl.DataFrame, home: str) -> pl.DataFrame:
    """from, rate_date, factor to ``home``: direct rates first, then those turned round, then those crossed over a common base."""
    upper = [pl.col(name).str.strip_chars().str.to_uppercase() for name in ("currency", "base_currency")]
    given = rates.select(upper[0].alias("from"), upper[1].fill_null(home).alias("to"), "rate_date", pl.col("rate").alias("factor")).filter(
        pl.col("factor") > 0
    )
    turned = given.select(pl.col("to").alias("from"), pl.col("from").alias("to"), "rate_date", (1.0 / pl.col("factor")).alias("factor"))
    direct = pl.concat([given.filter(pl.col("to") == home), turned.filter(pl.col("to") == home)])
    direct = direct.unique(["from", "rate_date"], keep="first", maintain_order=True).select("from", "rate_date", "factor")
    others = given.filter(~pl.col("from").is_in(direct["from"].unique().implode()) & (pl.col("from") != home))
    crossed = others.sort("rate_date").join_asof(
        direct.rename({"from": "to", "factor": "on"}).sort("rate_date"),
        on="rate_date",
        by="to",
        strategy="backward",
        check_sortedness=False,
    )
    over = crossed.select("from", "rate_date", (pl.col("factor") * pl.col("on")).alias("factor")).drop_nulls()
    return pl.concat([direct, over.unique(["from", "rate_date"], keep="first", maintain_order=True)])


def in_home(
    rows: ir.Table, rates: ir.Table | None, context: Context, *, day: ir.DateValue, amounts: Mapping[str, str], plain: bool = False
) -> ir.Table:
    """``rows`` with ``amounts`` (new column → column with the amount) in the workspace's currency, as ``converted`` gives them.

    ``day`` is the day of each row, by the as-of date at the latest; rates after the as-of date are not known yet. ``rates`` are the rows of
    exchange_rates; None: nothing but the workspace's own currency is known. ``plain`` says that all of them are to the workspace's currency.
    """
    home = context.settings.prices.currency.upper()
    dated = rows.mutate(from_currency=rows.currency.strip().upper().fill_null(home), on_day=day)
    here = dated.from_currency == home
    if rates is None:
        factor, joined = ibis.ifelse(here, 1.0, ibis.null("float64")), dated
    else:
        known = (_plain if plain else _factors)(_given(rates, home, context.as_of), home, context.as_of)
        joined = dated.left_join(known, [dated.from_currency == known.source, dated.on_day == known.day])
        factor = ibis.ifelse(here, 1.0, joined.factor)
    return joined.select(*rows.columns, **{name: joined[amount] * factor for name, amount in amounts.items()})


def _given(rates: ir.Table, home: str, until: date) -> ir.Table:
    """The rates that are known by then, as source, target, factor."""
    given = rates.select(
        "source_row",
        "rate_date",
        source=rates.currency.strip().upper(),
        target=rates.base_currency.strip().upper().fill_null(home),
        factor=rates.rate,
    )
    return given.filter(given.rate_date <= ibis.literal(until), given.source != given.target)


def _plain(given: ir.Table, _: str, until: date) -> ir.Table:
    """source, day, factor to the target: one row a currency and day from its first rate on, so that a join needs no search by date."""
    once = given.group_by("source", "rate_date").aggregate(factor=given.factor.argmin(given.source_row))
    return _every_day(once, until)


def _factors(given: ir.Table, home: str, until: date) -> ir.Table:
    """As ``_plain`` by the same three ways as ``_rates_to``: given, turned round, crossed over a common base."""
    ways = given.filter((given.source == home) | (given.target == home))
    turned = ways.source == home
    ways = ways.mutate(source=ibis.ifelse(turned, ways.target, ways.source), factor=ibis.ifelse(turned, 1 / ways.factor, ways.factor))
    ways = ways.mutate(straight=ways.target == home)
    first = {
        name: ways.factor.argmin(ways.source_row, where=side)
        for name, side in {"straight": ways.straight, "turned": ~ways.straight}.items()
    }
    direct = ways.group_by("source", "rate_date").aggregate(**first)
    direct = _every_day(direct.select("source", "rate_date", factor=direct.straight.coalesce(direct.turned)), until)
    others = given.filter(given.source != home, given.target != home).anti_join(direct, "source")
    bases = direct.select(base="source", on_day="day", on="factor")
    over = others.join(bases, [others.target == bases.base, others.rate_date == bases.on_day])
    over = over.mutate(crossed=over.factor * over.on)
    crossed = over.group_by("source", "rate_date").aggregate(factor=over.crossed.argmin(over.source_row))
    return direct.union(_every_day(crossed, until))


def _every_day(rates: ir.Table, until: date) -> ir.Table:
    """One row for each day that a rate holds, up to ``until``."""
    following = rates.rate_date.lead().over(ibis.window(group_by="source", order_by="rate_date"))
    ends = rates.mutate(end=following.fill_null(ibis.literal(until + timedelta(days=1))))
    days = ibis.range(ends.rate_date.cast("timestamp"), ends.end.cast("timestamp"), ibis.interval(days=1))
    return ends.select("source", day=days.unnest().cast("date"), factor="factor")
