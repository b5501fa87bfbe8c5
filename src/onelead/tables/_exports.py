"""When the data was exported: what its own columns say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

EXPORT_DATES = ("last_refresh_date", "import_date")
"""Columns that say on which day a row was exported."""


def newest_export(tables: Mapping[str, pl.DataFrame], today: date) -> date | None:
    """The newest Last Refresh Date or Import_Date of any table that is not in the future of ``today``; None where there is none."""
    found: list[date] = []
    for frame in tables.values():
        for column in EXPORT_DATES:
            if column in frame.columns:
                newest = frame.select(pl.col(column).filter(pl.col(column) <= today).max()).item()
                found += [newest] if newest is not None else []
    return max(found, default=None)
