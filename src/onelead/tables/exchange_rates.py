"""Rates of exchange by day, and amounts in another currency."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from onelead.tables._base import Table


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
