"""Deals with stages, amounts and dates, as they stood on a day: some of them move from week to week."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

LATER = date(2024, 9, 1)
OWNERS = ("Ines Valderrama", "Tomasz Brandl", "Keiko Amano")
TERRITORIES = (("56088", "Tessmar Group"), ("56342", "Brackwald Werkzeugbau"), ("56240", "Quillmere University Hospitals Ltd"))


def write_deals(file: Path, day: date) -> None:
    """Sixty deals as of ``day``. By September deal 1 was won, deal 2 lost, deal 3 grew by $5,000, and deals 58 to 60 are new."""
    later = day >= LATER
    rows = range(1, 61 if later else 58)
    won = {1: True, 2: False} if later else {}
    for row in rows:
        if row > 40:
            won.setdefault(row, row % 3 != 0 if row < 56 else None)  # type: ignore[arg-type]  # None is open
    pl.DataFrame(
        {
            "opportunity_id": [f"OPP-{row:03}" for row in rows],
            "opportunity_name": [f"Deal {row}" for row in rows],
            "territory_id": [TERRITORIES[row % 3][0] for row in rows],
            "account_name": [TERRITORIES[row % 3][1] for row in rows],
            "owner_name": [OWNERS[row % 3] for row in rows],
            "product_line": [("WLAN HW", "Server Storage & Inf")[row % 2] for row in rows],
            "stage": ["Closed" if won.get(row) is not None else ("Qualify", "Propose", "Negotiate")[row % 3] for row in rows],
            "amount": [10_000.0 + 500 * row + (5_000 if later and row == 3 else 0) for row in rows],
            "created_date": [date(2024, 1 + row % 7, 1 + row % 28) if row < 58 else date(2024, 9, 2) for row in rows],
            "close_date": [date(2024, 8 if won.get(row) is not None or row % 5 == 0 else 10 + row % 3, 1 + row % 28) for row in rows],
            "is_won": [won.get(row) for row in rows],
        },
        schema_overrides={"is_won": pl.Boolean},
    ).write_csv(file)
