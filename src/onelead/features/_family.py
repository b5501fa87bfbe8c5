"""What a feature and a family of features are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import polars as pl

    from onelead.core.context import Context, Snapshot
    from onelead.core.units import Unit

Build = Callable[["Snapshot", "Context", bool], "ir.Table"]
Derive = Callable[["Context"], "list[list[pl.Expr]]"]


@dataclass(frozen=True)
class Feature:
    """One measured property of an account.

    ``dated`` tells whether it can be computed for a past date from dated columns alone; every other feature describes the
    account as the newest export shows it.
    """

    id: str
    label: str
    unit: Unit
    doc: str
    dated: bool
    source: str = "OneLead"


@dataclass(frozen=True)
class FeatureFamily:
    """Features that are computed together.

    ``build(snapshot, context, dated_only)`` is one query: a table with one row an account that has data, keyed by account_id, with plain
    aggregates. ``derive(context)`` are steps of Polars expressions over the joined aggregates of all families: what is scored, divided or
    compared across accounts is the same on every engine. ``helpers`` are aggregates that are no features themselves (they start with "_").
    """

    id: str
    label: str
    features: tuple[Feature, ...]
    tables: tuple[str, ...] = ()
    build: Build | None = None
    built: tuple[str, ...] = ()
    """Columns of ``build`` beside account_id."""
    derive: Derive | None = None
    undated: bool = False
    """Whether none of its columns has a date, so that the family is left out for past dates."""
