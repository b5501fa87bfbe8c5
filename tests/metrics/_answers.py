"""Rows that tests of metrics share, and how they ask for values."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.frames import AS_OF, MemorySnapshot, context

from onelead.metrics import values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from onelead.core.settings import Settings

SENTINEL = date(2099, 12, 31)


def day(offset: int) -> date:
    return AS_OF + timedelta(days=offset)


def value(snapshot: MemorySnapshot, metric: str, settings: Settings | None = None) -> float | None:
    found = values(snapshot, context(settings=settings), [metric])
    return found["value"][0]


def all_of(snapshot: MemorySnapshot, metrics: Iterable[str]) -> dict[str, float | None]:
    """The values of several metrics, asked together."""
    return dict(values(snapshot, context(), list(metrics)).select("metric", "value").iter_rows())


def estimated(snapshot: MemorySnapshot, metric: str) -> bool:
    return bool(values(snapshot, context(), [metric])["estimated"][0])


ASSETS = [
    {
        "asset_id": "a",
        "account_id": "1",
        "end_of_life_date": day(-1),
        "product_category": "x86 Premium servers",
        "support_status": "Expired",
    },
    {"asset_id": "b", "account_id": "1", "end_of_life_date": day(0), "product_category": "WLAN HW", "support_status": "Active Warranty"},
    {"asset_id": "c", "account_id": "2", "end_of_life_date": day(180), "product_category": "WLAN HW", "support_status": None},
    {
        "asset_id": "d",
        "account_id": "2",
        "end_of_life_date": day(181),
        "product_category": "Unheard of",
        "support_status": "Support-Active",
    },
    {"asset_id": "e", "end_of_life_date": SENTINEL, "end_of_service_date": day(-5), "support_status": "active?"},
    {"asset_id": "a", "account_id": "1", "end_of_life_date": day(-1), "is_repeat": True},
]
PROJECTS = [
    {"project_id": "1", "stage_status": "C", "practice": "A", "financial_status": "G", "start_date": day(-30), "size_bucket": "<$50k"},
    {"project_id": "2", "stage_status": "LOST", "practice": "B", "financial_status": "R", "start_date": day(-5), "size_bucket": "-"},
    {
        "project_id": "3",
        "stage_status": "S",
        "practice": "A",
        "financial_status": "Y",
        "start_date": day(9),
        "end_date": day(-1),
        "import_date": day(-2),
    },
    {"project_id": "4", "stage_status": "X", "practice": "C", "end_date": day(-9), "value": 100.0, "last_refresh_date": day(3)},
    {"project_id": "5", "stage_status": "C", "practice": "A", "financial_status": "G", "import_date": day(-2), "account_id": "1"},
]
