"""Layer 1: the canonical tables: one file each, with contract, column documentation and shared expressions."""

from __future__ import annotations

from functools import cache

from onelead.core.registry import discover
from onelead.tables._base import ASSIGNED, PROVENANCE, Table

__all__ = ["ASSIGNED", "PROVENANCE", "Table", "canonical_tables"]


@cache
def canonical_tables() -> dict[str, Table]:
    """Every canonical table by id, delivered and computed ones."""
    return discover("onelead.tables", "TABLE", Table)
