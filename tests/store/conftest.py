"""Stores on both databases, with a clock that stands still until it is moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from onelead.store import Store, records_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Clock:
    """Every look at it is a minute later."""

    def __init__(self) -> None:
        self.now = datetime(2024, 9, 4, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def url(engine_url: str | None, tmp_path: Path) -> str:
    return records_url(engine_url, tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store(url, clock=Clock())
    yield opened
    opened.close()
