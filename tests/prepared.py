"""What many tests start from, made once for a whole run: the first worker that needs it makes it, the others wait and copy."""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from tests.workspace._exports import write_export

from onelead.workspace import open_workspace
from onelead.workspace.sampling import write_sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pytest


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    with file.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The directory that ``make`` filled, the same for all workers of the run; copy what you change."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    place = shared / f"once-{name}"
    with _alone(shared / f"once-{name}.lock"):
        if not place.exists():
            begun = place.with_suffix(".begun")
            shutil.rmtree(begun, ignore_errors=True)
            begun.mkdir()
            make(begun)
            begun.rename(place)
    return place


def august_file(factory: pytest.TempPathFactory) -> Path:
    """The August sample with ST ID."""

    def make(place: Path) -> None:
        write_sample("august", place / "august.xlsx", st_id=True)

    return once(factory, "august", make) / "august.xlsx"


def august_workspace(factory: pytest.TempPathFactory) -> Path:
    """A workspace that holds the August sample."""
    file = august_file(factory)

    def make(place: Path) -> None:
        with open_workspace(place / "ws") as opened:
            opened.load(file)

    return once(factory, "august-workspace", make) / "ws"


def small_workspace(factory: pytest.TempPathFactory) -> Path:
    """A workspace that holds the small export of ``tests.workspace._exports``."""

    def make(place: Path) -> None:
        with open_workspace(place / "ws") as opened:
            opened.load(*write_export(place / "files"))

    return once(factory, "small-workspace", make) / "ws"


def revenue_workspace(factory: pytest.TempPathFactory) -> Path:
    """A workspace that holds 30 months of transactions in two regions, up to August 2024."""

    def make(place: Path) -> None:
        rows = []
        for month in range(30):
            year, at = divmod(2022 * 12 + 2 + month, 12)
            for number, region in enumerate(("North", "South")):
                amount = (100 + 10 * number + 20 * (at in {5, 11}) + 7 * (month * 5 % 3)) * 1000
                rows.append({"transaction_id": f"{region}{month}", "customer_id": f"C{number}", "account_name": f"Company {number}"})
                rows[-1] |= {"transaction_date": f"{year}-{at + 1:02}-15", "amount": str(amount), "currency": "USD", "region": region}
        with open_workspace(place / "ws") as opened:
            opened.load(*write_export(place / "files", transactions=rows), as_of=date(2024, 9, 4))

    return once(factory, "revenue-workspace", make) / "ws"
