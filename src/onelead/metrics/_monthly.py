"""Amounts by month, region, product line and team: what forecasts of series are made of. Summed in the engine, one pass a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import ibis
import polars as pl

from onelead.metrics._periods import months_before
from onelead.metrics._views import VIEWS, one_per_account

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import ibis.expr.types as ir

    from onelead.core.context import Context, Snapshot

DIMENSIONS = ("region", "product", "team")
OWN = ("account_id", "product_id", "owner_id", "region", "product_line", "team")
LOOKED_UP = ("accounts", "products", "people")
PLACES = {
    "region": ("region", "account_region"),
    "product": ("product_line", "line_of_product"),
    "team": ("team", "team_of_owner", "team_of_keeper"),
}
"""Where a dimension is looked for, in this order."""
MONTHS = 12
YEARS = 10
"""So far back: what lies before says nothing of the coming year and only costs time."""
SCHEMA = pl.Schema({"month": pl.Date} | dict.fromkeys(DIMENSIONS, pl.String) | {"value": pl.Float64, "rows": pl.Int64})


@dataclass(frozen=True)
class Source:
    """Where amounts come from: the column of days, the amount in the workspace's currency, and which rows count."""

    label: str
    day: str
    amount: str
    hit: Callable[[ir.Table], ir.BooleanValue] = lambda _: ibis.literal(value=True)


SOURCES = {
    "transactions": Source("Transactions", "transaction_date", "revenue"),
    "invoices": Source("Invoices", "invoice_date", "invoice_value"),
    "opportunities": Source("Won deals", "close_date", "deal_value", lambda rows: rows.is_won.fill_null(False)),  # noqa: FBT003
}
"""By their view, what says most of revenue first."""


def monthly(snapshot: Snapshot, context: Context, source: str) -> pl.DataFrame:
    """Sums of the whole months up to the as-of date, of the last ten years: columns of ``SCHEMA``.

    Money is the workspace's currency at dated rates; rows without a day or an amount in it are left out. The region is that of the row,
    else of its account; the product line that of the row, else of its product (else its category); the team that of the row, else of
    its owner, else of the account's owner. Empty where the snapshot lacks a table that it takes.
    """
    asked, view = SOURCES[source], VIEWS[source]
    if not set(snapshot.tables()).issuperset({*view.tables, *LOOKED_UP}):
        return pl.DataFrame(schema=SCHEMA)
    rows = view.build(snapshot, context)
    day, end = rows[asked.day], whole_months_end(context)
    first = months_before(end, YEARS * MONTHS)
    rows = rows.filter(asked.hit(rows), rows[asked.amount].notnull(), day >= ibis.literal(first), day < ibis.literal(end))
    own = {name: rows[name] for name in OWN if name in rows.columns}
    keyed = _keyed(snapshot, rows.select(month=day.cast("timestamp").truncate("M").date(), amount=asked.amount, **own))
    sums = keyed.group_by("month", *DIMENSIONS).aggregate(value=keyed.amount.sum(), rows=keyed.count())
    return snapshot.execute(sums).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items()).sort("month", *DIMENSIONS)


def whole_months_end(context: Context) -> date:
    """The first day after the whole months up to the as-of date."""
    return (context.as_of + timedelta(days=1)).replace(day=1)


def _keyed(snapshot: Snapshot, rows: ir.Table) -> ir.Table:
    """Month, amount and the dimensions of each row."""
    accounts, people, products = one_per_account(snapshot), snapshot.table("people"), snapshot.table("products")
    line = products.mutate(line=ibis.coalesce(products.product_line, products.product_category))
    rows = _fetched(rows, "account_id", accounts, "account_id", {"account_region": "region", "keeper_id": "owner_id"})
    rows = _fetched(rows, "product_id", line, "product_id", {"line_of_product": "line"})
    rows = _fetched(rows, "owner_id", people, "person_id", {"team_of_owner": "team"})
    rows = _fetched(rows, "keeper_id", people, "person_id", {"team_of_keeper": "team"})
    first = {
        name: ibis.coalesce(ibis.null("string"), *(rows[place] for place in places if place in rows.columns))
        for name, places in PLACES.items()
    }
    return rows.select("month", "amount", **first)


def _fetched(rows: ir.Table, key: str, table: ir.Table, their_key: str, columns: dict[str, str]) -> ir.Table:
    """``rows`` with columns of another table, whose names change from the values to the keys of ``columns``; one row a key, so nothing fans out."""
    if key not in rows.columns:
        return rows
    one = table.group_by(fetched_key=table[their_key]).aggregate(**{new: table[old].min() for new, old in columns.items()})
    return rows.left_join(one, rows[key] == one.fetched_key).drop("fetched_key")
