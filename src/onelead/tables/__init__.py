"""Layer 1: the canonical tables: one file each, with contract, column documentation and shared expressions."""

from __future__ import annotations

from functools import cache

from onelead.core.registry import discover
from onelead.tables._base import ASSIGNED, PROVENANCE, Table
from onelead.tables._deal_history import STATE, deal_history, deals_on, listed_first
from onelead.tables._exports import EXPORT_DATES, newest_export
from onelead.tables._stage_norms import STAY_ENDED, STAY_WENT_ON, stage_norms, stage_rank, stage_stays, standing

__all__ = [
    "ASSIGNED",
    "EXPORT_DATES",
    "PROVENANCE",
    "STATE",
    "STAY_ENDED",
    "STAY_WENT_ON",
    "Table",
    "canonical_tables",
    "deal_history",
    "deals_on",
    "delivered_tables",
    "listed_first",
    "newest_export",
    "stage_norms",
    "stage_rank",
    "stage_stays",
    "standing",
]

DERIVED = ("accounts", "account_links", "changes", "quarantine")
"""Base tables that a load computes; everything else in the base comes from sources."""


@cache
def canonical_tables() -> dict[str, Table]:
    """Every canonical table by id, delivered and computed ones."""
    return discover("onelead.tables", "TABLE", Table)


def delivered_tables() -> dict[str, Table]:
    """The tables that sources deliver, by id."""
    return {name: table for name, table in canonical_tables().items() if table.layer == "base" and name not in DERIVED}
