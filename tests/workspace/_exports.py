"""Tiny canonical tables on disk, for tests that change one thing between two loads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

ASSETS = [
    {
        "asset_id": "S1",
        "product_category": "WLAN HW",
        "territory_id": "56001",
        "end_of_life_date": "2024-01-31",
        "support_status": "Active",
    },
    {
        "asset_id": "S2",
        "product_category": "WLAN HW",
        "territory_id": "56001",
        "end_of_life_date": "2026-01-31",
        "support_status": "Expired",
    },
    {
        "asset_id": "S3",
        "product_category": "WLAN HW",
        "territory_id": "56002",
        "end_of_life_date": "2023-06-30",
        "support_status": "Active",
    },
]
OPPORTUNITIES = [
    {
        "opportunity_id": "O1",
        "opportunity_name": "Refresh",
        "territory_id": "56001",
        "account_name": "Alder Foods GmbH",
        "product_line": "WLAN",
    },
    {
        "opportunity_id": "O2",
        "opportunity_name": "Storage",
        "territory_id": "56002",
        "account_name": "Birk Logistics",
        "product_line": "Storage",
    },
]
PROJECTS = [
    {
        "project_id": "P1",
        "customer_id": "300000001",
        "account_name": "Alder Foods",
        "start_date": "2024-02-01",
        "stage_status": "C",
        "last_refresh_date": "2024-06-30",
    },
    {
        "project_id": "P2",
        "customer_id": "300000002",
        "account_name": "Cato Mills",
        "start_date": "2023-02-01",
        "stage_status": "LOST",
        "last_refresh_date": "2024-06-30",
    },
    {
        "project_id": "P3",
        "customer_id": None,
        "account_name": None,
        "start_date": "2022-02-01",
        "stage_status": "C",
        "last_refresh_date": "2024-06-30",
    },
]


def write_export(directory: Path, **tables: list[dict[str, str | None]]) -> list[Path]:
    """One CSV a table; without tables the three above."""
    directory.mkdir(parents=True, exist_ok=True)
    chosen = tables or {"assets": ASSETS, "opportunities": OPPORTUNITIES, "projects": PROJECTS}
    files = []
    for name, rows in chosen.items():
        file = directory / f"{name}.csv"
        pl.DataFrame(rows).write_csv(file)
        files.append(file)
    return files
