"""What a view is: the table that metrics are computed on, and what all views of money need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from onelead.tables.exchange_rates import in_home

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import ibis.expr.types as ir

    from onelead.core.context import Context, Snapshot


@dataclass(frozen=True)
class View:
    """``build`` makes the table; ``dimensions`` documents its derived columns; ``order`` are the columns that rows are listed by."""

    id: str
    label: str
    tables: tuple[str, ...]
    build: Callable[[Snapshot, Context], ir.Table]
    order: tuple[str, ...]
    dimensions: dict[str, str]
    public: bool = False
    """Whether rows that belong to no account may be seen by somebody who may see some accounts only."""


_PAIRS: dict[str, frozenset[tuple[str, str | None]]] = {}


def rate_pairs(snapshot: Snapshot) -> frozenset[tuple[str, str | None]]:
    """Which currencies have rates in which others: read once a base, for a statement without a conversion is compiled in half the time."""
    if "exchange_rates" not in snapshot.tables():
        return frozenset()  # published before there were any
    if snapshot.base_id not in _PAIRS:
        _PAIRS[snapshot.base_id] = frozenset(snapshot.frame("exchange_rates", ["currency", "base_currency"]).unique().rows())
    return _PAIRS[snapshot.base_id]


def at_home(snapshot: Snapshot, context: Context, rows: ir.Table, *, day: ir.DateValue, amounts: Mapping[str, str]) -> ir.Table:
    """``tables.exchange_rates.in_home`` with the rates of the snapshot."""
    pairs = rate_pairs(snapshot)
    rates = snapshot.table("exchange_rates") if pairs else None
    home = context.settings.prices.currency
    return in_home(rows, rates, context, day=day, amounts=amounts, plain=all(base in {None, home} for _, base in pairs))
